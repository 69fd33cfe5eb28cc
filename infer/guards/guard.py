"""What a guard is: a name, a reason, and a check."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from despin.infer.candidates.slots import Slot
from despin.infer.guards.context import GuardContext

CERTAIN = 0.9
"""The confidence from which an edit may change a magnitude, make a name of a name or write a word that hurts:
347 of 350 edits of the development pairs (0.991) are right from there on."""


class Proposal(NamedTuple):
    """An edit that a guard judges."""

    slot: Slot
    replacement: str
    confidence: float = 1.0
    """The edit's calibrated probability, 0 to 1; 1 if it is not known."""
    context: GuardContext | None = None
    """The text that the slot's offsets refer to; None if only the wordings are to be compared."""


@dataclass(frozen=True, slots=True)
class Guard:
    """A reason why an edit may not be made, whatever the model says."""

    name: str
    """Its name on the command line and in JSON output."""
    reason: str
    """Why it refuses, in words for the user."""
    refuses: Callable[[Proposal], bool]
    """Whether an edit may not be made."""

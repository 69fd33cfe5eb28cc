"""What a guard is: a name, a reason, and a check."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from despin.infer.candidates.slots import Slot


@dataclass(frozen=True, slots=True)
class Guard:
    """A reason why an edit may not be made, whatever the model says."""

    name: str
    """Its name on the command line and in JSON output."""
    reason: str
    """Why it refuses, in words for the user."""
    refuses: Callable[[Slot, str], bool]
    """Whether the wording of a slot may not be replaced by a given one."""

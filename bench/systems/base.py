"""The interface of every system that is compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from despin.infer.despinner import Correction


class System(Protocol):
    """A method of restoring texts."""

    @property
    def name(self) -> str:
        """The name in tables, and the key in `despin.bench.systems.registry.SYSTEMS`."""

    @property
    def size(self) -> int:
        """Bytes of the files that the system reads: weights, dictionaries, tokenizers."""

    def restore(self, texts: Sequence[str]) -> list[str]:
        """The restored form of each text, in order."""


@runtime_checkable
class CorrectingSystem(System, Protocol):
    """A system that also reports its edits, their confidence, and a spun score for each text."""

    def corrections(self, texts: Sequence[str]) -> list[Correction]:
        """The correction of each text, in order."""

"""A text that is restored part by part, and what was found in it so far."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from despin.infer.decision.page_decision import SlotDecision
from despin.infer.decision.spun_score import SegmentEvidence
from despin.infer.guards.context import GuardContext
from despin.infer.text.blocks import BLOCK_SIZE
from despin.infer.text.reading import Format, read_blocks
from despin.infer.text.view import View

if TYPE_CHECKING:
    from despin.infer.despinner import Despinner


@dataclass(slots=True)
class Document:
    """A text, and what was found in it so far."""

    view: View
    format: Format
    context: GuardContext
    spans: list[tuple[int, int]] = field(default_factory=list)
    """The segments, in the view."""
    segments: list[SegmentEvidence] = field(default_factory=list)
    """What each segment says about the text, by the edits that the posteriors alone suggest."""
    decisions: list[list[SlotDecision]] = field(default_factory=list)
    """For each segment, of the slots that may be edited."""
    unanswered: int = 0
    """Slots for which the model gave no answer."""
    before: float | None = None
    """The log-odds of spun behind the part of the text before it, None if it starts the text."""


class Part(NamedTuple):
    """A text, or a part of one."""

    view: View
    format: Format
    before: Document | None = None
    """The part before it."""
    is_read: bool = True
    """Whether the model reads it."""


class LongText:
    """A text that is restored block by block, alone or beside others (`Despinner.correct_together`)."""

    def __init__(
        self,
        despinner: Despinner,
        chunks: Iterable[str],
        format: Format = "text",
        block_size: int = BLOCK_SIZE,
        is_wanted: Callable[[int, int], bool] | None = None,
    ) -> None:
        """``block_size``: characters of a block, about (`despin.infer.text.reading.read_blocks`).

        ``is_wanted``: whether the model shall read the block between two offsets, in characters of the
        text; the others are taken for clean. None: all.
        """
        self.despinner = despinner
        self._is_wanted = is_wanted
        self.position = 0
        """Characters of the text that were cut into blocks so far."""
        self.characters_read = 0
        """Characters of those blocks that the model was given."""
        self.before: Document | None = None
        """The last block, with what was found in it."""
        self._format: Format = format
        self._views = read_blocks(_checked(chunks), format, block_size)

    def next_part(self) -> Part | None:
        """The next block to read, None at the end. Raises TypeError and ValueError as `Despinner.correct`."""
        view = next(self._views, None)
        if view is None:
            return None
        start, self.position = self.position, self.position + len(view.source)
        is_read = self._is_wanted is None or self._is_wanted(start, self.position)
        self.characters_read += is_read * len(view.source)
        return Part(view, self._format, self.before, is_read)


def _checked(chunks: Iterable[str]) -> Iterator[str]:
    for chunk in chunks:
        if not isinstance(chunk, str):
            raise TypeError(f"chunks must be str, got {type(chunk).__name__}")
        yield chunk

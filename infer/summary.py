"""What is said of a text as a whole, gathered over its blocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from despin.infer.correction import Correction

Verdict = Literal["clean", "unsure", "spun"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
"""From the least suspicious to the most."""


@dataclass
class Summary:
    """The greatest score and verdict of the blocks so far, and the sum of what was left unanswered."""

    score: float = 0.0
    verdict: Verdict = VERDICTS[0]
    unanswered: int = 0

    def add(self, correction: Correction) -> None:
        """Add the next block."""
        self.score = max(self.score, correction.score)
        self.verdict = max(self.verdict, correction.verdict, key=VERDICTS.index)
        self.unanswered += correction.unanswered

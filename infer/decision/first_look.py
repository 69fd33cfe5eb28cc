"""The first look: whether a text may be spun, from its words alone, before any model reads it.

A corpus is mostly clean, and the model reads some thousand words a second and core. The first look reads
millions and sets aside the few texts that the model must see. It adds up the evidence of words and pairs of
words (`despin.infer.decision.word_evidence`) and compares sums with limits:

* of a text up to the widest window: the sum over all of it, with a limit for its length;
* of windows of fixed widths within a longer text: the highest sum, with a limit for each width. A spun
  passage in a long clean text is found that way, and length alone makes no suspect.

The limits are chosen on held-out text so that 99 of 100 spun texts are suspects; the card beside the weights
says how they were fitted.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from despin.errors import InputError
from despin.infer.config import build
from despin.infer.decision.word_evidence import STEPS_PER_NAT, WordEvidence, word_spans
from despin.infer.text.language import is_english
from despin.infer.text.tokens import tokenize

WEIGHTS_FILE, CARD_FILE = "weights.xz", "card.json"
"""The two files of a first look's folder."""
PACKAGED = Path(__file__).parent.parent / "first_look"
"""The folder that comes with the package."""

SAMPLE = 4000
"""Characters of a passage, at most, from which its language is told."""


@dataclass(frozen=True)
class LookLimits:
    """From which sums of evidence (nats) on a text is a suspect."""

    lengths: tuple[int, ...] = (25, 50, 100, 200)
    """Numbers of words, rising, for which there is a limit of the sum over a whole text."""
    whole: tuple[float, ...] = (0.0, 0.0, 0.0, 0.0)
    """The limits at ``lengths``; between two they are interpolated."""
    windows: tuple[int, ...] = (32, 64, 128, 256)
    """Widths of windows in words, rising."""
    highest: tuple[float, ...] = (10.0, 10.0, 10.0, 8.0)
    """The limit of the highest sum over a window of each width, for texts with more words."""
    run: float = 1.0
    """The least that the highest sum over any run of words must be: a text without evidence is no suspect,
    whatever its length."""
    slope: float = 0.5
    """Log-odds of being spun gained by a nat of evidence above the limit."""
    intercept: float = 0.0
    """Log-odds of a text that is exactly at its limit."""

    def __post_init__(self) -> None:
        for name, values in (("lengths", self.whole), ("windows", self.highest)):
            numbers = getattr(self, name)
            if not numbers or list(numbers) != sorted(set(numbers)) or numbers[0] < 1:
                raise ValueError(f"{name} must be rising numbers of at least 1, got {numbers}")
            if len(values) != len(numbers):
                raise ValueError(f"{name} has {len(numbers)} numbers and {len(values)} limits")
        if not self.slope > 0:
            raise ValueError(f"slope must be above 0, got {self.slope}")


@dataclass(frozen=True, slots=True)
class Look:
    """What the first look says of a text."""

    words: int
    """Words of the text."""
    score: float
    """The probability that the text is spun in part at least, 0..1, if half of all texts were; 0 where all
    that is suspicious is not English."""
    is_suspect: bool
    """Whether the model should read the text."""
    spans: tuple[tuple[int, int], ...] = ()
    """The suspicious passages of a suspect, in characters, in order: whole words from start to end."""


@dataclass(frozen=True)
class FirstLook:
    """Scores texts from their words alone. A pure function of the text: no state, safe to share."""

    evidence: WordEvidence
    limits: LookLimits = field(default_factory=LookLimits)

    @classmethod
    def load(cls, folder: str | Path | None = None) -> FirstLook:
        """Weights and limits of a folder; the packaged ones by default, which are read once.

        Raises InputError if the folder holds none.
        """
        return _load(Path(folder) if folder is not None else PACKAGED)

    def save(self, folder: Path, card: dict[str, Any]) -> None:
        """Write weights and limits into a folder, with what else is to stand in the card."""
        from despin.infer.files import write_text

        self.evidence.save(folder / WEIGHTS_FILE)
        write_text(folder / CARD_FILE, json.dumps({"limits": asdict(self.limits), **card}, indent=1) + "\n")

    def look(self, text: str) -> Look:
        """Whether ``text`` may be spun, how sure that is, and where. Linear in its length."""
        sums = self.sums(text)
        margin = self.margin(sums)
        if margin < 0:
            return Look(len(sums) - 1, self._probability(margin), False)
        # Chance evidence in another language; the model would leave the passage alone too.
        spans = tuple(span for span in self._spans(text, sums) if _is_english(text, *span))
        return Look(len(sums) - 1, self._probability(margin) if spans else 0.0, bool(spans), spans)

    def sums(self, text: str) -> npt.NDArray[np.int64]:
        """The evidence of the first 0, 1, … N words, [N + 1], in steps."""
        evidence = self.evidence.of_text(text)
        sums = np.zeros(len(evidence) + 1, dtype=np.int64)
        np.cumsum(evidence, out=sums[1:])
        return sums

    def margin(self, sums: npt.NDArray[np.int64]) -> float:
        """How far the evidence is above the limit, in nats, at best; below 0 for no suspect."""
        words = len(sums) - 1
        if not words:
            return -math.inf
        limits = self.limits
        margins = []
        if words <= limits.windows[-1]:
            limit = float(np.interp(words, limits.lengths, limits.whole))
            margins.append(int(sums[-1]) / STEPS_PER_NAT - limit)
        for width, limit in zip(limits.windows, limits.highest):
            if words > width:
                margins.append(int((sums[width:] - sums[:-width]).max()) / STEPS_PER_NAT - limit)
        run = int((sums - np.minimum.accumulate(sums)).max()) / STEPS_PER_NAT
        return min(max(margins), run - limits.run)

    def _probability(self, margin: float) -> float:
        log_odds = self.limits.slope * margin + self.limits.intercept
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, log_odds))))

    def _spans(self, text: str, sums: npt.NDArray[np.int64]) -> tuple[tuple[int, int], ...]:
        """The suspicious passages of a suspect, in characters."""
        words = len(sums) - 1
        runs: list[tuple[int, int]] = []
        for start, stop in self._suspicious_areas(sums):
            # The windows reach beyond the passage: its border is where the sum is highest.
            part = sums[start : stop + 1]
            rise = part - np.minimum.accumulate(part)
            last = int(rise.argmax())
            first = int(part[: last + 1][::-1].argmin())
            runs.append((start + last - first, start + last))
        if not runs:  # a short text, judged as a whole
            runs = [(0, words)]
        numbers = [number for first, last in runs for number in (first, last - 1)]
        places = word_spans(text, numbers)
        return tuple((int(start[0]), int(end[1])) for start, end in zip(places[::2], places[1::2]))

    def _suspicious_areas(self, sums: npt.NDArray[np.int64]) -> list[tuple[int, int]]:
        """Runs of words, ascending and disjoint, that windows above their limits cover."""
        words = len(sums) - 1
        cover = np.zeros(words + 1, dtype=np.int64)  # +1 where a window starts, -1 behind its end
        for width, limit in zip(self.limits.windows, self.limits.highest):
            if words > width:
                starts = np.flatnonzero(sums[width:] - sums[:-width] >= limit * STEPS_PER_NAT)
                np.add.at(cover, starts, 1)
                np.add.at(cover, starts + width, -1)
        is_covered = np.concatenate([[False], np.cumsum(cover)[:-1] > 0, [False]])
        borders = np.flatnonzero(is_covered[1:] != is_covered[:-1])
        return [(int(start), int(stop)) for start, stop in zip(borders[::2], borders[1::2])]


def _is_english(text: str, start: int, end: int) -> bool:
    """Whether a passage is English, by what is in its middle."""
    surplus = max(0, end - start - SAMPLE) // 2
    return is_english(tokenize(text, start + surplus, end - surplus))


@lru_cache(4)
def _load(folder: Path) -> FirstLook:
    try:
        card = json.loads((folder / CARD_FILE).read_text(encoding="utf-8"))
        limits = build(LookLimits, card["limits"], f"{folder / CARD_FILE}: limits")
        return FirstLook(WordEvidence.load(folder / WEIGHTS_FILE), limits)
    except OSError as error:
        raise InputError(f"{folder}: no first look: {error.strerror or error}") from None
    except (ValueError, LookupError, TypeError) as error:
        raise InputError(f"{folder}: no first look: {error}; fit one: despin train first-look") from None

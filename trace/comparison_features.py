"""What a comparison says for each way in which two texts may have come about, as numbers.

All but one are shares, so that a passage and a whole article are judged alike.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from despin.infer.candidates.inverse import InverseLexicon
from despin.infer.text.tokens import fold
from despin.trace.matched_stretch import Stretch, find_stretch
from despin.trace.text_comparison import Comparison, compare

FEATURES = ("common", "explained", "direction", "rows", "unexplained", "covered", "length", "run", "names")
"""The names of the features, in the order of `Evidence.features`."""
PRIOR = 10
"""Words that are added to a stretch, half of them in common, so that a stretch of a few words says little."""
_NAMES = re.compile(r"(?<![.!?:\n“\"] )(?<!\n)(?<!^)\b[A-Z][\w’'-]+|\b\d[\d.,]*\b")


@dataclass(frozen=True)
class Evidence:
    """A comparison, the one with the texts exchanged, and the stretch in which the texts agree."""

    comparison: Comparison
    reverse: Comparison | None
    """The stretch compared with the texts exchanged: what its rows explain, chance does, and synonyms that
    the dictionary has both ways. None without a stretch."""
    stretch: Stretch
    names: float
    """Share of the names and figures of the spun text that stand anywhere in the original, 0..1."""

    @property
    def words(self) -> int:
        """Words of the shorter text: how much there is to judge by."""
        return min(self.comparison.spun_words, self.comparison.original_words)

    @property
    def covered(self) -> float:
        """Share of the words of the shorter text that lie in the stretch, 0..1."""
        c, s = self.comparison, self.stretch
        shares = (s.spun_words / max(1, c.spun_words), s.original_words / max(1, c.original_words))
        return min(1.0, max(shares))

    @property
    def reverse_explained(self) -> int:
        """The changes of the stretch that rows would explain were the original spun from the other text."""
        return 0 if self.reverse is None else self.reverse.explained

    def features(self) -> list[float]:
        """The values of FEATURES."""
        stretch = self.stretch
        words = max(stretch.spun_words, stretch.original_words)
        changes = len(stretch.changes)
        runs = stretch.runs
        return [
            (sum(runs) + PRIOR / 2) / (words + PRIOR),
            (stretch.explained + 0.5) / (changes + 1),
            math.log((stretch.explained + 1) / (self.reverse_explained + 1)),
            math.log10(1 + 100 * stretch.explained / (words + PRIOR)),
            math.log10(1 + 100 * stretch.unexplained_words / (words + PRIOR)),
            self.covered,
            math.log10(1 + words),
            math.log10(1 + sum(n * n for n in runs) / max(1, sum(runs))),
            self.names,
        ]


def gather(spun: str, original: str, lexicon: InverseLexicon) -> Evidence:
    """Compare two texts in both directions. Raises InputError as `compare`."""
    comparison = compare(spun, original, lexicon)
    stretch = find_stretch(comparison, spun, original)
    reverse = None
    if stretch.parts:
        first, last = stretch.parts[0], stretch.parts[-1]
        spun_part = spun[first.spun_start : last.spun_end]
        original_part = original[first.original_start : last.original_end]
        reverse = compare(original_part, spun_part, lexicon)
    names = names_in_common(spun, original)
    return Evidence(comparison, reverse, stretch, names)


def names_in_common(text: str, other: str) -> float:
    """Share of the names and figures of ``text`` that stand in ``other``, 0..1; 0.5 where it has none."""
    names = {fold(name) for name in _NAMES.findall(text)}
    if not names:
        return 0.5
    known = {fold(name) for name in re.findall(r"[\w’'-]+|\d[\d.,]*", other)}
    return sum(name in known for name in names) / len(names)

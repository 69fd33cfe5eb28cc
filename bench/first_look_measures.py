"""What the first look finds and spares: held-out documents of each length, real spun texts, pasted
passages."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass

from despin.infer.decision.first_look import FirstLook, Look
from despin.infer.despinner import Despinner
from despin.metrics.calibration import auroc
from despin.train.ship.first_look_recipe import LookRecipe
from despin.train.ship.first_look_texts import SpunDocument, SpunText, cut_words, expected_weights

LENGTHS = (25, 50, 100, 200, 400, None)
"""Words of the texts that are cut out of a document; None is the whole document."""
ARTICLE_WORDS, PASTED_WORDS = 2000, 150
"""About how long the clean articles are, and the spun passages that are pasted into them."""


@dataclass(frozen=True)
class LengthResult:
    """Spun and clean texts of one length."""

    words: int | None
    spun: Sequence[SpunText]
    looks: Sequence[Look]
    """What the first look says of each spun text."""
    weights: Sequence[float]
    """The weight of each spun text: each expected spinner has its share."""
    clean: Sequence[Look]
    called_spun: Sequence[bool] = ()
    """Whether the whole system calls each spun text spun; empty if it was not asked."""

    @property
    def is_spun(self) -> list[bool]:
        """Whether each spun text counts as spun."""
        return [text.is_spun for text in self.spun]

    def recall(self, chosen: Sequence[bool]) -> float | None:
        """The share of the chosen spun texts that are suspects, by weight; None if there are none."""
        total = sum(weight for weight, is_chosen in zip(self.weights, chosen) if is_chosen)
        found = sum(
            w * look.is_suspect for w, look, is_chosen in zip(self.weights, self.looks, chosen) if is_chosen
        )
        return found / total if total else None

    def recall_of_site(self, site: str) -> float | None:
        """The share of the texts of one spinner that are suspects; None if there are none."""
        found = [
            look.is_suspect for text, look in zip(self.spun, self.looks) if text.is_spun and text.site == site
        ]
        return sum(found) / len(found) if found else None

    def spared(self) -> float:
        """The share of the clean texts that are no suspects."""
        return sum(not look.is_suspect for look in self.clean) / max(len(self.clean), 1)

    def auroc(self) -> float | None:
        """How often a spun text has a higher score than a clean one; None without texts of both kinds."""
        spun = [look.score for look, is_spun in zip(self.looks, self.is_spun) if is_spun]
        return auroc([look.score for look in self.clean], spun) if spun and self.clean else None


def measure_length(
    look: FirstLook,
    documents: Sequence[SpunDocument],
    words: int | None,
    recipe: LookRecipe,
    despinner: Despinner | None = None,
) -> LengthResult:
    """Looks at texts of ``words`` words from all documents that have as many, spun and clean."""
    rng = random.Random(f"length:{words}")
    cuts = [document.cut(words, rng) for document in documents]
    spun = [cut for cut in cuts if cut is not None]
    clean = [d.clean if words is None else cut_words(d.clean, words, rng) for d in documents]
    called = despinner.correct_batch([cut.text for cut in spun]) if despinner is not None else []
    return LengthResult(
        words,
        spun,
        [look.look(cut.text) for cut in spun],
        expected_weights(recipe, [cut.site for cut in spun]),
        [look.look(text) for text in clean if text],
        [correction.verdict == "spun" for correction in called],
    )


@dataclass(frozen=True, slots=True)
class Pasted:
    """A spun passage inside a clean article."""

    is_found: bool
    """Whether a suspicious span overlaps the passage."""
    covered: float
    """Share of the passage's characters inside suspicious spans."""
    beside: int
    """Characters of the clean text inside suspicious spans."""


def paste(look: FirstLook, article: str, passage: str) -> Pasted:
    """Put ``passage`` between two paragraphs in the middle of ``article``, and look."""
    middle = article.find("\n", len(article) // 2)
    at = len(article) if middle < 0 else middle
    before = article[:at] + "\n"
    start, end = len(before), len(before) + len(passage)
    inside = beside = 0
    for first, last in look.look(before + passage + article[at:]).spans:
        overlap = max(0, min(end, last) - max(start, first))
        inside += overlap
        beside += last - first - overlap
    return Pasted(inside > 0, inside / max(len(passage), 1), beside)


def words_per_second(look: FirstLook, texts: Sequence[str], rounds: int = 3) -> float:
    """Words of ``texts`` a second of processor time, one core; the best of some rounds."""
    best = 0.0
    for _ in range(rounds):
        start = time.process_time()
        words = sum(look.look(text).words for text in texts)
        best = max(best, words / max(time.process_time() - start, 1e-9))
    return best

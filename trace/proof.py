"""A comparison with all that it must say of itself: what was compared, with what, when, and how sure it
is."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from despin.infer.candidates.inverse import InverseLexicon
from despin.trace.comparison_features import Evidence
from despin.trace.families import FamilyFit, RowKey, best_family, fit_families
from despin.trace.verdicts import MEASURED_WORDS, Verdict, judge_texts

OTHERS = {
    "independent": "an independent text on the same subject",
    "rewritten": "rewriting by hand or a shared source",
    "copied": "copying without a spinner",
    "unrelated": "an unrelated text",
}
"""The other explanations, in the order in which their ratios are shown."""


@dataclass(frozen=True)
class NamedText:
    """A text that is compared, as it is read: mark-up left out."""

    name: str
    text: str
    sha256: str
    """Of the text as it came, in UTF-8: of a file in UTF-8 what ``sha256sum`` prints."""

    @classmethod
    def of(cls, name: str, source: str, text: str | None = None) -> NamedText:
        """A text that came as ``source`` and reads as ``text``."""
        digest = hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()
        return cls(name, source if text is None else text, digest)


@dataclass(frozen=True)
class Proof:
    """Two texts with evidence, verdict, families, and the circumstances of the comparison."""

    spun: NamedText
    original: NamedText
    evidence: Evidence
    verdict: Verdict
    families: Sequence[FamilyFit]
    circumstances: Mapping[str, str]
    """Version, dictionary and date, by name."""

    @property
    def family(self) -> FamilyFit | None:
        """The family whose dictionary fits best, None if none does or the texts are too short."""
        return best_family(self.families) if self.verdict.is_measured else None

    @property
    def reading(self) -> str:
        """The evidence in a sentence or two."""
        stretch = self.evidence.stretch
        changes = len(stretch.changes)
        if not stretch.parts:
            return "The two texts have no stretch of wording in common."
        share = percent(sum(stretch.runs) / max(1, stretch.spun_words, stretch.original_words))
        where = f"{stretch.spun_words:,} of {self.evidence.comparison.spun_words:,} words of the text"
        reverse = self.evidence.reverse_explained
        return (
            f"{where} run parallel to the supposed original, {share} of them word for word. Of "
            f"{changes:,} changes of "
            f"wording the dictionary explains {stretch.explained:,}; with the texts exchanged it "
            f"explains {reverse:,}."
        )

    def facts(self) -> list[tuple[str, list[str]]]:
        """What the proof rests on, by name, for text and page alike."""
        comparison = self.evidence.comparison
        counts = [
            f"{comparison.spun_words:,} words beside {comparison.original_words:,}, "
            f"{comparison.common_words:,} in "
            f"common ({percent(comparison.common_share)} of the longer text)",
            f"{comparison.word_changes:,} changes of wording, {comparison.explained:,} explained by the "
            f"dictionary",
        ]
        facts = [
            ("Likelihood ratio", self.ratios()),
            ("Error rates", error_lines(self.verdict, self.evidence.words)),
            ("Counts", counts),
            ("Dictionary", self.family_lines()),
            ("The text", [self.spun.name, f"SHA-256 {self.spun.sha256}"]),
            ("Supposed original", [self.original.name, f"SHA-256 {self.original.sha256}"]),
            ("Made with", [", ".join(f"{name} {value}" for name, value in self.circumstances.items())]),
        ]
        return [(name, lines) for name, lines in facts if lines]

    def ratios(self) -> list[str]:
        """The likelihood ratios in words, that against independent texts first; none of texts too short."""
        reverse = self.verdict.outcome == "reversed"
        claim = "“the original was spun from the text”" if reverse else "“spun from this”"
        if not self.verdict.is_measured:
            return []
        return [self._ratio(name, what, claim) for name, what in OTHERS.items()]

    def _ratio(self, name: str, what: str, claim: str) -> str:
        value = self.verdict.log10_ratios[name]
        number = f"{10 ** abs(value):,.0f}" if abs(value) >= 1 else f"{10 ** abs(value):.1f}"
        bound = " or more" if value in self.verdict.bounds[name] else ""
        if value < 0:
            return f"{number}{bound} to 1 for {what}"
        return f"{number}{bound} to 1 for {claim} over {what}"

    def family_lines(self) -> list[str]:
        """Whose dictionary explains the changes."""
        lines = [
            f"{fit.name}: {fit.explained:,} of {fit.changes:,} changes ({fit.reverse:,} with the texts "
            f"exchanged)"
            for fit in self.families
        ]
        if not self.verdict.is_measured:
            return lines
        best = self.family
        return [f"fits best: {best.name}" if best else "none of the known ones fits", *lines]

    def to_dict(self) -> dict[str, Any]:
        """As plain Python values."""
        return {
            "spun": {"name": self.spun.name, "sha256": self.spun.sha256},
            "original": {"name": self.original.name, "sha256": self.original.sha256},
            "verdict": self.verdict.to_dict(),
            "families": [fit.to_dict() for fit in self.families],
            "family": self.family.name if self.family else None,
            "made_with": dict(self.circumstances),
            "comparison": {
                **self.evidence.comparison.to_dict(),
                "explained_if_exchanged": self.evidence.reverse_explained,
                "parallel_words": self.evidence.stretch.spun_words,
            },
        }


def prove(
    spun: NamedText,
    original: NamedText,
    lexicon: InverseLexicon,
    families: Mapping[str, Collection[RowKey]],
    circumstances: Mapping[str, str],
) -> Proof:
    """Compare two texts. ``lexicon`` holds the rows of all ``families``. Raises InputError as
    `judge_texts`."""
    evidence, verdict = judge_texts(spun.text, original.text, lexicon)
    return Proof(spun, original, evidence, verdict, fit_families(evidence, families), circumstances)


def error_lines(verdict: Verdict, words: int) -> list[str]:
    """The measured error rates of the verdict "spun" in words; none for other verdicts.

    ``words`` of the shorter text: whether they hold for it.
    """
    if not verdict.errors:
        return []
    wrong, others = _totals(verdict.errors["wrongly_called_spun"])
    called, spun = _totals(verdict.errors["called_spun"])
    lines = [
        f"{wrong:,} of {others:,} other pairs were wrongly called spun, {spun - called:,} of {spun:,} "
        f"real spun ones missed"
    ]
    if words < MEASURED_WORDS:
        lines.append(
            f"measured on texts of {MEASURED_WORDS} words and more; the shorter one here has {words}"
        )
    return lines


def _totals(counts: Mapping[str, Sequence[int]]) -> tuple[int, int]:
    return sum(c[0] for c in counts.values()), sum(c[1] for c in counts.values())


def percent(share: float) -> str:
    """A share as whole per cent, never rounded to 0 or 100."""
    whole = round(100 * share)
    if whole == 100 and share < 1:
        return "over 99 %"
    return "under 1 %" if whole == 0 and share > 0 else f"{whole} %"

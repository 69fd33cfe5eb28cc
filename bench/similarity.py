"""Similarity of restored texts to their originals: chrF and TER by sacrebleu, exact sentence matches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from despin.infer.text.quotes import straighten_quotes
from despin.infer.text.segmentation import sentence_spans
from despin.metrics.alignment import paired_lines


@dataclass(frozen=True, slots=True)
class Similarity:
    """Scores of all texts together."""

    chrf: float
    """chrF, 0..100, of character 6-grams (Popović 2015)."""
    ter: float
    """Translation edit rate in percent, 0 for identical texts (Snover et al. 2006)."""
    exact: float
    """Share of the original's sentences that are restored exactly, apart from curly or straight quotes."""
    signature: str
    """sacrebleu's signatures of both metrics."""


def similarity(restored: Sequence[str], originals: Sequence[str]) -> Similarity:
    """Scores of texts against their originals, line by line if both have as many lines.

    Needs sacrebleu (Post 2018). Raises ValueError if all originals are empty.
    """
    from sacrebleu.metrics.chrf import CHRF
    from sacrebleu.metrics.ter import TER

    lines = [pair for texts in zip(restored, originals, strict=True) for pair in paired_lines(*texts)]
    lines = [(straighten_quotes(a), straighten_quotes(b)) for a, b in lines if b.strip()]
    if not lines:
        raise ValueError("there are no texts to compare: all originals are empty")
    hypotheses, references = [a for a, _ in lines], [[b for _, b in lines]]
    chrf, ter = CHRF(), TER(case_sensitive=True)
    return Similarity(
        chrf.corpus_score(hypotheses, references).score,
        ter.corpus_score(hypotheses, references).score,
        _exact_matches(lines),
        f"{chrf.get_signature()} {ter.get_signature()}",
    )


def _exact_matches(lines: Sequence[tuple[str, ...]]) -> float:
    """Share of the originals' sentences that are in the restored lines; each restored one matches once."""
    matches = total = 0
    for restored, original in lines:
        unmatched = _sentences(restored)
        for sentence in _sentences(original):
            total += 1
            if sentence in unmatched:
                unmatched.remove(sentence)
                matches += 1
    return matches / total


def _sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]

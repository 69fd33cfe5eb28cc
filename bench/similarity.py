"""How near restored texts are to their originals as wholes: chrF and TER by sacrebleu, sentences alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from despin.infer.text.segmentation import sentence_spans
from despin.metrics.alignment import paired_lines, straighten_quotes


@dataclass(frozen=True, slots=True)
class Similarity:
    """Scores of all texts together."""

    chrf: float
    """chrF, 0..100, of character 6-grams (Popović 2015)."""
    ter: float
    """Translation edit rate in percent, 0 where nothing differs (Snover et al. 2006)."""
    exact: float
    """Share of sentences that are restored to the letter, quotation marks' kinds aside."""
    signature: str
    """What sacrebleu was told, by its own account."""


def similarity(restored: Sequence[str], originals: Sequence[str]) -> Similarity:
    """Of texts to their originals, line by line where both have as many.

    Needs sacrebleu (Post 2018). Raises ValueError without any text.
    """
    from sacrebleu.metrics.chrf import CHRF
    from sacrebleu.metrics.ter import TER

    lines = [pair for texts in zip(restored, originals, strict=True) for pair in paired_lines(*texts)]
    lines = [(straighten_quotes(a), straighten_quotes(b)) for a, b in lines if b.strip()]
    if not lines:
        raise ValueError("there are no texts to compare")
    got, wanted = [a for a, _ in lines], [[b for _, b in lines]]
    chrf, ter = CHRF(), TER(case_sensitive=True)
    scores = chrf.corpus_score(got, wanted).score, ter.corpus_score(got, wanted).score
    told = f"{chrf.get_signature()} {ter.get_signature()}"
    return Similarity(*scores, _exact(lines), told)


def _exact(lines: Sequence[tuple[str, ...]]) -> float:
    """Sentences of the originals that the restored lines have as well, once for each time they occur."""
    alike = whole = 0
    for got, wanted in lines:
        left = _sentences(got)
        for sentence in _sentences(wanted):
            whole += 1
            if sentence in left:
                left.remove(sentence)
                alike += 1
    return alike / whole


def _sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]

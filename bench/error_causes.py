"""Why changes are missed or wrong: the dictionary, the choice among its wordings, or the threshold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from despin.infer.candidates.inverse import InverseLexicon
from despin.infer.checkpoint import open_checkpoint
from despin.infer.despinner import Despinner
from despin.infer.text.edits import Edit, apply_edits
from despin.infer.text.tokens import tokenize
from despin.metrics.alignment import Change, comparison_tokens, paired_lines, straighten_quotes, word_changes
from despin.metrics.oracle import reachable_changes
from despin.metrics.pairs import read_pairs
from despin.metrics.signature import signature, signature_line
from despin.metrics.tables import NO_WORDING, markdown_table

CAUSES = {
    "not in the dictionary": "the original is not among the wordings that the inverse dictionary knows",
    "below the threshold": "the likeliest wording is the original, but with too little confidence",
    "another original": "another wording of the dictionary was made likelier",
    "kept": "the spun wording was taken for natural",
    "natural wording changed": "no change was needed there",
}
"""Causes of errors and what each means."""


@dataclass(frozen=True, slots=True)
class Error:
    """A needed change that was not made, or a change that was not needed."""

    cause: str
    """One of CAUSES."""
    source: str
    """The spun wording."""
    wanted: str
    """What stood there."""
    made: str
    """What the system wrote, or would have written below the threshold; the source where it kept it."""


def errors(
    spun: str, original: str, edits: Sequence[Edit], threshold: float, lexicon: InverseLexicon
) -> list[Error]:
    """The errors in one text, each needed change and each needless one judged once.

    ``edits`` are a system's likeliest edits whatever their confidence; those below ``threshold`` are
    not made. Texts of several lines are compared line by line when both have as many.
    """
    out: list[Error] = []
    at = 0
    for line, wanted in paired_lines(spun, original):
        behind = at + len(line)
        here = [
            replace(e, start=e.start - at, end=e.end - at) for e in edits if at <= e.start and e.end <= behind
        ]
        out += _in_line(line, wanted, here, threshold, lexicon)
        at = behind + 1
    return out


def _in_line(
    line: str, original: str, edits: Sequence[Edit], threshold: float, lexicon: InverseLexicon
) -> list[Error]:
    tokens = tokenize(line)
    source, target = comparison_tokens(line), comparison_tokens(original)
    needed = word_changes(source, target)
    known = reachable_changes(line, target, lexicon)
    # What was changed is read off the restored text, as the scores read it.
    made = set(
        word_changes(
            source, comparison_tokens(apply_edits(line, [e for e in edits if e.confidence >= threshold]))
        )
    )
    likeliest = set(word_changes(source, comparison_tokens(apply_edits(line, edits))))
    spans = [
        (edit, [n for n, t in enumerate(tokens) if edit.start <= t.start and t.end <= edit.end])
        for edit in edits
    ]
    out = []
    for change in needed:
        if change in made:
            continue
        touching = [edit for edit, covered in spans if _overlap(change, covered)]
        if change in likeliest:
            cause = "below the threshold"
        elif change not in known:
            cause = "not in the dictionary"
        else:
            cause = "another original" if touching else "kept"
        written = " ".join(edit.replacement for edit in touching) or _joined(source, change)
        out.append(Error(cause, _joined(source, change), " ".join(change.words), written))
    for edit, covered in spans:
        if edit.confidence >= threshold and not any(_overlap(change, covered) for change in needed):
            out.append(Error("natural wording changed", edit.source, edit.source, edit.replacement))
    return out


def _overlap(change: Change, covered: Sequence[int]) -> bool:
    if not covered:
        return False
    first, behind = covered[0], covered[-1] + 1
    # A change without source words is an insertion beside its place.
    return change.start < behind and first < max(change.end, change.start + 1)


def _joined(source: Sequence[str], change: Change) -> str:
    return " ".join(source[change.start : change.end])


def counted(found: Iterable[Error]) -> str:
    """A Markdown table of causes: how many errors, what share, and the commonest as examples."""
    grouped: dict[str, Counter[tuple[str, str, str]]] = {cause: Counter() for cause in CAUSES}
    for error in found:
        grouped[error.cause][(straighten_quotes(error.source), error.wanted, error.made)] += 1
    whole = sum(g.total() for g in grouped.values())
    rows = []
    for cause, group in grouped.items():
        shown = "; ".join(
            f"{source or NO_WORDING} → {wanted or NO_WORDING} ({made})"
            for (source, wanted, made), _ in group.most_common(3)
        )
        share = group.total() / whole if whole else 0.0
        rows.append([cause, str(group.total()), f"{share:.2f}", *([shown] if shown else [])])
    header = ["cause", "errors", "share", "for example: spun → original (made)"]
    return markdown_table(header, rows, "lrrl", "compact")


def report(files: Sequence[str], folder: str | None = None) -> str:
    """The table for a checkpoint (the embedded one if None) on files of pairs, with its signature."""
    pairs, digest = read_pairs(files)
    checkpoint = open_checkpoint(folder).folder
    threshold = Despinner(checkpoint).min_confidence
    unfiltered = Despinner(checkpoint, min_confidence=0.0, min_score=0.0)
    lexicon = InverseLexicon.load(checkpoint / "inverse.tsv")
    corrections = unfiltered.correct_batch([p.spun for p in pairs])
    found = [
        e for p, c in zip(pairs, corrections) for e in errors(p.spun, p.original, c.edits, threshold, lexicon)
    ]
    sign = signature_line(signature(pairs=digest, checkpoint=checkpoint))
    return f"{counted(found)}\n{len(found):,} errors at threshold {threshold:g}.\n\n{sign}\n"

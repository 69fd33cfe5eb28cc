"""Why edits are missed or wrong: the dictionary, the choice among its wordings, or the threshold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from despin.infer.candidates.inverse import InverseLexicon
from despin.infer.checkpoint import INVERSE_FILE, open_checkpoint
from despin.infer.despinner import Despinner
from despin.infer.text.edits import Edit, apply_edits
from despin.infer.text.quotes import straighten_quotes
from despin.infer.text.tokens import tokenize
from despin.metrics.alignment import Change, comparison_tokens, paired_lines, word_changes
from despin.metrics.oracle import reachable_changes
from despin.metrics.pairs import read_pairs
from despin.metrics.signature import signature, signature_line
from despin.metrics.tables import NO_WORDING, markdown_table

CAUSES = {
    "not in the dictionary": "the original is not among the wordings of the inverse dictionary",
    "below the threshold": "the likeliest wording is the original, but its confidence is too low",
    "another original": "another wording of the dictionary was judged likelier",
    "kept": "the spun wording was judged natural",
    "natural wording changed": "no change was needed",
}
"""Causes of errors and what each means."""


@dataclass(frozen=True, slots=True)
class Error:
    """A gold change that was missed, or a change that was not needed."""

    cause: str
    """One of CAUSES."""
    spun: str
    """The spun wording."""
    original: str
    """The original wording."""
    restored: str
    """The system's likeliest wording, even if below the threshold; the spun one if it has none."""


def find_errors(
    spun: str, original: str, edits: Sequence[Edit], threshold: float, lexicon: InverseLexicon
) -> list[Error]:
    """The errors in one text: one for each missed gold change and each needless change.

    ``edits`` are a system's likeliest edits at any confidence; those below ``threshold`` are not made.
    Texts of several lines are compared line by line if both have as many lines.
    """
    errors: list[Error] = []
    line_start = 0
    for spun_line, original_line in paired_lines(spun, original):
        line_end = line_start + len(spun_line)
        line_edits = [
            replace(e, start=e.start - line_start, end=e.end - line_start)
            for e in edits
            if line_start <= e.start and e.end <= line_end
        ]
        errors += _errors_in_line(spun_line, original_line, line_edits, threshold, lexicon)
        line_start = line_end + 1
    return errors


def _errors_in_line(
    line: str, original: str, edits: Sequence[Edit], threshold: float, lexicon: InverseLexicon
) -> list[Error]:
    tokens = tokenize(line)
    source, target = comparison_tokens(line), comparison_tokens(original)
    gold = word_changes(source, target)
    reachable = reachable_changes(line, target, lexicon)
    # As in the scores, changes are those between the texts, not the edits themselves.
    made = _changes(line, source, [e for e in edits if e.confidence >= threshold])
    likeliest = _changes(line, source, edits)
    covered = [
        (edit, [n for n, t in enumerate(tokens) if edit.start <= t.start and t.end <= edit.end])
        for edit in edits
    ]
    errors = []
    for change in gold:
        if change in made:
            continue
        overlapping = [edit for edit, positions in covered if _overlap(change, positions)]
        if change in likeliest:
            cause = "below the threshold"
        elif change not in reachable:
            cause = "not in the dictionary"
        else:
            cause = "another original" if overlapping else "kept"
        wording = " ".join(source[change.start : change.end])
        restored = " ".join(edit.replacement for edit in overlapping) or wording
        errors.append(Error(cause, wording, " ".join(change.words), restored))
    for edit, positions in covered:
        if edit.confidence >= threshold and not any(_overlap(change, positions) for change in gold):
            errors.append(Error("natural wording changed", edit.source, edit.source, edit.replacement))
    return errors


def _changes(line: str, source: Sequence[str], edits: Sequence[Edit]) -> set[Change]:
    return set(word_changes(source, comparison_tokens(apply_edits(line, edits))))


def _overlap(change: Change, positions: Sequence[int]) -> bool:
    """Whether a change overlaps the tokens at ``positions`` (consecutive)."""
    if not positions:
        return False
    start, end = positions[0], positions[-1] + 1
    # An insertion has no source tokens; it overlaps the token that it is put before.
    return change.start < end and start < max(change.end, change.start + 1)


def causes_table(errors: Iterable[Error]) -> str:
    """A Markdown table of causes: number and share of errors, and the most frequent as examples."""
    by_cause: dict[str, Counter[tuple[str, str, str]]] = {cause: Counter() for cause in CAUSES}
    for error in errors:
        by_cause[error.cause][straighten_quotes(error.spun), error.original, error.restored] += 1
    total = sum(counts.total() for counts in by_cause.values())
    rows = []
    for cause, counts in by_cause.items():
        examples = "; ".join(
            f"{spun or NO_WORDING} → {original or NO_WORDING} ({restored})"
            for (spun, original, restored), _ in counts.most_common(3)
        )
        share = counts.total() / total if total else 0.0
        rows.append([cause, str(counts.total()), f"{share:.2f}", *([examples] if examples else [])])
    header = ["cause", "errors", "share", "for example: spun → original (made)"]
    return markdown_table(header, rows, "lrrl", "compact")


def report(files: Sequence[str], folder: str | None = None) -> str:
    """The table for a checkpoint (the embedded one if None) on files of pairs, with its signature."""
    pairs, digest = read_pairs(files)
    checkpoint = open_checkpoint(folder).folder
    threshold = Despinner(checkpoint).min_confidence
    unfiltered = Despinner(checkpoint, min_confidence=0.0, min_score=0.0)
    lexicon = InverseLexicon.load(checkpoint / INVERSE_FILE)
    corrections = unfiltered.correct_batch([p.spun for p in pairs])
    errors = [
        error
        for pair, correction in zip(pairs, corrections)
        for error in find_errors(pair.spun, pair.original, correction.edits, threshold, lexicon)
    ]
    sign = signature_line(signature(pairs=digest, checkpoint=checkpoint))
    return f"{causes_table(errors)}\n{len(errors):,} errors at threshold {threshold:g}.\n\n{sign}\n"

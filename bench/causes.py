"""Why changes are missed or wrong: the dictionary, the choice among its wordings, or the threshold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from despin.bench.align import Change, changes, lines_together, straightened, tokens_of
from despin.bench.offered import offered
from despin.infer.edits import Edit
from despin.infer.lexicon import InverseLexicon
from despin.infer.words import words

CAUSES = {
    "not in the dictionary": "the original is not among the wordings that the inverse dictionary knows",
    "below the threshold": "the likeliest wording is the original, but with too little confidence",
    "another original": "another wording of the dictionary was made likelier",
    "kept": "the spun wording was taken for natural",
    "natural wording changed": "no change was needed there",
}
"""Causes of errors and what each means."""
NOTHING = "∅"


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
    for line, wanted in lines_together(spun, original):
        behind = at + len(line)
        here = [e for e in edits if at <= e.start and e.end <= behind]
        out += _in_line(line, wanted, [(e, e.start - at, e.end - at) for e in here], threshold, lexicon)
        at = behind + 1
    return out


def _in_line(
    line: str,
    original: str,
    edits: Sequence[tuple[Edit, int, int]],
    threshold: float,
    lexicon: InverseLexicon,
) -> list[Error]:
    tokens = words(line)
    source, target = tokens_of(line), tokens_of(original)
    needed = changes(source, target)
    known = offered(line, target, lexicon)
    # Each edit as the tokens that it covers.
    spans = [
        (edit, [n for n, t in enumerate(tokens) if start <= t.start and t.end <= end])
        for edit, start, end in edits
    ]
    out = []
    for change in needed:
        touching = [edit for edit, covered in spans if _overlap(change, covered)]
        made = [edit for edit in touching if edit.confidence >= threshold]
        if any(_is(change, edit, source) for edit in made):
            continue
        near = [edit for edit in touching if _is(change, edit, source)]
        if near:
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


def _is(change: Change, edit: Edit, source: Sequence[str]) -> bool:
    """Whether an edit makes the change, perhaps with unchanged words around it."""
    wanted = list(source[change.start : change.end])
    before, after = tokens_of(edit.source), tokens_of(edit.replacement)
    if before == wanted and after == list(change.words):
        return True
    return any(
        Change(0, 0, c.words)[2] == change.words and before[c.start : c.end] == wanted
        for c in changes(before, after)
    )


def _joined(source: Sequence[str], change: Change) -> str:
    return " ".join(source[change.start : change.end])


def counted(found: Iterable[Error]) -> str:
    """A Markdown table of causes: how many errors, what share, and the commonest as examples."""
    grouped: dict[str, Counter[tuple[str, str, str]]] = {cause: Counter() for cause in CAUSES}
    for error in found:
        grouped[error.cause][(straightened(error.source), error.wanted, error.made)] += 1
    whole = sum(g.total() for g in grouped.values())
    rows = ["| cause | errors | share | for example: spun → original (made) |", "|---|---:|---:|---|"]
    for cause, group in grouped.items():
        shown = "; ".join(
            f"{source or NOTHING} → {wanted or NOTHING} ({made})"
            for (source, wanted, made), _ in group.most_common(3)
        )
        share = group.total() / whole if whole else 0.0
        rows.append(f"| {cause} | {group.total()} | {share:.2f} | {shown} |")
    return "\n".join(rows) + "\n"

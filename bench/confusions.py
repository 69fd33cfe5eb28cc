"""The errors of a system one by one, with their context: as a Markdown table and as an HTML page."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from despin.metrics.alignment import Change, comparison_tokens, paired_lines, word_changes
from despin.metrics.tables import NO_WORDING, markdown_table

CONTEXT = 6
"""Tokens of context on either side."""


@dataclass(frozen=True, slots=True)
class Confusion:
    """A place where the system's output differs from the original."""

    pair: str
    """The pair's id."""
    left_context: str
    """Tokens of the spun text before the place."""
    spun: str
    """The spun wording."""
    restored: str
    """The system's wording; the spun one if it changed nothing."""
    original: str
    """The original's wording; the spun one if no change was needed."""
    right_context: str
    """Tokens of the spun text after the place."""

    @property
    def wordings(self) -> tuple[str, str, str]:
        """The spun, the restored and the original wording."""
        return self.spun, self.restored, self.original


def confusions(pair: str, spun: str, restored: str, original: str) -> list[Confusion]:
    """The gold changes that were missed and the proposed changes that are wrong, in order.

    A wrong change that overlaps a missed gold change is one error, not two.
    """
    errors = []
    for spun_line, restored_line, original_line in paired_lines(spun, restored, original):
        source = comparison_tokens(spun_line)
        gold = word_changes(source, comparison_tokens(original_line))
        proposed = word_changes(source, comparison_tokens(restored_line))
        correct = set(gold) & set(proposed)
        wrong = [change for change in proposed if change not in correct]
        for change in gold:
            if change in correct:
                continue
            overlapping = [other for other in wrong if _overlap(other, change)]
            wrong = [other for other in wrong if other not in overlapping]
            errors.append(_confusion(pair, source, [change], overlapping))
        errors += [_confusion(pair, source, [], [change]) for change in wrong]
    return errors


def _overlap(a: Change, b: Change) -> bool:
    """Whether two changes share a source token, or are insertions at the same position."""
    return a.start < max(b.end, b.start + 1) and b.start < max(a.end, a.start + 1)


def _confusion(
    pair: str, source: Sequence[str], gold: Sequence[Change], proposed: Sequence[Change]
) -> Confusion:
    start = min(change.start for change in (*gold, *proposed))
    end = max(change.end for change in (*gold, *proposed))
    return Confusion(
        pair,
        " ".join(source[max(0, start - CONTEXT) : start]),
        " ".join(source[start:end]),
        " ".join(_apply(source, start, end, proposed)),
        " ".join(_apply(source, start, end, gold)),
        " ".join(source[end : end + CONTEXT]),
    )


def _apply(source: Sequence[str], start: int, end: int, changes: Sequence[Change]) -> list[str]:
    """``source[start:end]`` with the changes applied."""
    output: list[str] = []
    last = start
    for change in sorted(changes):
        output += [*source[last : change.start], *change.words]
        last = change.end
    return [*output, *source[last:end]]


def table(errors: Iterable[Confusion], limit: int = 40) -> str:
    """A Markdown table of the ``limit`` most frequent errors, each with its first context."""
    listed = list(errors)
    counts = Counter(error.wordings for error in listed)
    examples = {error.wordings: error for error in reversed(listed)}
    rows = []
    for wordings, count in counts.most_common(limit):
        example = examples[wordings]
        marked = f"**{example.spun or NO_WORDING}**"
        context = f"… {example.left_context} {marked} {example.right_context} …"
        rows.append([str(count), *(wording or NO_WORDING for wording in wordings), context])
    return markdown_table(["times", "spun", "made", "original", "for example"], rows, "rllll", "compact")


def page(systems: Sequence[tuple[str, Sequence[Confusion]]]) -> str:
    """A self-contained HTML page: all errors of each system, the most frequent wordings first."""
    parts = [_HEAD]
    for name, errors in systems:
        counts = Counter(error.wordings for error in errors)
        parts.append(f"<h2>{html.escape(name)}: {len(errors):,} errors</h2>\n<table>\n")
        parts.append("<tr><th>times<th>in its context<th>made<th>original<th>pair\n")
        for error in sorted(errors, key=lambda e: (-counts[e.wordings], e.wordings)):
            parts.append(_html_row(error, counts[error.wordings]))
        parts.append("</table>\n")
    return "".join(parts)


def _html_row(error: Confusion, count: int) -> str:
    fields = (error.restored, error.original, error.pair)
    restored, original, pair = (html.escape(field or NO_WORDING) for field in fields)
    marked = f"<mark>{html.escape(error.spun or NO_WORDING)}</mark>"
    context = f"{html.escape(error.left_context)} {marked} {html.escape(error.right_context)}"
    return f"<tr><td>{count}<td>{context}<td><del>{restored}</del><td><ins>{original}</ins><td>{pair}\n"


_HEAD = """<!DOCTYPE html>
<html lang="en"><meta charset="utf-8"><title>Errors</title>
<style>
body { font: 15px/1.4 sans-serif; margin: 2em }
table { border-collapse: collapse }
td, th { border-top: 1px solid #ccc; padding: .3em .6em; text-align: left; vertical-align: top }
del { color: #a00; text-decoration: none }
ins { color: #070; text-decoration: none }
</style>
<h1>Errors</h1>
"""

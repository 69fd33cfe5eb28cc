"""The errors of a system one by one, with what stood around them: as a table and as a page."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from despin.metrics.alignment import Change, comparison_tokens, paired_lines, word_changes
from despin.metrics.tables import NO_WORDING, markdown_table

AROUND = 6
"""Words of context on either side."""


@dataclass(frozen=True, slots=True)
class Confusion:
    """A place where the system wrote something else than the original has."""

    pair: str
    """The pair's id."""
    before: str
    """Words of the spun text before the place."""
    source: str
    """The spun wording."""
    made: str
    """What the system wrote; the source where it changed nothing."""
    wanted: str
    """What the original has; the source where nothing was to be changed."""
    behind: str
    """Words of the spun text behind the place."""


def confusions(pair: str, spun: str, restored: str, original: str) -> list[Confusion]:
    """The needed changes that were not made as needed and those that were not needed, in order.

    A change made at the place of a needed one is one error, not two.
    """
    found = []
    for line, got, wanted in paired_lines(spun, restored, original):
        source = comparison_tokens(line)
        needed, made = (
            word_changes(source, comparison_tokens(wanted)),
            word_changes(source, comparison_tokens(got)),
        )
        right = set(needed) & set(made)
        wrong = [c for c in made if c not in right]
        for change in needed:
            if change in right:
                continue
            touching = [c for c in wrong if _touch(c, change)]
            wrong = [c for c in wrong if c not in touching]
            found.append(_told(pair, source, [change], touching))
        found += [_told(pair, source, [], [change]) for change in wrong]
    return found


def _touch(one: Change, other: Change) -> bool:
    """Whether two changes share a word of the source, or stand at one place where they add words."""
    return one.start < max(other.end, other.start + 1) and other.start < max(one.end, one.start + 1)


def _told(pair: str, source: Sequence[str], needed: Sequence[Change], made: Sequence[Change]) -> Confusion:
    start = min(c.start for c in (*needed, *made))
    end = max(c.end for c in (*needed, *made))
    return Confusion(
        pair,
        " ".join(source[max(0, start - AROUND) : start]),
        " ".join(source[start:end]),
        " ".join(_after(source, start, end, made)),
        " ".join(_after(source, start, end, needed)),
        " ".join(source[end : end + AROUND]),
    )


def _after(source: Sequence[str], start: int, end: int, made: Sequence[Change]) -> list[str]:
    """``source[start:end]`` with the changes made."""
    out: list[str] = []
    at = start
    for change in sorted(made):
        out += [*source[at : change.start], *change.words]
        at = change.end
    return [*out, *source[at:end]]


def table(found: Iterable[Confusion], most: int = 40) -> str:
    """A Markdown table of the commonest, each with one of its contexts."""
    listed = list(found)
    counted = Counter((c.source, c.made, c.wanted) for c in listed)
    example = {(c.source, c.made, c.wanted): c for c in reversed(listed)}
    rows = []
    for key, times in counted.most_common(most):
        one = example[key]
        context = f"… {one.before} **{one.source or NO_WORDING}** {one.behind} …"
        rows.append([str(times), *(part or NO_WORDING for part in key), context])
    return markdown_table(["times", "spun", "made", "original", "for example"], rows, "rllll", "compact")


def page(systems: Sequence[tuple[str, Sequence[Confusion]]]) -> str:
    """One HTML page, whole in itself: all errors of each system, the commonest wordings first."""
    parts = [_HEAD]
    for name, found in systems:
        counted = Counter((c.source, c.made, c.wanted) for c in found)
        ordered = sorted(
            found, key=lambda c: (-counted[c.source, c.made, c.wanted], c.source, c.made, c.wanted)
        )
        parts.append(f"<h2>{html.escape(name)}: {len(found):,} errors</h2>\n<table>\n")
        parts.append("<tr><th>times<th>in its context<th>made<th>original<th>pair\n")
        for c in ordered:
            cells = [html.escape(part or NO_WORDING) for part in (c.made, c.wanted, c.pair)]
            place = f"{html.escape(c.before)} <mark>{html.escape(c.source or NO_WORDING)}</mark>"
            parts.append(
                f"<tr><td>{counted[c.source, c.made, c.wanted]}<td>{place} {html.escape(c.behind)}"
                f"<td><del>{cells[0]}</del><td><ins>{cells[1]}</ins><td>{cells[2]}\n"
            )
        parts.append("</table>\n")
    return "".join(parts)


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

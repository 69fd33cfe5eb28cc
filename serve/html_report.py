"""Corrections as one HTML file that needs nothing else: the view of the page, for mailing to an editor."""

from __future__ import annotations

import html
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from despin.infer.correction import Correction, join_corrections
from despin.infer.render import joined, percent, shade
from despin.infer.text.edits import Edit
from despin.infer.text.reading import Format
from despin.serve.results import result_values
from despin.serve.web_files import fill, report_template
from despin.trace.queries import Query

VERDICT_NAMES = {"clean": "not spun", "unsure": "unsure", "spun": "spun"}
"""A verdict in words, as ``sentences.js`` has it."""


@dataclass(frozen=True)
class ReportedText:
    """A text of a report, and what was found in it."""

    name: str
    correction: Correction
    format: Format = "text"
    mark: str = ""
    """A byte-order mark before the text, which offsets in the report count."""
    queries: tuple[Query, ...] = ()
    """Phrases to search for its original."""

    @classmethod
    def of(
        cls, name: str, blocks: Iterable[Correction], format: Format = "text", mark: str = ""
    ) -> ReportedText:
        """A text that was restored in blocks."""
        return cls(name, join_corrections(blocks), format, mark)

    @property
    def source(self) -> str:
        """The text as it came."""
        return self.mark + self.correction.source

    def snapshot(self) -> dict[str, Any]:
        """What the page's script shows: offsets in UTF-16 code units, no decisions yet."""
        values = result_values(self.correction, "utf16", len(self.mark))
        decisions = {"threshold": 0, "choices": {}}
        return {**values, "text": self.source, "name": self.name, "format": self.format, **decisions}


def named_apart(places: Sequence[PurePath]) -> list[str]:
    """The name of each file, in order; of files of one name with as many folders as tell them apart.

    The other folders are nothing that whoever gets the report needs to know. What no folder tells apart is
    numbered.
    """
    by_name: dict[str, list[int]] = {}
    for index, place in enumerate(places):
        by_name.setdefault(place.name, []).append(index)
    names = [place.name for place in places]
    for alike in by_name.values():
        different = len({places[index] for index in alike})
        depth = 1
        while len({places[index].parts[-depth:] for index in alike}) < different:
            depth += 1
        times: Counter[str] = Counter()
        for index in alike:
            name = PurePath(*places[index].parts[-depth:]).as_posix()
            times[name] += 1
            names[index] = name if times[name] == 1 else f"{name} ({times[name]})"
    return names


def as_report(texts: Sequence[ReportedText], url_template: str | None = None) -> str:
    """The HTML of a report on one or more texts. Without scripts it still shows each text with its edits.

    The queries of the texts are links by ``url_template``, the address of a search engine with ``{query}``.
    """
    title = texts[0].name if len(texts) == 1 else f"{len(texts)} texts"
    data = json.dumps({"view": None, "documents": [text.snapshot() for text in texts]}, ensure_ascii=False)
    parts = {
        "title": html.escape(f"{title} – Despin"),
        "plain": "".join(map(_plain, texts)),
        "queries": _queries(texts, url_template),
        # No tag may begin or end in a script.
        "data": data.replace("<", "\\u003c"),
    }
    return fill(report_template(), parts)


def _plain(text: ReportedText) -> str:
    """A text with its name, its score and its edits marked, as ``reportfile.js`` makes it."""
    correction = text.correction
    count = f"{len(correction.edits):,} edit{'' if len(correction.edits) == 1 else 's'}"
    verdict = VERDICT_NAMES[correction.verdict]

    def mark(edit: Edit) -> str:
        return (
            f'<span class="mark c{shade(edit.confidence)}" title="{percent(edit.confidence)} sure">'
            f'<del>{_escape(edit.source)}</del><span class="gap"> </span>'
            f"<ins>{_escape(edit.replacement)}</ins></span>"
        )

    return (
        f"<h2>{_escape(text.name)}</h2>"
        f'<p class="note">Score {score_text(correction.score)}, {verdict} · {count}</p>'
        f'<div class="text plain">{text.mark}'
        f"{joined(correction.source, correction.edits, _escape, mark)}</div>"
    )


def _queries(texts: Sequence[ReportedText], url_template: str | None) -> str:
    """The queries of each text as a list; nothing where there are none."""
    lists = []
    for text in texts:
        name = f"<h3>{_escape(text.name)}</h3>" if len(texts) > 1 else ""
        items = "".join(f"<li>{_query(query, url_template)}</li>" for query in text.queries)
        lists.append(f"{name}<ol>{items}</ol>" if items else "")
    if not any(lists):
        return ""
    note = "Each with the probability that the original has these words in this order."
    head = f'<h2>Search for the original</h2><p class="note">{note}</p>'
    return f'<section class="queries">{head}{"".join(lists)}</section>'


def _query(query: Query, url_template: str | None) -> str:
    shown = f"“{_escape(query.text)}”"
    if url_template is not None:
        address = html.escape(query.url(url_template))
        shown = f'<a href="{address}" rel="noreferrer" target="_blank">{shown}</a>'
    return f"{shown} {percent(query.chance)}"


def _escape(text: str) -> str:
    return html.escape(text, quote=False)


def score_text(score: float) -> str:
    """A score with two digits, never rounded to certainty."""
    value = f"{score:.2f}"
    return "0.99+" if score < 1 and value == "1.00" else value

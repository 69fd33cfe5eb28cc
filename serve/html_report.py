"""Corrections as one HTML file that needs nothing else: the view of the page, for mailing to an editor."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from despin.infer.correction import Correction
from despin.infer.render import VERDICTS, as_dict, percent, shade
from despin.infer.text.edits import Edit
from despin.infer.text.reading import Format
from despin.serve.utf16 import utf16_counter
from despin.serve.web_files import fill, report_template

VERDICT_NAMES = {"clean": "not spun", "unsure": "unsure", "spun": "spun"}
"""A verdict in words, as ``sentences.js`` has it."""


@dataclass
class ReportedText:
    """A text of a report, and what was found in it, block by block."""

    name: str
    format: Format = "text"
    source: str = ""
    edits: list[Edit] = field(default_factory=list)
    """With offsets in the whole source, in characters."""
    _blocks: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def of(
        cls, name: str, blocks: Iterable[Correction], format: Format = "text", mark: str = ""
    ) -> ReportedText:
        """A text of blocks whose sources join to it; ``mark``: a byte-order mark before them."""
        sources, length = [mark], len(mark)
        text = cls(name, format)
        for block in blocks:
            source = block.source
            values = as_dict(block, length)
            text._blocks.append(values)
            text.edits += [
                Edit(e.start + length, e.end + length, e.source, e.replacement, e.confidence)
                for e in block.edits
            ]
            sources.append(source)
            length += len(source)
        text.source = "".join(sources)
        return text

    @property
    def judgement(self) -> tuple[float, str]:
        """The greatest score and the most suspicious verdict of its blocks."""
        scores = [block["score"] for block in self._blocks]
        verdicts = [block["verdict"] for block in self._blocks]
        return max(scores, default=0.0), max(verdicts, key=VERDICTS.index, default=VERDICTS[0])

    def snapshot(self) -> dict[str, Any]:
        """What the page's script shows: offsets in UTF-16 code units, no decisions yet."""

        def joined(kind: str) -> list[dict[str, Any]]:
            start, end = utf16_counter(self.source), utf16_counter(self.source)
            items = (item for block in self._blocks for item in block[kind])
            return [{**item, "start": start(item["start"]), "end": end(item["end"])} for item in items]

        score, verdict = self.judgement
        return {
            "text": self.source,
            "name": self.name,
            "format": self.format,
            "edits": joined("edits"),
            "refused": joined("refused"),
            "passages": joined("passages"),
            "score": score,
            "verdict": verdict,
            "unanswered": sum(block["unanswered"] for block in self._blocks),
            "threshold": 0,
            "choices": {},
        }


def as_report(texts: Sequence[ReportedText]) -> str:
    """The HTML of a report on one or more texts. Without scripts it still shows each text with its edits."""
    title = texts[0].name if len(texts) == 1 else f"{len(texts)} texts"
    data = json.dumps({"view": None, "documents": [text.snapshot() for text in texts]}, ensure_ascii=False)
    parts = {
        "title": html.escape(f"{title} – Despin"),
        "plain": "".join(map(_plain, texts)),
        # No tag may begin or end in a script.
        "data": data.replace("<", "\\u003c"),
    }
    return fill(report_template(), parts)


def _plain(text: ReportedText) -> str:
    """A text with its name, its score and its edits marked, as ``reportfile.js`` makes it."""
    score, verdict = text.judgement
    edits = f"{len(text.edits):,} edit{'' if len(text.edits) == 1 else 's'}"
    parts = [
        f"<h2>{html.escape(text.name, quote=False)}</h2>",
        f'<p class="note">Score {score_text(score)}, {VERDICT_NAMES[verdict]} · {edits}</p>',
        '<div class="text plain">',
    ]
    last = 0
    for edit in text.edits:
        parts += [
            html.escape(text.source[last : edit.start], quote=False),
            f'<span class="mark c{shade(edit.confidence)}" title="{percent(edit.confidence)} sure">',
            f"<del>{html.escape(edit.source, quote=False)}</del>",
            f"<ins>{html.escape(edit.replacement, quote=False)}</ins></span>",
        ]
        last = edit.end
    parts.append(html.escape(text.source[last:], quote=False))
    return f"{''.join(parts)}</div>"


def score_text(score: float) -> str:
    """A score with two digits, never rounded to certainty."""
    value = f"{score:.2f}"
    return "0.99+" if score < 1 and value == "1.00" else value

"""The proof as one HTML file: two texts line by line, each change with the row that explains it.

It holds no script and loads nothing: what an editor or a court is shown is all in the file. Links lead from
each change to its counterpart in the other text, and to its row in the table.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from despin.infer.text.tokens import Token, is_word, iter_tokens
from despin.serve.web_files import fill, policy_digest, read_static
from despin.trace.matched_stretch import Part, alignment_parts
from despin.trace.proof import Proof, percent
from despin.trace.text_comparison import Change

LIMITS = (
    "A likely original, not a proof of authorship. The comparison says how the wording of one text "
    "follows from that "
    "of the other; it does not say who wrote which first, who ran a spinner, or whether it was allowed. "
    "The likelihood "
    "ratio weighs two explanations against each other; how likely each was beforehand is for the reader "
    "to judge. "
    "Error rates were measured on the pairs named in docs/compare.md and hold for texts like these: "
    "edited English "
    "prose."
)
_CLOSING = "\"'”’)]"
_STYLES = ("base.css", "compare.css")


class _Line(NamedTuple):
    spun: str
    original: str


def comparison_page(proof: Proof) -> str:
    """The HTML of a comparison."""
    style = "".join(map(read_static, _STYLES))
    parts = {
        "csp": f"default-src 'none'; style-src '{policy_digest(style)}'; base-uri 'none'; form-action 'none'",
        "title": html.escape(f"{proof.spun.name} and {proof.original.name} – Despin"),
        "style": style,
        "plain": _summary(proof),
        "result": _sides(proof)
        + _table(proof)
        + f'<footer><p class="limits">{html.escape(LIMITS)}</p></footer>',
    }
    return fill(read_static("compare.html"), parts)


def _summary(proof: Proof) -> str:
    facts = "".join(
        f"<div><dt>{html.escape(name)}</dt><dd>{'<br />'.join(map(html.escape, lines))}</dd></div>"
        for name, lines in proof.facts()
    )
    return (
        f'<p class="verdict">{html.escape(proof.verdict.sentence)}</p>'
        f"<p>{html.escape(proof.reading)}</p>"
        f'<dl class="facts">{facts}</dl>'
    )


def _sides(proof: Proof) -> str:
    lines = "".join(
        f'<div class="line" id="line{number}"><a class="number" href="#line{number}">{number}</a>'
        f'<div class="cell">{line.spun}</div><div class="cell">{line.original}</div></div>'
        for number, line in enumerate(_lines(proof), 1)
    )
    return (
        "<h2>Side by side</h2>"
        '<p class="note key"><span><span class="change row">explained</span> by a row of the '
        "dictionary</span>"
        '<span><span class="change other">not explained</span></span><span><span class="change '
        'nothing">∅</span> '
        "nothing stands there</span><span>a number leads to the counterpart</span></p>"
        f'<div class="sides"><div class="line heads"><span class="number"></span>'
        f'<div class="cell">{html.escape(proof.spun.name)}, the text</div>'
        f'<div class="cell">{html.escape(proof.original.name)}, the supposed '
        f"original</div></div>{lines}</div>"
    )


def _lines(proof: Proof) -> Iterator[_Line]:
    """Both texts, cut where a sentence or a line ends in what they have in common; no line is empty."""
    return (line for line in _cut_lines(proof) if line.spun or line.original)


def _cut_lines(proof: Proof) -> Iterator[_Line]:
    spun, original = proof.spun.text, proof.original.text
    numbers = {id(change): n for n, change in enumerate(proof.evidence.comparison.changes, 1)}
    left: list[str] = []
    right: list[str] = []
    for part in alignment_parts(proof.evidence.comparison, spun, original):
        if part.change is not None:
            is_long = (
                not (part.spun_words and part.original_words) and part.spun_words + part.original_words > 12
            )
            if is_long and (left or right):
                yield _line(left, right)
            left.append(_mark(part.change, numbers[id(part.change)], "spun"))
            right.append(_mark(part.change, numbers[id(part.change)], "original"))
            if is_long:
                yield _line(left, right)
            continue
        a, b = part.spun_start, part.original_start
        for spun_end, original_end in _cuts(spun, original, part):
            left.append(html.escape(spun[a:spun_end], quote=False))
            right.append(html.escape(original[b:original_end], quote=False))
            a, b = spun_end, original_end
            yield _line(left, right)
        left.append(html.escape(spun[a : part.spun_end], quote=False))
        right.append(html.escape(original[b : part.original_end], quote=False))
    yield _line(left, right)


def _line(left: list[str], right: list[str]) -> _Line:
    """The line, whose parts are emptied."""
    line = _Line("".join(left).strip(), "".join(right).strip())
    left.clear()
    right.clear()
    return line


def _cuts(spun: str, original: str, part: Part) -> Iterator[tuple[int, int]]:
    """Where a run in common is cut, in both texts. Its tokens are equal one by one."""
    tokens = list(iter_tokens(spun, part.spun_start, part.spun_end))
    others = list(iter_tokens(original, part.original_start, part.original_end))
    if len(tokens) != len(others):
        return
    for index, (token, other) in enumerate(zip(tokens, others)):
        following = tokens[index + 1].start if index + 1 < len(tokens) else part.spun_end
        if _ends_line(spun, tokens, index, following):
            yield token.end, other.end


def _ends_line(text: str, tokens: Sequence[Token], index: int, following: int) -> bool:
    token = tokens[index]
    between = text[token.end : following]
    if "\n" in between:
        return True
    if not between or index == 0 or is_word(token.text):
        return False
    mark = tokens[index - 1].text if token.text in _CLOSING else token.text
    before = tokens[index - 1].text
    return (
        mark in (".", "!", "?")
        and len(before) > 2
        and text[following : following + 1].lower() != text[following : following + 1]
    )


def _mark(change: Change, number: int, side: str) -> str:
    wording, other = (change.spun, "o") if side == "spun" else (change.original, "s")
    if change.kind == "punctuation":
        return f'<span class="same">{html.escape(wording, quote=False)}</span>'
    kind = "row" if change.row is not None else "other"
    own = "s" if side == "spun" else "o"
    shown = html.escape(wording, quote=False)
    if not wording:
        kind, shown = "nothing", "∅"
    title = html.escape(explanation(change))
    return (
        f'<a class="change {kind}" id="{own}{number}" href="#{other}{number}" title="{title}">{shown}'
        f"<sup>{number}</sup></a>{'' if wording else ' '}"
    )


def explanation(change: Change) -> str:
    """Why a change is explained, in words."""
    if change.row is None:
        return "no row of the dictionary explains this"
    return f"dictionary: “{change.row.spun}” for “{change.row.original}”"


def _table(proof: Proof) -> str:
    rows = "".join(
        f'<tr id="c{number}"><td><a href="#s{number}">{number}</a></td><td>{_cell(change.spun)}</td>'
        f"<td>{_cell(change.original)}</td><td>{html.escape(_row_text(change))}</td>"
        f"<td>{percent(change.row.share) if change.row else ''}</td></tr>"
        for number, change in enumerate(proof.evidence.comparison.changes, 1)
        if change.kind != "punctuation"
    )
    return (
        "<h2>Changes</h2>"
        '<p class="note">The share says how often, where a spun page has the wording, it stands for this '
        "original.</p>"
        '<table class="rows"><thead><tr><th>No.</th><th>Text</th><th>Original</th><th>Row of the '
        "dictionary</th>"
        f"<th>Share</th></tr></thead><tbody>{rows}</tbody></table>"
    )


def _cell(wording: str) -> str:
    return html.escape(wording, quote=False) if wording else "∅"


def _row_text(change: Change) -> str:
    return f"{change.row.spun} ← {change.row.original}" if change.row else "none"

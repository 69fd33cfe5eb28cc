"""Any text has pieces, and any hostile text has them after work that grows linearly."""

from __future__ import annotations

import importlib
import itertools
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from despin.infer.text.formats.html import read_html
from despin.infer.text.formats.markdown import read_markdown
from despin.infer.text.pieces import Piece

sys.path.insert(0, str(Path(__file__).parent))
from piece_text import shown

READERS = (read_html, read_markdown)
HTML = "< > </ & ; \" ' = / ! - <b <p> </p> <!-- --> <td> <code> </code> <svg> <title> <sup> ]]> {{ {% &lt; a".split()
MARKDOWN = "[ ] ( ) ! * _ ` ~ < > \\ & | # - + : $ ^ { } [^ [[ ]: <b> !!! a".split()
BITS = st.sampled_from(
    [*HTML, *MARKDOWN, " ", "\n", "\n\n", "\r\n", "\t", "    ", "word", "é", "🙂", "\ud800", "\x00", "&shy;", "&#8217;"]
    + ["<script>", "</script>", "</title>", "<![CDATA[", "&amp;lt;b&amp;gt;", "<p translate=no>", "$x$", "\\("]
    + ["```\n", "# ", "> [!NOTE] a\n", "!!! a\n", ":::a\n", "---\n", "+++\n", '{"a": 1}\n', "| a |\n|---|\n", "{: .a}\n"]
    + ["{% code %}\n", "{% endcode %}\n", "[a]: b\n", "1. ", "- [ ] ", "<!-- "]
)  # fmt: skip
TEXT = st.one_of(st.text(max_size=40), st.lists(BITS, max_size=40).map("".join))


@settings(max_examples=300, deadline=None)
@given(TEXT, st.sampled_from(READERS))
def test_pieces_cover_any_text(text: str, read: Callable[[str], list[Piece]]) -> None:
    pieces = read(text)
    assert isinstance(shown(text, pieces), str)  # checks the pieces
    assert read(text) == pieces


class CountedPattern:
    """A pattern that counts the characters that its searches pass over, and its matches."""

    work = 0

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self._pattern = pattern

    def search(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        match = self._pattern.search(text, start, end)
        CountedPattern.work += (match.end() if match else min(end, len(text))) - start + 1
        return match

    def match(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        match = self._pattern.match(text, start, end)
        CountedPattern.work += 1 + (match.end() - start if match else 0)
        return match

    def finditer(self, text: str, start: int = 0, end: int = sys.maxsize) -> Iterator[re.Match[str]]:
        CountedPattern.work += min(end, len(text)) - start + 1
        return self._pattern.finditer(text, start, end)

    def sub(self, replacement: str, text: str) -> str:
        return self._pattern.sub(replacement, text)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[CountedPattern]]:
    """All patterns of the readers' modules count their work."""
    folder = Path(importlib.import_module("despin.infer.text.formats").__path__[0])
    for path in folder.glob("[a-z]*.py"):
        module = importlib.import_module(f"despin.infer.text.formats.{path.stem}")
        for name, value in vars(module).copy().items():
            if isinstance(value, re.Pattern):
                monkeypatch.setattr(module, name, CountedPattern(value))
            elif name == "_RAW_END":
                monkeypatch.setattr(module, name, {key: CountedPattern(item) for key, item in value.items()})
    yield CountedPattern


def work(read: Callable[[str], list[Piece]], pattern: str, length: int) -> int:
    """Characters that are searched, matches and pieces, for a pattern repeated to a length."""
    CountedPattern.work = 0
    pieces = read((pattern * (length // len(pattern) + 1))[:length])
    return CountedPattern.work + len(pieces)


def check_growth(read: Callable[[str], list[Piece]], pattern: str, length: int) -> None:
    """The work from 2n to 4n is at most twice that from n to 2n, give or take the ends of the text."""
    first, second, third = (work(read, pattern, length * factor) for factor in (1, 2, 4))
    assert third - second <= 2.3 * (second - first) + length, (pattern, first, second, third)
    assert third <= 40 * 4 * length, (pattern, third)


@pytest.mark.parametrize(("read", "signs"), [(read_html, HTML), (read_markdown, MARKDOWN)])
def test_work_is_linear_for_all_pairs_of_signs(
    counted: type[CountedPattern], read: Callable[[str], list[Piece]], signs: list[str]
) -> None:
    signs = [*signs, " ", "\n"]
    for pair in itertools.chain(signs, map("".join, itertools.product(signs, repeat=2))):
        check_growth(read, pair, 500)


@pytest.mark.parametrize(
    ("read", "signs"),
    [(read_html, "< > </ & ! - \" = <b <!-- <td> {{ &lt; a".split()), (read_markdown, "[ ] ( ! * _ ` < > \\ | : $ {".split())],
)  # fmt: skip
def test_work_is_linear_for_all_triples_of_signs(
    counted: type[CountedPattern], read: Callable[[str], list[Piece]], signs: list[str]
) -> None:
    for triple in map("".join, itertools.product([*signs, "\n"], repeat=3)):
        check_growth(read, triple, 100)


@pytest.mark.parametrize(
    "unit",
    ["<p>\n", "<div>", '<b a="<">', "<li><span>", "<dd><ul>", "<b translate=no>x", "<title>", "<title>&lt;title>"]
    + ["<svg><p>", "&amp;lt;b ", "{% code %}", "<sup><a x>1", "<![CDATA[", "<textarea>", "<a b='", "<b {% ", "&#1111"]
    + ["<svg><title>", "<table><td><code>", "<span></div>", "<code></div>", "<script><!--<script>", "<?php ", "${"],
)  # fmt: skip
def test_work_is_linear_for_hostile_pages(counted: type[CountedPattern], unit: str) -> None:
    check_growth(read_html, unit, 2_000)


@pytest.mark.parametrize(
    "unit",
    ["_![", "![*", "> ", "- ", "<div>\n", "<code>", "!!! note\n", "    !!! n\n", "::: a\n", "> [!N]\n", "\\(", "$1 a "]
    + ["{% code %}\n", "\\[\n\n", "$$ ", "\\begin{a}", "{: ", ":a", "[^", "[@a", "<b>\n\n", "<title>\n\n", "[[a|", "[a][]"]
    + ["<!-- \n\n", "``` a\n", '=== "a"\n', "a\n: b\n", "*[a]: b\n", "/// a\n", "{#a", "<script>\n\n", "---\n", "\t"],
)  # fmt: skip
def test_work_is_linear_for_hostile_markdown(counted: type[CountedPattern], unit: str) -> None:
    check_growth(read_markdown, unit, 2_000)


def test_the_count_of_work_shows_what_is_quadratic(counted: type[CountedPattern]) -> None:
    unclosed = CountedPattern(re.compile("</x>"))

    def rescan(text: str) -> list[Piece]:
        for start in range(len(text)):
            unclosed.search(text, start)
        return []

    with pytest.raises(AssertionError):
        check_growth(rescan, "<x>", 200)

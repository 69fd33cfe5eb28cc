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


def units(written: str) -> list[str]:
    """Patterns written one after the other, with visible signs for a space and a line break."""
    return [unit.replace("␣", " ").replace("⏎", "\n") for unit in written.split()]


_HTML = (
    """< > </ & ; " ' = / ! - <b <p> </p> <!-- --> <td> <code> </code> <svg> <title> <sup> ]]> {{ {% &lt; a"""
)
_MARKDOWN = "[ ] ( ) ! * _ ` ~ < > \\ & | # - + : $ ^ { } [^ [[ ]: <b> !!! a"
HTML = units(_HTML + " ␣ ⏎")
MARKDOWN = units(_MARKDOWN + " ␣ ⏎")
HTML_OF_TRIPLES = units('< > </ & ! - " = <b <!-- <td> {{ &lt; a ⏎')
MARKDOWN_OF_TRIPLES = units("[ ] ( ! * _ ` < > \\ | : $ { ⏎")
HOSTILE_HTML = units(
    "<p>⏎ <div> <b␣a='<'> <li><span> <dd><ul> <b␣translate=no>x <title> <title>&lt;title> <svg><p> "
    "&amp;lt;b␣ "
    "{%␣code␣%} <sup><a␣x>1 <![CDATA[ <textarea> <a␣b=' <b␣{%␣ &#1111 <svg><title> <table><td><code> "
    "<span></div> <code></div> <script><!--<script> <?php␣ ${"
)
HOSTILE_MARKDOWN = units(
    "_![ ![* >␣ -␣ <div>⏎ <code> !!!␣note⏎ "
    "␣␣␣␣!!!␣n⏎ :::␣a⏎ >␣[!N]⏎ \\( $1␣a␣ {%␣code␣%}⏎ \\[⏎⏎ $$␣ \\begin{a} "
    "{:␣ :a [^ [@a <b>⏎⏎ "
    '<title>⏎⏎ [[a| [a][] <!--␣⏎⏎ ```␣a⏎ ===␣"a"⏎ a⏎:␣b⏎ *[a]:␣b⏎ ///␣a⏎ {#a <script>⏎⏎ ---⏎'
    " {/*⏎⏎ {/*␣*{ {a.b⏎⏎ {a.b {a}`b` export␣{⏎⏎ export␣{⏎⏎}⏎ export␣{⏎⏎}⏎{⏎⏎ %%⏎⏎ %%␣a⏎ %%a%%b "
    "<a␣b={ <a␣b={c} <a␣'{ <a␣{b}⏎⏎ (a)=⏎ :::{a}⏎:b:␣c⏎ :::{a}⏎---⏎ :::{code}⏎ ␣?␣: {␣?␣ {␣?␣:␣ {'a␣ ^a⏎⏎"
)
_BITS = (
    "⏎⏎ ␣␣␣␣ word é 🙂 &shy; &#8217; <script> </script> </title> <![CDATA[ &amp;lt;b&amp;gt; "
    "<p␣translate=no> $x$ \\( "
    '```⏎ #␣ >␣[!NOTE]␣a⏎ !!!␣a⏎ :::a⏎ ---⏎ +++⏎ {"a":1}⏎ |␣a␣|⏎|---|⏎ '
    "{/* */} {a.b} {a&& } %% :::{a}⏎ :b:␣c⏎ export␣{⏎ } ^a⏎ "
    "{:␣.a}⏎ {%␣code␣%}⏎ {%␣endcode␣%}⏎ [a]:␣b⏎ 1.␣ -␣[␣]␣"
)
BITS = st.sampled_from([*HTML, *MARKDOWN, *units(_BITS), "\r\n", "\t", "\ud800", "\x00", "\x01"])
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


def work(read: Callable[[str], list[Piece]], pattern: str, count: int) -> int:
    """Characters that are searched, matches and pieces, for a pattern repeated."""
    CountedPattern.work = 0
    return len(read(pattern * count)) + CountedPattern.work


def check_growth(read: Callable[[str], list[Piece]], pattern: str, length: int) -> None:
    """The work at 4n characters is twice that at 2n, not four times as much, and little for each."""
    count = 2 * (length // (2 * len(pattern)) + 1)  # even: what every second repetition closes is closed
    first, second, third = (work(read, pattern, count * factor) for factor in (1, 2, 4))
    assert second <= 2.5 * first + length and third <= 2.5 * second + length, (pattern, first, second, third)
    assert third <= 40 * 4 * count * len(pattern), (pattern, third)


@pytest.mark.parametrize(("read", "signs"), [(read_html, HTML), (read_markdown, MARKDOWN)])
def test_work_is_linear_for_all_pairs_of_signs(
    counted: type[CountedPattern], read: Callable[[str], list[Piece]], signs: list[str]
) -> None:
    for pair in itertools.chain(signs, map("".join, itertools.product(signs, repeat=2))):
        check_growth(read, pair, 120)


@pytest.mark.parametrize(
    ("read", "signs"), [(read_html, HTML_OF_TRIPLES), (read_markdown, MARKDOWN_OF_TRIPLES)]
)
def test_work_is_linear_for_all_triples_of_signs(
    counted: type[CountedPattern], read: Callable[[str], list[Piece]], signs: list[str]
) -> None:
    for triple in map("".join, itertools.product(signs, repeat=3)):
        check_growth(read, triple, 30)


@pytest.mark.parametrize("unit", HOSTILE_HTML)
def test_work_is_linear_for_hostile_pages(counted: type[CountedPattern], unit: str) -> None:
    check_growth(read_html, unit, 2_000)


@pytest.mark.parametrize("unit", HOSTILE_MARKDOWN)
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

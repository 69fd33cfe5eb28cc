"""Views of Markdown and HTML: as long as the text, with prose where a reader sees prose."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from despin.infer.text.markup import FORMATS, MAX_DEPTH, MAX_INLINE_BYTES, Format, prose_view

sys.path.insert(0, str(Path(__file__).parents[2] / "fuzz"))
from invariants import check_parts

BITS = st.sampled_from(
    [
        "<p>",
        "</p>",
        "<b>",
        "</b>",
        "<",
        ">",
        "<pre>",
        "</pre>",
        "<!--",
        "-->",
        "<script>",
        "</script>",
        "&amp;",
        "**",
        "`",
        "```\n",
        "[",
        "](",
        ")",
        "# ",
        "> ",
        "- ",
        "| a |\n|---|\n",
        "\n",
        "\n\n",
        "\r\n",
        "word",
        " ",
        "é",
        "🙂",
        "\ud800",
        "    ",
    ]
)
TEXT = st.one_of(st.text(max_size=40), st.lists(BITS, max_size=40).map("".join))


def prose(text: str, kind: Format) -> list[str]:
    """The spans that may be edited, without surrounding white space."""
    spans = [text[start:end].strip() for start, end in prose_view(text, kind).prose or []]
    return [span for span in spans if span]


@settings(max_examples=150, deadline=None)
@given(TEXT, st.sampled_from(FORMATS))
def test_any_text_has_a_view_of_its_length(text: str, kind: Format) -> None:
    check_parts(text, kind)


def test_plain_text_is_all_prose() -> None:
    assert prose_view("a <b>c</b>", "text") == ("a <b>c</b>", None)


@pytest.mark.parametrize(
    ("page", "parts"),
    [
        ("<p>one <b>two</b> three</p>", ["one", "two", "three"]),
        ('<a href="x" title="not this">one</a>', ["one"]),
        ("<pre>not <i>this</i></pre>one<code>nor this</code>", ["one"]),
        ("<script>not(this)</script>one<style>p {}</style>", ["one"]),
        ("<!-- not this -->one", ["one"]),
        ("one &amp; two", ["one", "two"]),
        ("<P>one<BR>two", ["one", "two"]),
        ("<!DOCTYPE html><title>é one</title>", ["é one"]),
        ("<p>one</i> two", ["one", "two"]),
    ],
)
def test_what_is_prose_in_a_page(page: str, parts: list[str]) -> None:
    assert prose(page, "html") == parts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("# One *two*\n", ["One", "two"]),
        ('one [two](http://not.this "nor this") three\n', ["one", "two", "three"]),
        ("one `not this` two\n", ["one", "two"]),
        ("```\nnot this\n```\n\none\n", ["one"]),
        ("one\n\n    not this\n", ["one"]),
        ("- one\n- two\n", ["one", "two"]),
        ("| one | two |\n|---|---|\n| é | three |\n", ["one", "two", "é", "three"]),
        ("[not]: http://not.this\n\none\n", ["one"]),
        ("<div>\none <i>two</i>\n</div>\n", ["one", "two"]),
        ("one <b>two</b>\n", ["one", "two"]),
        ("---\nnot: this\n---\n\none\n", ["one"]),
        ("> one\n> two\n", ["one", "two"]),
    ],
)
def test_what_is_prose_in_markdown(text: str, parts: list[str]) -> None:
    assert prose(text, "markdown") == parts


def test_a_paragraph_continues_over_inline_tags_and_line_ends_and_ends_at_a_block() -> None:
    view = prose_view("<p>one <b>two</b>\nthree</p><p>four</p>", "html").text
    assert [line.split() for line in view.split("\n")] == [[], ["one", "two", "three"], ["four"]]
    view = prose_view("one\ntwo\n\nthree\n", "markdown").text
    assert [line.split() for line in view.split("\n")] == [["one", "two"], ["three"]]


def test_inline_markup_of_a_very_long_paragraph_is_left_to_the_rules_for_plain_text() -> None:
    text = "one *two* " * (MAX_INLINE_BYTES // 10)
    assert prose(text + "\n", "markdown")[:2] == ["one", "two"]
    assert prose(text + "and more\n", "markdown") == [text + "and more"]


def test_an_unclosed_comment_hides_nothing() -> None:
    assert prose("<!-- not this --> one <!-- two", "html") == ["one <!-- two"]


def test_a_page_too_deep_is_left_to_the_rules_for_plain_text() -> None:
    assert prose_view("<div>" * (MAX_DEPTH + 1) + "one", "html").prose is None
    assert prose_view("<img>" * (MAX_DEPTH + 1) + "one", "html").prose is not None


def test_threads_may_parse_at_the_same_time() -> None:
    pages = [f"<p>one {n} <b>two</b></p>\n" * 200 for n in range(8)]
    sequential = [prose_view(page, "html") for page in pages]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda page: prose_view(page, "html"), pages)) == sequential


def test_an_unknown_format_is_named() -> None:
    with pytest.raises(ValueError, match="'rtf'"):
        prose_view("", "rtf")  # type: ignore[arg-type]

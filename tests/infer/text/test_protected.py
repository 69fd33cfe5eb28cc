"""What is protected, and the cursor against a plain search of all spans."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from despin.infer.text.protected import ProtectedCursor, merge_spans, protected_spans

SPAN = st.tuples(st.integers(0, 40), st.integers(1, 10)).map(lambda p: (p[0], p[0] + p[1]))
SPANS = st.lists(SPAN, max_size=8)
BITS = st.sampled_from(
    ["<", ">", "</", "<pre>", "</pre>", "<!--", "-->", "&", ";", "`", "@", "#", "www.", "http://", ".com",
     "a", "b.c", " ", "\n", "é"]
)  # fmt: skip


def protected(text: str) -> list[str]:
    """The protected parts of ``text``."""
    return [text[start:end] for start, end in protected_spans(text)]


@pytest.mark.parametrize(
    "part",
    [
        "https://house.example/loss-of-life?home=1#top",
        "HTTP://HOUSE.EXAMPLE",
        "ftp://files.example/home",
        "www.home.example/house",
        "house@home.example",
        "first.last+tag@mail.home.example",
        "@house",
        "#home",
        "house.com",
        "news.home.co.uk",
        "home.org/loss/of/life",
        '<a href="https://home.example" title="loss of life">',
        "</p>",
        "<br/>",
        "<!-- loss of life\n home -->",
        "<script>var home = 1 < 2;</script>",
        "<style>\n.home { color: red }\n</style>",
        "<code>home</code>",
        "&amp;",
        "&#8217;",
        "`home of house`",
    ],
)
@pytest.mark.parametrize("frame", ["{}", "see {} there", "see\n{}\nthere"])
def test_protected_parts(part: str, frame: str) -> None:
    assert protected(frame.format(part)) == [part]


@pytest.mark.parametrize(
    "text",
    [
        "The lower house met on Monday.",
        "a < b and c > d",
        "AT&T and the R&D house; home",
        "a rate of 3.5 to 4.0",
        "He came.Then he left",
        "the U.S. house",
        "five @ the house # home",
        "an unclosed ` home",
        "the end of an http home",
        "",
    ],
)
def test_prose_is_not_protected(text: str) -> None:
    assert protected_spans(text) == []


def test_an_address_ends_at_quotes_and_brackets() -> None:
    assert protected('"https://a.example/b" home') == ["https://a.example/b"]
    assert protected("see <https://a.example/b>home") == ["<https://a.example/b>"]


@settings(max_examples=50)
@given(st.lists(BITS, max_size=40).map("".join))
def test_spans_are_in_order_and_disjoint(text: str) -> None:
    last = 0
    for start, end in protected_spans(text):
        assert last <= start < end <= len(text)
        last = end


@settings(max_examples=50)
@given(st.lists(st.sampled_from(["home", "house", "Loss", " of ", ". ", ", ", "\n", "12 "]), max_size=10))
def test_an_address_is_found_in_any_prose(parts: list[str]) -> None:
    before = "".join(parts)
    text = f"{before} https://home.example/a @house {before}"
    assert protected(text)[:2] == ["https://home.example/a", "@house"]


@settings(max_examples=50)
@given(SPANS)
def test_merging_covers_the_same_characters_with_gaps_between(spans: list[tuple[int, int]]) -> None:
    joined = merge_spans(spans)
    assert {n for s, e in joined for n in range(s, e)} == {n for s, e in spans for n in range(s, e)}
    assert all(a[1] < b[0] for a, b in pairwise(joined))


@settings(max_examples=50)
@given(SPANS, SPANS)
def test_a_cursor_answers_like_a_search_of_all_spans(
    spans: list[tuple[int, int]], queries: list[tuple[int, int]]
) -> None:
    merged = merge_spans(spans)
    cursor = ProtectedCursor(merged)
    for start, end in sorted(queries):
        assert cursor.covers(start, end) == any(s < end and start < e for s, e in merged)


def test_touching_is_not_overlapping() -> None:
    cursor = ProtectedCursor([(3, 5)])
    assert [cursor.covers(n, n + 1) for n in range(7)] == [False, False, False, True, True, False, False]

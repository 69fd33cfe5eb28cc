"""Blocks join back to the text, are bounded, and end at natural boundaries."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from despin.infer.text.blocks import BLOCK_SIZE, split_blocks

TEXT = st.lists(
    st.sampled_from(["word", " ", "\n", "\n\n", "\r\n", ". ", "é", "”", "x" * 9]), max_size=60
).map("".join)


@settings(max_examples=100)
@given(TEXT, st.integers(2, 30), st.integers(1, 50))
def test_blocks_join_back_whatever_the_chunks(text: str, size: int, step: int) -> None:
    chunks = [text[i : i + step] for i in range(0, len(text), step)]
    blocks = list(split_blocks(chunks, size))
    assert "".join(blocks) == text
    assert all(0 < len(block) <= size for block in blocks)
    assert blocks == list(split_blocks([text], size))


@settings(max_examples=100)
@given(TEXT, st.integers(2, 30))
def test_a_crlf_line_end_is_not_split(text: str, size: int) -> None:
    for before, after in pairwise(split_blocks([text], size)):
        assert not (before.endswith("\r") and after.startswith("\n") and len(before) > 1)


def test_where_blocks_end() -> None:
    assert list(split_blocks(["one two.\n\nthree four\nfive"], 16)) == ["one two.\n\n", "three four\nfive"]
    assert list(split_blocks(["one two three\nfour five"], 20)) == ["one two three\n", "four five"]
    assert list(split_blocks(["One two. Three four five"], 14)) == ["One two. ", "Three four ", "five"]
    assert list(split_blocks(["x" * 25], 10)) == ["x" * 10, "x" * 10, "x" * 5]
    assert list(split_blocks([])) == []


def test_a_short_text_is_one_block() -> None:
    text = "word. \n\n" * (BLOCK_SIZE // 8)
    assert len(text) == BLOCK_SIZE and list(split_blocks([text])) == [text]

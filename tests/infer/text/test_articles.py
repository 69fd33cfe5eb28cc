"""The choice between a and an, and the article before a slot."""

from __future__ import annotations

import pytest

from despin.infer.text.articles import article_agrees, article_before, repaired_article, takes_an


@pytest.mark.parametrize(
    "wording",
    ["apple", "economic", "idea", "offer", "umbrella", "hour", "hourly rate", "honest", "heir", "Honour",
     "unimportant", "uninformed", "8", "unidentified", "ounce"],
)  # fmt: skip
def test_wordings_that_take_an(wording: str) -> None:
    assert takes_an(wording)


@pytest.mark.parametrize(
    "wording",
    ["house", "union", "unique", "university", "uniform", "European", "one-off", "once",
     "useful", "usual", "urinary", "utopian", "year", "hotel", "horde", "ubiquitous", ""],
)  # fmt: skip
def test_wordings_that_take_a(wording: str) -> None:
    assert not takes_an(wording)


@pytest.mark.parametrize(
    ("text", "article"),
    [("a ", "a "), ("it was an  ", "an  "), ("it was An\t", "An\t"), ("“A ", "A "), ("drama ", None),
     ("an", None), ("class-a ", None), ("a very ", None), ("", None), ("U.S.A ", "A ")],
)  # fmt: skip
def test_the_article_before_an_offset(text: str, article: str | None) -> None:
    assert article_before(text + "house", len(text)) == article


@pytest.mark.parametrize(("article", "other"), [("a ", "an "), ("An\n", "A\n"), ("AN ", "A "), ("A ", "An ")])
def test_the_other_article_keeps_case_and_white_space(article: str, other: str) -> None:
    assert repaired_article(article) == other


def test_agreement() -> None:
    assert article_agrees("an", "economic") and not article_agrees("an", "financial")
    assert article_agrees("a", "financial") and not article_agrees("a", "economic")
    assert article_agrees(None, "economic") and article_agrees(None, "financial")

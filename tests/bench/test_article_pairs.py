"""Pairs of articles about one event, found by rare words."""

from __future__ import annotations

from despin.bench import article_pairs as pairs
from despin.bench.article_pairs import Article, shared_shingles

EVENT = "Averley Corrigan sandbar Quillan Orrin ferry Ambery Thole"
FIRST = f"The ship struck {EVENT} on the night of the storm and the crew was brought to land by boats."
BACKWARDS = " ".join(reversed(EVENT.split()))
SECOND = f"A vessel ran onto ground, with {BACKWARDS} named by a paper that wrote about it in the next week."
OTHER = "Nobody could say what the weather would be like on the day when the market opens again in town."


def articles(*texts: tuple[str, str]) -> list[Article]:
    return [Article(f"f:{n}", source, text) for n, (source, text) in enumerate(texts)]


def test_two_outlets_on_one_event_and_a_copy() -> None:
    found = pairs.article_pairs(articles(("a", FIRST), ("b", SECOND), ("c", OTHER)), 5)
    assert [(p.first.source, p.second.source) for p in found] == [("a", "b")]
    assert found[0].kind == "independent"
    copied = pairs.article_pairs(articles(("a", FIRST), ("b", FIRST + " So it was said.")), 5)
    assert [p.kind for p in copied] == ["copied"]
    assert pairs.article_pairs(articles(("a", FIRST), ("a", FIRST)), 5) == []


def test_levels_of_difficulty_are_rewritten_whatever_they_share() -> None:
    found = pairs.article_pairs(articles((f"{pairs.LEVELS}:Adv", FIRST), (f"{pairs.LEVELS}:Ele", FIRST)), 5)
    assert [p.kind for p in found] == ["levels"]


def test_a_spun_text_gets_the_most_alike_article_but_not_its_source() -> None:
    spun = Article("s", "spun", FIRST)
    (pair,) = pairs.same_subject([spun], articles(("a", FIRST), ("b", SECOND), ("c", OTHER)))
    assert pair.second.source == "b"


def test_shared_5_grams() -> None:
    assert shared_shingles("one two three four five six", "Zero one TWO three, four five.") == 0.5
    assert shared_shingles("", "one") == 0

"""Phrase pairs are cut out where they stand, as short as the texts allow, and explain the whole line."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from despin.infer.text.tokens import fold, tokenize
from despin.train.observe.phrase_alignment import COSTS, MAX_REGION_WORDS, AlignedLine, align

TOKEN = st.sampled_from(
    ["the", "The", "a", "of", "big", "giant", "dog", "Canine", "house", "home", "loss", "life", "didn’t",
     "did", "not", ",", ".", "-", '"', "7"]
)  # fmt: skip
SHORT = st.lists(TOKEN, max_size=MAX_REGION_WORDS).map(" ".join)
LONG = st.lists(TOKEN, max_size=3 * MAX_REGION_WORDS).map(" ".join)


def folded(text: str) -> list[str]:
    return [fold(w.text) for w in tokenize(text)]


def shown(line: AlignedLine) -> list[tuple[int, str, str]]:
    """The pairs of a line with their places, as text; ``?`` behind one that may be several."""
    return [(at, " ".join(p.original), " ".join(p.spun) + "?" * (not p.is_single)) for at, p in line.pairs]


def pairs_of(*lines: tuple[str, str]) -> list[list[tuple[int, str, str]]]:
    return [shown(line) for line in align(lines)]


@settings(max_examples=40)
@given(st.lists(st.tuples(LONG, LONG), max_size=3))
def test_pairs_lie_where_they_say_in_order_and_apart(lines: list[tuple[str, str]]) -> None:
    for (original, spun), line in zip(lines, align(lines), strict=True):
        assert (line.original, line.spun) == (folded(original), folded(spun))
        behind = 0
        for at, pair in line.pairs:
            assert at >= behind
            behind = at + len(pair.original)
            assert tuple(line.original[at:behind]) == pair.original != pair.spun
            assert not pair.is_single or (len(pair.original), len(pair.spun)) in COSTS


@settings(max_examples=40)
@given(st.lists(st.tuples(SHORT, SHORT), max_size=4))
def test_replacing_the_pairs_gives_the_spun_line(lines: list[tuple[str, str]]) -> None:
    for line in align(lines):
        made = list(line.original)
        for at, pair in reversed(line.pairs):
            made[at : at + len(pair.original)] = pair.spun
        assert made == line.spun


@settings(max_examples=25)
@given(st.text(max_size=40))
def test_a_line_that_stays_has_no_pairs(text: str) -> None:
    assert pairs_of((text, text)) == [[]]


def test_capitals_curly_apostrophes_and_spaces_are_no_difference() -> None:
    assert pairs_of(("He didn’t see  Smith’s HOUSE", "he DIDN'T see Smith's house")) == [[]]


@pytest.mark.parametrize(
    ("original", "spun", "found"),
    [
        ("The house burns.", "The home burns.", [(1, "house", "home")]),
        ("He saw a death today.", "He saw a loss of life today.", [(3, "death", "loss of life")]),
        ("A kid ran home.", "A young one ran home.", [(1, "kid", "young one")]),
        ("It gave up quickly.", "It quit quickly.", [(1, "gave up", "quit")]),
        ("A lot of rain fell.", "Much rain fell.", [(0, "a lot of", "much")]),
        ("Smith’s work goes on.", "Smith's labor goes on.", [(2, "work", "labor")]),
        ("A big dog ran.", "A large canine ran.", [(1, "big", "large"), (2, "dog", "canine")]),
        ("A red old house.", "A crimson old home.", [(1, "red", "crimson"), (3, "house", "home")]),
        ("They can not go.", "They cannot go.", [(1, "can not", "cannot")]),
        ("No web-site is up.", "No website is up.", [(1, "web - site", "website")]),
        ("He didn’t go.", "He did not go.", [(1, "didn't", "did not")]),
    ],
)  # fmt: skip
def test_the_shapes_of_pairs(original: str, spun: str, found: list[tuple[int, str, str]]) -> None:
    assert pairs_of((original, spun)) == [found]


@pytest.mark.parametrize(
    ("original", "spun", "found"),
    [
        ("She waited for hours.", "She waited for long hours.", [(3, "hours", "long hours")]),
        ("He sat there.", "He sat down there.", [(1, "sat", "sat down")]),
        ("Buy it. Sales fell.", "Purchase it. Gross sales fell.",
         [(0, "buy", "purchase"), (3, "sales", "gross sales")]),
    ],
)  # fmt: skip
def test_an_added_word_belongs_to_the_neighbour_of_substance(
    original: str, spun: str, found: list[tuple[int, str, str]]
) -> None:
    assert pairs_of((original, spun)) == [found]


@pytest.mark.parametrize(
    ("original", "spun", "found"),
    [
        ("Prices fell, though.", "Costs dropped, nonetheless.",
         [(0, "prices", "costs"), (1, "fell", "dropped"), (3, "though", "nonetheless")]),
        ("He fell, sadly.", "He fell down, sadly.", [(1, "fell", "fell down")]),
        ("Later, he left.", "Later, then he left.", [(2, "he", "then he")]),
        ('The "house" burns.', 'The "loss of life" burns.', [(2, "house", "loss of life")]),
    ],
)  # fmt: skip
def test_punctuation_is_not_taken_in(original: str, spun: str, found: list[tuple[int, str, str]]) -> None:
    assert pairs_of((original, spun)) == [found]


def test_neighbours_that_cannot_be_told_apart_are_joined() -> None:
    assert pairs_of(("This big company fell.", "This giant public firm fell.")) == [
        [(1, "big company", "giant public firm?")]
    ]


@pytest.mark.parametrize(
    "elsewhere",
    [
        [("A big tree stood.", "A giant tree stood."), ("No big road led on.", "No giant road led on.")],
        [("One company rose.", "One public firm rose."), ("That company sank.", "That public firm sank.")],
    ],
)
def test_they_are_cut_where_one_of_them_is_met_elsewhere(elsewhere: list[tuple[str, str]]) -> None:
    assert pairs_of(("This big company fell.", "This giant public firm fell."), *elsewhere)[0] == [
        (1, "big", "giant"),
        (2, "company", "public firm"),
    ]


@pytest.mark.parametrize(
    ("original", "spun", "found"),
    [
        ("(big companies)", "(giant public companions)",
         [(1, "big", "giant public"), (2, "companies", "companions")]),
        ("An old web site fell.", "An aged website fell.", [(1, "old", "aged"), (2, "web site", "website")]),
        ("A big website fell.", "A giant web-site fell.",
         [(1, "big", "giant"), (2, "website", "web - site")]),
    ],
)  # fmt: skip
def test_they_are_cut_where_two_wordings_are_alike(
    original: str, spun: str, found: list[tuple[int, str, str]]
) -> None:
    assert pairs_of((original, spun)) == [found]


def test_a_pair_does_not_vouch_for_itself() -> None:
    doubtful = ("He asked whether workers won.", "He asked whether or not staff won.")
    assert pairs_of(doubtful) == [[(3, "workers", "or not staff")]]
    assert pairs_of(doubtful, ("Two workers came.", "Two staff came."))[0] == [
        (2, "whether workers", "whether or not staff?")
    ]


def test_what_is_met_elsewhere_outweighs_the_usual_segment_region() -> None:
    joined = ("This big company fell.", "This giant public firm fell.")
    elsewhere = [("A big tree stood.", "A giant public tree stood.")] * 3 + [
        ("My company rose.", "My firm rose.")
    ]
    assert pairs_of(joined, *elsewhere)[0] == [(1, "big", "giant public"), (2, "company", "firm")]


SENTENCE = "It was late and everyone in the small town had gone to bed long ago."


@pytest.mark.parametrize("dropped", [True, False])
def test_a_dropped_or_added_sentence_is_ignored(dropped: bool) -> None:
    longer, shorter = (
        f"The dog barked. {SENTENCE} Then the house burnt.",
        "The canine barked. Then the home burnt.",
    )
    if dropped:
        assert pairs_of((longer, shorter)) == [[(1, "dog", "canine"), (22, "house", "home")]]
    else:
        assert pairs_of((shorter, longer)) == [[(1, "canine", "dog"), (6, "home", "house")]]


def test_a_region_is_ignored_from_one_word_more_than_the_widest() -> None:
    original, spun = (
        [f"a{n}" for n in range(MAX_REGION_WORDS + 1)],
        [f"b{n}" for n in range(MAX_REGION_WORDS + 1)],
    )
    assert pairs_of((" ".join(original), " ".join(spun))) == [[]]
    widest, other = " ".join(original[1:]), " ".join(spun[1:])
    assert pairs_of((widest, other)) == [[(0, widest, f"{other}?")]]


def test_nothing_and_one_side_alone() -> None:
    assert align([]) == []
    assert pairs_of(("", ""), ("one", ""), ("", "one")) == [[], [(0, "one", "")], [(0, "", "one")]]

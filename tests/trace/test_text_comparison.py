"""A spun text beside a supposed original: differences, and the rows that explain them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from despin.errors import InputError
from despin.infer.candidates.inverse import InverseLexicon
from despin.infer.text.tokens import fold, tokenize
from despin.trace import text_comparison
from despin.trace.text_comparison import Change, Comparison, compare

LEXICON = InverseLexicon(
    [
        ("as quickly as potential", "as soon as possible", 1.0),
        ("decrease home", "lower house", 0.9),
        ("decrease", "lower", 0.3),
        ("home", "house", 0.2),
        ("mentioned", "said", 0.9),
        ("she mentioned", "she said", 0.8),
        ("irregular", "random", 0.5),
        ("purchase", "buy", 0.6),
        ("purchase", "acquire", 0.1),
        ("growing old", "aging", 0.9),
        ("non-permanent", "temporary", 0.9),
        ("loss of life", "death", 0.9),
        ("U.S.", "United States", 0.4),
    ]
)


def pairs(spun: str, original: str) -> list[tuple[str, str, str, str | None]]:
    """Kind, both wordings and the row's spun form of each change."""
    changes = compare(spun, original, LEXICON).changes
    return [(c.kind, c.spun, c.original, c.row.spun if c.row else None) for c in changes]


def test_a_row_is_one_change_whatever_words_both_sides_share() -> None:
    assert pairs("Reply as quickly as potential.", "Reply as soon as possible.") == [
        ("replaced", "as quickly as potential", "as soon as possible", "as quickly as potential")
    ]
    assert pairs("the loss of life toll", "the death toll") == [
        ("replaced", "loss of life", "death", "loss of life")
    ]


def test_the_longer_row_explains_two_words_and_the_shorter_one_a_word() -> None:
    assert pairs("the decrease home", "the lower house") == [
        ("replaced", "decrease home", "lower house", "decrease home")
    ]
    assert pairs("and she mentioned it", "and she said it") == [
        ("replaced", "mentioned", "said", "mentioned")
    ]


def test_a_run_of_several_rows_is_one_change_for_each() -> None:
    assert pairs("they mentioned growing old decrease home now", "they said aging lower house now") == [
        ("replaced", "mentioned", "said", "mentioned"),
        ("replaced", "growing old", "aging", "growing old"),
        ("replaced", "decrease home", "lower house", "decrease home"),
    ]


def test_an_article_goes_with_the_row_behind_it() -> None:
    assert pairs("It was an irregular check.", "It was a random check.") == [
        ("replaced", "an irregular", "a random", "irregular")
    ]
    assert pairs("It was an check.", "It was a check.") == [("replaced", "an", "a", None)]


def test_a_row_is_named_as_the_dictionary_writes_it() -> None:
    change = compare("a NON-PERMANENT bridge", "a temporary bridge", LEXICON).changes[0]
    assert change.spun == "NON-PERMANENT"
    assert change.row is not None
    assert change.row._asdict() == {"spun": "non-permanent", "original": "temporary", "share": 0.9}


def test_the_row_is_that_of_the_original_that_stands_there() -> None:
    row = compare("to purchase it", "to acquire it", LEXICON).changes[0].row
    assert row is not None and (row.original, row.share) == ("acquire", 0.1)


def test_what_no_row_explains() -> None:
    assert pairs("a green car", "a blue truck") == [
        ("replaced", "green", "blue", None),
        ("replaced", "car", "truck", None),
    ]
    assert pairs("a very green car", "a car") == [("inserted", "very green", "", None)]
    assert pairs("a car", "a very blue car") == [("deleted", "", "very blue", None)]
    assert pairs("one two three four", "one six four") == [("replaced", "two three", "six", None)]
    assert pairs("to sell it", "to buy it") == [("replaced", "sell", "buy", None)]


def test_punctuation_alone_is_no_change_of_words() -> None:
    result = compare("Yes, we mentioned it – “here”!", 'Yes we said it - "here".', LEXICON)
    assert [c.kind for c in result.changes] == ["punctuation", "replaced", "punctuation", "punctuation"]
    assert (result.word_changes, result.explained, result.explained_share) == (1, 1, 1.0)


def test_case_and_quotation_marks_make_no_difference() -> None:
    assert compare("IT'S “Here”", 'it’s "here"', LEXICON).changes == []


def test_counts() -> None:
    result = compare(
        "We mentioned the green decrease home.", "We said the blue lower house yesterday.", LEXICON
    )
    assert (result.spun_words, result.original_words, result.common_words) == (6, 7, 2)
    assert result.common_share == 2 / 7
    assert (result.word_changes, result.explained, result.explained_share) == (4, 2, 0.5)


@pytest.mark.parametrize(("spun", "original"), [("", ""), ("same text", "same text"), ("!?", "")])
def test_texts_without_a_changed_word(spun: str, original: str) -> None:
    result = compare(spun, original, LEXICON)
    assert result.explained_share is None
    assert result.common_words == result.spun_words


def test_spans_are_those_of_the_texts_with_the_next_word_for_nothing() -> None:
    result = compare("A 😀 big  decrease\nhome", "A lower house then", LEXICON)
    for change in result.changes:
        assert "A 😀 big  decrease\nhome"[change.spun_start : change.spun_end] == change.spun
        assert "A lower house then"[change.original_start : change.original_end] == change.original
    assert [(c.kind, c.original_start) for c in result.changes] == [
        ("punctuation", 2),
        ("inserted", 2),
        ("replaced", 2),
        ("deleted", 14),
    ]


def test_as_plain_values() -> None:
    values = compare("the decrease home", "the lower house", LEXICON).to_dict()
    assert json.loads(json.dumps(values)) == {
        "spun_words": 3,
        "original_words": 3,
        "common_words": 1,
        "common_share": 0.3333,
        "word_changes": 1,
        "explained": 1,
        "explained_share": 1.0,
        "changes": [
            {
                "kind": "replaced",
                "spun": "decrease home",
                "original": "lower house",
                "spun_start": 4,
                "spun_end": 17,
                "original_start": 4,
                "original_end": 15,
                "row": {"spun": "decrease home", "original": "lower house", "share": 0.9},
            }
        ],
    }


def test_texts_of_too_many_words_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_comparison, "MAX_TOKENS", 4)
    compare("one two three four", "", LEXICON)
    with pytest.raises(InputError, match=r"the original has 5 words and punctuation marks, 4 at most"):
        compare("", "one two three four.", LEXICON)


WORDS = [
    *("as", "quickly", "potential", "soon", "possible", "decrease", "home", "lower", "house", "a", "an"),
    *("irregular", "random", "mentioned", "said", ",", ".", "loss", "of", "life", "death", "the"),
]
TEXTS = st.lists(st.sampled_from(WORDS), max_size=90).map(" ".join)


@given(TEXTS, TEXTS)
def test_undoing_the_changes_gives_the_words_of_the_original(spun: str, original: str) -> None:
    result = compare(spun, original, LEXICON)
    assert folded(undone(spun, result.changes)) == folded(original)
    assert all(c.row is None or folded(c.row.original)[0] in folded(c.original) for c in result.changes)
    check_counts(result)


def undone(spun: str, changes: list[Change]) -> str:
    parts, last = [], 0
    for change in changes:
        assert change.spun_start >= last
        parts += [spun[last : change.spun_start], " ", change.original, " "]
        last = change.spun_end
    return "".join([*parts, spun[last:]])


def folded(text: str) -> list[str]:
    return [fold(token.text) for token in tokenize(text)]


def check_counts(result: Comparison) -> None:
    assert 0 <= result.common_words <= min(result.spun_words, result.original_words)
    assert result.explained <= result.word_changes


def test_long_differences_are_aligned_in_parts() -> None:
    """Windows are cut, and what is explained on both sides of the cuts stays so."""
    sentence = "they mentioned the growing old decrease home of an irregular purchase "
    source = "they said the aging lower house of a random buy "
    result = compare(sentence * 200, source * 200, LEXICON)
    assert result.word_changes == result.explained == 5 * 200
    different = compare("mentioned purchase " * 300, "said buy " * 300, LEXICON)
    assert different.word_changes == different.explained == 600


def test_real_pairs_are_explained_and_other_articles_are_not(evidence: Path, root: Path) -> None:
    lexicon = InverseLexicon.load(root / "infer" / "embedded" / "inverse.tsv")
    lines = (evidence / "pairs-2.jsonl").read_text(encoding="utf-8").splitlines()[:6]
    texts = [json.loads(line) for line in lines]
    for pair, other in zip(texts, [*texts[1:], texts[0]]):
        own, foreign = (compare(pair["spun"], t["original"], lexicon) for t in (pair, other))
        assert own.explained_share is not None and own.explained_share > 0.8
        assert foreign.explained_share is not None and foreign.explained_share < 0.05
        assert own.common_share > 0.4 > 0.2 > foreign.common_share

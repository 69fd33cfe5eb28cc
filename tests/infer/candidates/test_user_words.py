"""Kept phrases and a user's own rows: what matches, what a row does to the dictionary, and errors by line."""

from __future__ import annotations

from pathlib import Path

import pytest

from despin.errors import ConfigError, InputError
from despin.infer.candidates.inverse import InverseLexicon
from despin.infer.candidates.slots import find_slots
from despin.infer.candidates.user_words import (
    USER_SHARE,
    KeptPhrases,
    read_also,
    read_keep,
    with_rows,
)
from despin.infer.text.tokens import tokenize


def kept(text: str, *phrases: str) -> list[str]:
    """The parts of a text that are kept."""
    return [text[start:end] for start, end in KeptPhrases(phrases).spans(tokenize(text))]


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("decrease home", "The Decrease  HOME met.", ["Decrease  HOME"]),
        (
            "decrease home",
            "The decrease\u00a0home, the decrease\nhome",
            ["decrease\u00a0home", "decrease\nhome"],
        ),
        ("decrease\u2009home", "a decrease home", ["decrease home"]),
        ("home", "homes, home-made, athome, Home's", ["home", "Home"]),
        ("o’neill", "O'Neill and O’NEILL and Oʼneill", ["O'Neill", "O’NEILL", "Oʼneill"]),
        ("Target's", "TARGET’S goal", ["TARGET’S"]),
        ("e-mail", "an E‑mail", ["E‑mail"]),
        ("café", "the cafe\u0301 and the CAFÉ", ["cafe\u0301", "CAFÉ"]),
        ("Straße", "die STRASSE", ["STRASSE"]),
        ("12 months", "in 12 months, 112 months", ["12 months"]),
        ("a a", "a a a", ["a a a"]),
        ("decrease home", "decrease, home; decrease-home", []),
        ("decrease home", "", []),
    ],
)
def test_whole_tokens_whatever_their_case_apostrophe_and_space(
    phrase: str, text: str, found: list[str]
) -> None:
    assert kept(text, phrase) == found


def test_overlapping_phrases_are_one_span() -> None:
    assert kept("the decrease home of parliament", "decrease home", "home of", "of") == ["decrease home of"]
    assert kept("the decrease home", "decrease home party", "decrease home party leader") == []


def test_slots_that_touch_a_kept_phrase_are_gone(lexicon: InverseLexicon) -> None:
    text = "the decrease home and the overseas officers in the decrease home"
    tokens = tokenize(text)
    slots = find_slots(text, tokens, lexicon)
    phrases = KeptPhrases(["HOME and"])
    free = phrases.without(slots, phrases.cursor(text))
    assert slots[0][1].start == 4 and len(free) == len(slots) - 1
    assert all(slot.start > 4 for _, slot in free)


def test_a_kept_article_is_no_part_of_an_edit() -> None:
    lexicon = InverseLexicon([("hour", "age", 0.9), ("stadium", "arena", 0.8)])
    text = "at a stadium"
    slots = find_slots(text, tokenize(text), lexicon)
    assert [slot.lead for _, slot in slots] == ["a "]
    phrases = KeptPhrases(["at a"])
    ((_, slot),) = phrases.without(slots, phrases.cursor(text))
    assert (slot.source, slot.lead) == ("stadium", "")


@pytest.mark.parametrize("phrase", ["", "  ", "---", "!?"])
def test_a_phrase_needs_a_word(phrase: str) -> None:
    with pytest.raises(ConfigError, match="has no word in it"):
        KeptPhrases([phrase])


def test_a_phrase_is_a_str() -> None:
    with pytest.raises(ConfigError, match="keep: phrases must be str, got int"):
        KeptPhrases([3])  # type: ignore[list-item]


def test_a_message_shows_the_start_of_a_long_row(tmp_path: Path) -> None:
    file = tmp_path / "also.tsv"
    file.write_text("motor park " * 1000, encoding="utf-8")
    with pytest.raises(InputError, match=r"also\.tsv:1: two columns .*got 'motor park") as error:
        read_also(file)
    assert len(str(error.value)) < 250 + len(str(file))


def test_nothing_is_kept_without_phrases() -> None:
    assert not KeptPhrases() and KeptPhrases().spans(tokenize("a b")) == [] and KeptPhrases(["a"])


LEXICON = InverseLexicon(
    [("decrease home", "lower house", 0.8), ("decrease home", "lower chamber", 0.1), ("FB", "Facebook", 0.9)]
)


def test_a_new_form_gets_the_users_share() -> None:
    lexicon = with_rows(LEXICON, [("motor  park", "car park"), ("motor park", "parking lot")])
    origins = lexicon.forms["motor park"]
    assert origins.originals == ("car park", "parking lot")
    assert sum(origins.shares) == pytest.approx(USER_SHARE) and origins.shares[0] == origins.shares[1]
    assert "motor park" not in LEXICON.forms  # unchanged: other Despinners may share it
    assert len(lexicon.candidates("the Motor Park", tokenize("the Motor Park"))) == 1


def test_an_existing_form_gets_the_original_added_and_keeps_its_own() -> None:
    for row in [
        ("decrease home", "commons"),
        ("Decrease Home", "commons"),
        ("decrease\u00a0home", "commons"),
    ]:
        lexicon = with_rows(LEXICON, [row])
        assert set(lexicon.forms) == set(LEXICON.forms)
        origins = lexicon.forms["decrease home"]
        assert origins.originals == ("commons", "lower house", "lower chamber")
        assert origins.shares == pytest.approx((USER_SHARE, 0.8 * 0.3, 0.1 * 0.3))
        assert origins.keep == pytest.approx(0.1 * 0.3)


def test_an_original_that_is_there_is_raised() -> None:
    origins = with_rows(LEXICON, [("decrease home", "lower chamber")]).forms["decrease home"]
    assert origins.originals == ("lower chamber", "lower house")
    assert origins.shares == pytest.approx((USER_SHARE, 0.8 * 0.3))


def test_an_acronym_is_a_form_of_its_own_and_apostrophes_are_straight() -> None:
    lexicon = with_rows(LEXICON, [("FB", "Meta"), ("didn’t ever", "never")])
    assert lexicon.forms["FB"].originals[0] == "Meta" and "didn't ever" in lexicon.forms


def test_without_rows_it_is_the_same_lexicon() -> None:
    assert with_rows(LEXICON, []) is LEXICON


@pytest.mark.parametrize(
    "row",
    [
        ("a",),
        ("a", "b", "c"),
        ("a", 1),
        "ab",
        ("", "b"),
        ("a", "--"),
        ("same", "same"),
        ("a", "b" * 300),
        ("a", "b\x07"),
    ],
)
def test_rows_that_cannot_be_used_are_refused(row: tuple[str, str]) -> None:
    with pytest.raises(ConfigError, match=r"^also: "):
        with_rows(LEXICON, [row])


def test_files_with_comments_blank_lines_and_a_mark(tmp_path: Path) -> None:
    file = tmp_path / "words"
    file.write_bytes("\ufeff# ours\r\n\r\n  Lively \r\nC#\n\n # more\nthe Lady Corrigan".encode())
    assert read_keep(file) == ["Lively", "C#", "the Lady Corrigan"]
    file.write_bytes("# ours\nmotor park\tcar park\r\n\nriver ship\t ferry".encode("utf-16"))
    assert read_also(file) == [("motor park", "car park"), ("river ship", "ferry")]
    file.write_bytes(b"")
    assert read_keep(file) == [] and read_also(file) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# x\nmotor park car park\n", r"words:2: two columns"),
        ("a\tb\n\nc\td\te\n", r"words:3: two columns"),
        ("a\tb\nc\t\n", r"words:2: also: '' has no word"),
        ("a\tb\nc\tC\nd\td\n", r"words:3: also: 'd' stands for itself"),
    ],
)
def test_a_bad_row_is_told_with_file_and_line(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "words").write_text(text)
    with pytest.raises(InputError, match=message):
        read_also(tmp_path / "words")


def test_a_bad_phrase_is_told_with_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "words").write_text("a\n...\n")
    with pytest.raises(InputError, match=r"words:2: keep: '\.\.\.' has no word"):
        read_keep(tmp_path / "words")
    with pytest.raises(InputError, match=r"none: no such file"):
        read_keep(tmp_path / "none")


TEXT = (
    "The decrease home of the Russian Parliament mentioned on Tuesday that overseas officers would meet. "
    "The motor park beside the station was closed, and visitors purchased a frosty drink while they waited "
    "for the river ship."
)


def test_the_embedded_model_keeps_and_restores_a_user_s_words() -> None:
    from despin import Despinner

    rows = [("motor park", "car park"), ("river ship", "ferry"), ("decrease home", "lower chamber")]
    despinner = Despinner(keep=["Overseas  officers", "MENTIONED"], also=rows, min_score=0)
    made = {edit.source: edit.replacement for edit in despinner.correct(TEXT).edits}
    assert made["motor park"] == "car park" and made["river ship"] == "ferry"
    assert made["decrease home"] == "lower chamber"
    assert not any(word in source for source in made for word in ("overseas", "officers", "mentioned"))
    plain = {edit.source: edit.replacement for edit in Despinner(min_score=0).correct(TEXT).edits}
    assert plain["decrease home"] == "lower house" and "motor park" not in plain
    assert any("mentioned" in source for source in plain)


@pytest.mark.parametrize(
    "arguments",
    [{"keep": "home"}, {"keep": ["--"]}, {"also": ["ab"]}, {"also": [("a", "a")]}, {"threads": 10**6}],
)
def test_arguments_that_cannot_be_used_are_refused(arguments: dict[str, object]) -> None:
    from despin import Despinner

    with pytest.raises(ValueError):
        Despinner(**arguments)  # type: ignore[arg-type]


def test_they_survive_pickling(tiny_checkpoint: Path) -> None:
    import pickle

    from despin import Despinner

    despinner = Despinner(tiny_checkpoint, keep=["home"], also=[("motor park", "car park")], min_score=0)
    again = pickle.loads(pickle.dumps(despinner))
    assert "motor park" in again._lexicon.forms and kept_by(again) == kept_by(despinner) == [(4, 8)]


def kept_by(despinner: object) -> list[tuple[int, int]]:
    return despinner._kept.spans(tokenize("the home"))  # type: ignore[attr-defined, no-any-return]

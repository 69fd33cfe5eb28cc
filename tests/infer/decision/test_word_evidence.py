"""Evidence of words and pairs: computed by hand, in blocks, saved and loaded."""

from __future__ import annotations

import lzma
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from despin.infer.decision import word_evidence
from despin.infer.decision.word_evidence import WordEvidence, fold_text, pair_cells, word_spans, words_of

WORDS = ["decrease", "don't", "home", "house", "lower", "of", "the"]
BITS = 12


@pytest.fixture()
def evidence() -> WordEvidence:
    words = np.array([0, 8, 1, 2, -2, -8, 0, -1], dtype=np.int8)
    pairs = np.zeros(1 << BITS, dtype=np.int8)
    for first, second, distance, weight in ((1, 3, 1, 20), (5, 4, 1, -20), (1, 6, 2, 7)):
        cells, is_known = pair_cells(
            np.array([first, *[2] * (distance - 1), second], np.int32), distance, BITS
        )
        assert is_known.all()
        pairs[cells] = weight
    assert np.count_nonzero(pairs) == 3
    return WordEvidence(WORDS, words, pairs)


def test_words_and_pairs_add_up(evidence: WordEvidence) -> None:
    # the: -1; decrease: 8; home: 2 and 20 for "decrease home"; of: 7 for "decrease … of"
    assert evidence.of_text("The decrease home of").tolist() == [-1, 8, 22, 7]
    assert evidence.of_text("Lower house, don’t").tolist() == [-8, -22, 1]


def test_repeated_words_say_nothing(evidence: WordEvidence) -> None:
    assert evidence.of_text("home home of home decrease").tolist() == [2, 0, 0, 0, 8]


def test_unknown_words_say_nothing(evidence: WordEvidence) -> None:
    assert evidence.of_text("decrease Zürich home").tolist() == [8, 0, 2]
    assert evidence.of_text("Das Haus der 17 Übel").tolist() == [0] * 5
    assert evidence.of_text("").tolist() == []


def test_blocks_change_nothing(evidence: WordEvidence, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "The decrease home of the lower house, don't. " * 40
    whole, spans = evidence.of_text(text), word_spans(text)
    monkeypatch.setattr(word_evidence, "BLOCK", 50)
    assert len(list(word_evidence.blocks(text))) > 20
    assert evidence.of_text(text).tolist() == whole.tolist()
    assert word_spans(text).tolist() == spans.tolist()
    chosen = [0, 7, 7, 8, 200, len(spans) - 1]
    assert word_spans(text, chosen).tolist() == spans[chosen].tolist()


def test_a_line_without_spaces_is_cut(monkeypatch: pytest.MonkeyPatch, evidence: WordEvidence) -> None:
    monkeypatch.setattr(word_evidence, "BLOCK", 50)
    text = "a" * 1234
    assert "".join(block for _, block in word_evidence.blocks(text)) == text
    assert len(evidence.of_text(text)) == len(word_spans(text)) > 1


@given(st.text())
def test_offsets_are_those_of_the_text(text: str) -> None:
    folded = fold_text(text)
    assert len(folded) == len(text)
    assert [folded[start:end] for start, end in word_spans(text)] == words_of(folded)


def test_what_is_saved_is_loaded(evidence: WordEvidence, tmp_path: Path) -> None:
    evidence.save(tmp_path / "weights.xz")
    loaded = WordEvidence.load(tmp_path / "weights.xz")
    assert loaded.vocabulary == WORDS and loaded.bits == BITS
    assert (loaded.word_weights == evidence.word_weights).all()
    assert (loaded.pair_weights == evidence.pair_weights).all()
    again = tmp_path / "again.xz"
    loaded.save(again)
    assert again.read_bytes() == (tmp_path / "weights.xz").read_bytes()


@pytest.mark.parametrize("damage", ["cut", "other", "text"])
def test_a_damaged_file_is_named(evidence: WordEvidence, tmp_path: Path, damage: str) -> None:
    file = tmp_path / "weights.xz"
    evidence.save(file)
    whole = file.read_bytes()
    file.write_bytes({"cut": whole[:-20], "other": lzma.compress(b"no arrays"), "text": b"weights"}[damage])
    with pytest.raises(ValueError, match=r"weights\.xz: not the weights of a first look"):
        WordEvidence.load(file)

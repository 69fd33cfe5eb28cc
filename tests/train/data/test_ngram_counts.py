"""Counting n-grams: against a naive count, line by line."""

from __future__ import annotations

import random
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from despin.errors import ConfigError
from despin.infer.config import build
from despin.train.data import ngram_counts as ngrams
from despin.train.data.corpora import Corpora, is_held_out
from despin.train.data.ngram_counts import count_ngrams
from despin.train.recipe import CorpusConfig, NgramConfig


@pytest.fixture
def lines() -> list[str]:
    rng = random.Random(3)
    return [" ".join(rng.choice("abcdefgh") for _ in range(rng.randrange(1, 9))) for _ in range(300)]


def test_the_counts_are_those_of_a_naive_count(lines: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ngrams, "COMMONEST", 0)
    table = count_ngrams(
        ["\n".join(lines[:150]), "\n".join(lines[150:])], NgramConfig((3, 4)), set("abcdefgh")
    )
    split = [line.split() for line in lines]
    pairs = Counter(p for line in split for p in pairwise(line))
    triples = Counter(t for line in split for t in zip(line, line[1:], line[2:]))
    assert table.total == sum(map(len, split))
    for (first, second), count in pairs.items():
        at, met = table._pair(table.word_id(first), table.word_id(second))
        assert met == pytest.approx(count, rel=0.1) if count >= 3 else met == 0
        for third in "abcdefgh":
            wanted = triples[first, second, third]
            found = table._triple(at, table.word_id(third))
            assert found == pytest.approx(wanted, rel=0.1) if wanted >= 4 else found == 0
    assert len(table.seconds) == sum(c >= 3 for c in pairs.values())
    assert len(table.thirds) == sum(c >= 4 for c in triples.values())


def test_only_what_was_asked_for_is_kept_and_a_triple_keeps_its_pair(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ngrams, "COMMONEST", 0)
    table = count_ngrams(["one two three\n" * 9], NgramConfig((2, 2)), {"three"})
    one, two, three = map(table.word_id, ("one", "two", "three"))
    at, met = table._pair(one, two)
    assert met and table._triple(at, three) and table._pair(two, three)[1]
    nothing = count_ngrams(["one two three\n" * 9], NgramConfig((2, 2)), {"four"})
    assert len(nothing.seconds) == len(nothing.thirds) == 0
    monkeypatch.setattr(ngrams, "COMMONEST", 3)
    assert len(count_ngrams(["one two three\n" * 9], NgramConfig((2, 2)), {"three"}).seconds) == 0


def test_words_beyond_the_vocabulary_part_what_is_around_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ngrams, "COMMONEST", 0)
    table = count_ngrams(["a a b a a c a"], NgramConfig((1, 1), vocabulary=1), {"a"})
    assert table.vocabulary == ["a"] and len(table.seconds) == 1 and table._pair(1, 1)[1] == 2
    assert len(table.thirds) == 0


def test_no_text_and_bad_settings() -> None:
    with pytest.raises(ValueError, match="no text"):
        count_ngrams(["\n"], NgramConfig(), set())
    for bad in ({"min_count": [5, 3]}, {"min_count": [0, 3]}, {"vocabulary": 70_000}):
        with pytest.raises(ConfigError):
            build(NgramConfig, bad)


def test_each_document_of_a_side_is_met_once(tmp_path: Path) -> None:
    texts = [f"Document {n} has words of its own." for n in range(400)]
    (tmp_path / "t.txt").write_text("\n".join(texts) + "\n")
    sides = [
        list(Corpora([CorpusConfig(str(tmp_path / "t.txt"))], held_out=h).texts()) for h in (False, True)
    ]
    assert sides[1] and sorted(sides[0] + sides[1]) == sorted(texts)
    assert sides[1] == [t for t in texts if is_held_out(t)]

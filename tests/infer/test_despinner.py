"""The embedded checkpoint through the library's front door."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from despin.infer import CheckpointError, Despinner, apply_edits, revert_edits

SPUN = (
    "President Trump says he’s targeted on stopping the “loss of life march” in Ukraine "
    "“as quickly as potential.”\nHe met members of the decrease home of the Russian Parliament, "
    "who mentioned that overseas officers agreed.\n"
)


@pytest.fixture(scope="module")
def despinner() -> Despinner:
    return Despinner(threads=1)


def test_a_spun_passage_comes_back(despinner: Despinner) -> None:
    done = despinner.correct(SPUN)
    for wording in ("“death march”", "“as soon as possible.”", "lower house", "said", "foreign officials"):
        assert wording in done.text
    assert done.score > 0.5
    assert apply_edits(SPUN, done.edits) == done.text
    assert revert_edits(done.text, done.edits) == SPUN


def test_good_prose_is_left_alone(despinner: Despinner) -> None:
    clean = (
        "The council voted on Tuesday to keep the library open through the winter. However, "
        "officers of the navy said that the final decision would be made within a week.\n"
    )
    done = despinner.correct(clean)
    assert len(done.edits) <= 1
    assert done.score < 0.5


def test_batch_equals_one_by_one(despinner: Despinner) -> None:
    texts = ["", "word", SPUN, SPUN.upper(), "x" * 5000, "\n\n", SPUN * 3]
    assert [c.text for c in despinner.correct_batch(texts)] == [despinner.correct(t).text for t in texts]


def test_a_long_line_and_a_long_text_are_kept_whole(despinner: Despinner) -> None:
    line = ("within the home, " * 6000)[:100_000]
    for text in (line, "a" * 100_000, "<" * 100_000, "“" * 100_000, ".\n" * 20_000):
        done = despinner.correct(text)
        assert revert_edits(done.text, done.edits) == text


def test_confidence_threshold_is_a_subset(despinner: Despinner) -> None:
    every = {e.start for e in despinner.correct(SPUN).edits}
    some = {e.start for e in Despinner(threads=1, min_confidence=0.9).correct(SPUN).edits}
    assert some <= every
    with pytest.raises(ValueError, match="min_confidence"):
        Despinner(min_confidence=1.5)


def test_threads_agree(despinner: Despinner) -> None:
    expected = despinner.correct(SPUN).text
    got: list[str] = []
    workers = [threading.Thread(target=lambda: got.append(despinner.correct(SPUN).text)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert got == [expected] * 4


def test_a_missing_checkpoint_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="no checkpoint folder"):
        Despinner(tmp_path / "none")


def test_an_untrained_model_loses_nothing(tiny_checkpoint: Path) -> None:
    done = Despinner(tiny_checkpoint, threads=1).correct(SPUN)
    assert revert_edits(done.text, done.edits) == SPUN

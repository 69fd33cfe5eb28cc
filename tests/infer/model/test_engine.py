"""The engine's answers: the same however segments are batched, and those of the model itself."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from despin.errors import CheckpointError
from despin.infer.checkpoint import VOCABULARY_MAP, open_checkpoint
from despin.infer.despinner import Despinner
from despin.infer.model.engine import Engine, LogProbs, Question, _batches

TEXTS = [
    "The decrease home mentioned on Monday that overseas officers would meet quickly.",
    "Individuals acquainted with the plan mentioned the loss of life march was over.",
    "Within the first half of the yr the corporate constructed new houses.",
]


@pytest.fixture(scope="module")
def questions() -> list[Question]:
    return Despinner(threads=1).questions([*TEXTS, TEXTS[0]])


def engine(**options: int | bool) -> Engine:
    """An engine of the embedded checkpoint."""
    checkpoint = open_checkpoint()
    return Engine(checkpoint.folder, checkpoint.pieces, threads=1, **options)  # type: ignore[arg-type]


def answers(made: Engine, asked: list[Question]) -> list[list[LogProbs | None]]:
    """The answers in the questions' order; each question is answered once."""
    found = dict(made.ask(asked))
    assert len(found) == len(asked)
    return [found[n] for n in range(len(asked))]


def apart(one: list[list[LogProbs | None]], other: list[list[LogProbs | None]]) -> float:
    """The greatest distance between the two in what they say of a slot, sums left out."""
    most = 0.0
    for a, b in zip(one, other, strict=True):
        for x, y in zip(a, b, strict=True):
            assert x is not None and y is not None
            most = max(most, float(np.abs((x - x.mean()) - (y - y.mean())).max()))
    return most


def test_every_slot_is_answered_and_a_repeated_segment_alike(questions: list[Question]) -> None:
    found = answers(engine(), questions)
    for question, per_slot in zip(questions, found):
        for choices, logs in zip(question.choices, per_slot, strict=True):
            assert logs is not None and len(logs) == len(choices) + 1 and np.isfinite(logs).all()
    assert found[0] is found[3]


def test_the_vocabulary_map_changes_no_answer(questions: list[Question]) -> None:
    # Where decoding goes the same way, the logits of what is left are those of the whole vocabulary.
    assert apart(answers(engine(), questions), answers(engine(use_vocabulary_map=False), questions)) < 1e-3


def test_batches_change_little(questions: list[Question]) -> None:
    # Int8 sums hang a little on what else is in the batch.
    assert apart(answers(engine(), questions), answers(engine(max_batch_pieces=1), questions)) < 0.5


def test_what_was_answered_is_remembered_until_it_is_forgotten(questions: list[Question]) -> None:
    made = engine()
    first = answers(made, questions)
    assert all(a is b for a, b in zip(first, answers(made, questions)))
    made.forget()
    again = answers(made, questions)
    assert not any(a is b for a, b in zip(first, again)) and apart(first, again) < 0.5


def test_greedy_text_scores_better_than_another(questions: list[Question]) -> None:
    made = engine()
    written = made.written(questions)
    best = made.score(questions, written)
    worse = made.score(questions, [["<extra_id_0>", "▁house"]] * len(questions))
    assert all(a > b for a, b in zip(best, worse, strict=True)) and all(s <= 0 for s in best)


@pytest.mark.parametrize("workers", [1, 2, 5])
@pytest.mark.parametrize("most", [1, 20, 300])
def test_batches_hold_each_question_once_and_no_more_than_they_may(workers: int, most: int) -> None:
    asked = [Question(["a"] * n, []) for n in (3, 50, 7, 7, 1, 20, 9)]
    found = list(_batches(asked, workers, most))
    assert sorted(id(q) for batch in found for q in batch) == sorted(map(id, asked))
    for batch in found:
        longest = max(len(q.pieces) for q in batch)
        assert len(batch) == 1 or longest * len(batch) <= most


def test_a_short_text_is_shared_out() -> None:
    asked = [Question(["a"] * 10, []) for _ in range(20)]
    assert len(list(_batches(asked, 1, 400))) == 1 and len(list(_batches(asked, 2, 400))) == 2


def test_a_checkpoint_without_a_map_works(tiny_checkpoint: Path, tmp_path: Path) -> None:
    import shutil

    folder = tmp_path / "plain"
    shutil.copytree(tiny_checkpoint, folder)
    assert (folder / VOCABULARY_MAP).is_file()
    (folder / VOCABULARY_MAP).unlink()
    assert Despinner(folder, threads=1, min_score=0.0).correct(TEXTS[0]).score >= 0


def test_a_map_of_another_kind_is_told(tiny_checkpoint: Path, tmp_path: Path) -> None:
    import shutil

    folder = tmp_path / "other"
    shutil.copytree(tiny_checkpoint, folder)
    (folder / VOCABULARY_MAP).write_text("<extra_id_0>\t<extra_id_0>\n")
    with pytest.raises(CheckpointError, match="export it anew"):
        for text in TEXTS:
            Despinner(folder, threads=1, min_score=0.0).correct(text)


def test_a_compute_type_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="compute_type must be one of"):
        Despinner(threads=1, settings={"compute_type": "int3"})

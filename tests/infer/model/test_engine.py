"""The engine's log-probabilities: independent of batching, cache and vocabulary map."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from despin.errors import CheckpointError
from despin.infer.checkpoint import VOCABULARY_MAP, open_checkpoint
from despin.infer.despinner import Despinner
from despin.infer.digests import write_digests
from despin.infer.model.engine import Engine, LogProbs, Question, _batches

TEXTS = [
    "The decrease home mentioned on Monday that overseas officers would meet quickly.",
    "Individuals acquainted with the plan mentioned the loss of life march was over.",
    "Within the first half of the yr the corporate constructed new houses.",
]


@pytest.fixture(scope="module")
def questions() -> list[Question]:
    return Despinner(threads=1).questions([*TEXTS, TEXTS[0]])


def open_engine(**options: int | bool) -> Engine:
    """An engine of the embedded checkpoint."""
    checkpoint = open_checkpoint()
    return Engine(checkpoint.folder, checkpoint.pieces, threads=1, **options)  # type: ignore[arg-type]


def answers(engine: Engine, questions: list[Question]) -> list[list[LogProbs | None]]:
    """The answers in the order of the questions; each question is answered once."""
    by_index = dict(engine.ask(questions))
    assert len(by_index) == len(questions)
    return [by_index[i] for i in range(len(questions))]


def max_difference(first: list[list[LogProbs | None]], second: list[list[LogProbs | None]]) -> float:
    """The maximum difference between two lists of answers, without the constant of each slot."""
    maximum = 0.0
    for a, b in zip(first, second, strict=True):
        for x, y in zip(a, b, strict=True):
            assert x is not None and y is not None
            maximum = max(maximum, float(np.abs((x - x.mean()) - (y - y.mean())).max()))
    return maximum


def test_every_slot_is_answered_and_a_repeated_segment_is_computed_once(questions: list[Question]) -> None:
    results = answers(open_engine(), questions)
    for question, per_slot in zip(questions, results):
        for choices, logs in zip(question.choices, per_slot, strict=True):
            assert logs is not None and len(logs) == len(choices) + 1 and np.isfinite(logs).all()
    assert results[0] is results[3]


def test_the_vocabulary_map_changes_no_answer(questions: list[Question]) -> None:
    # As long as decoding takes the same path, the remaining logits equal those over the full vocabulary.
    unmapped = answers(open_engine(use_vocabulary_map=False), questions)
    assert max_difference(answers(open_engine(), questions), unmapped) < 1e-3


def test_batches_change_nothing(questions: list[Question]) -> None:
    # Int8 sums depend slightly on the other rows of the batch.
    unbatched = answers(open_engine(max_batch_pieces=1), questions)
    assert max_difference(answers(open_engine(), questions), unbatched) < 0.5


def test_answers_are_cached_until_the_cache_is_emptied(questions: list[Question]) -> None:
    engine = open_engine()
    first = answers(engine, questions)
    assert all(a is b for a, b in zip(first, answers(engine, questions)))
    engine.clear_cache()
    again = answers(engine, questions)
    assert not any(a is b for a, b in zip(first, again)) and max_difference(first, again) < 0.5


def test_greedy_output_scores_better_than_another(questions: list[Question]) -> None:
    engine = open_engine()
    written = engine.decode(questions)
    best = engine.score_targets(questions, written)
    worse = engine.score_targets(questions, [["<extra_id_0>", "▁house"]] * len(questions))
    assert all(a > b for a, b in zip(best, worse, strict=True)) and all(s <= 0 for s in best)


@pytest.mark.parametrize("workers", [1, 2, 5])
@pytest.mark.parametrize("max_pieces", [1, 20, 300])
def test_batches_hold_each_question_once_and_respect_the_limit(workers: int, max_pieces: int) -> None:
    questions = [Question(["a"] * n, []) for n in (3, 50, 7, 7, 1, 20, 9)]
    batches = list(_batches(questions, workers, max_pieces))
    assert sorted(id(q) for batch in batches for q in batch) == sorted(map(id, questions))
    for batch in batches:
        longest = max(len(q.pieces) for q in batch)
        assert len(batch) == 1 or longest * len(batch) <= max_pieces


def test_a_short_text_is_split_among_the_workers() -> None:
    questions = [Question(["a"] * 10, []) for _ in range(20)]
    assert len(list(_batches(questions, 1, 400))) == 1 and len(list(_batches(questions, 2, 400))) == 2


def test_a_checkpoint_without_a_map_works(tiny_checkpoint: Path, tmp_path: Path) -> None:
    import shutil

    folder = tmp_path / "plain"
    shutil.copytree(tiny_checkpoint, folder)
    assert (folder / VOCABULARY_MAP).is_file()
    (folder / VOCABULARY_MAP).unlink()
    write_digests(folder)
    assert Despinner(folder, threads=1, min_score=0.0).correct(TEXTS[0]).score >= 0


def test_a_vocabulary_map_that_is_no_identity_is_reported(tiny_checkpoint: Path, tmp_path: Path) -> None:
    import shutil

    folder = tmp_path / "other"
    shutil.copytree(tiny_checkpoint, folder)
    (folder / VOCABULARY_MAP).write_text("<extra_id_0>\t<extra_id_0>\n")
    with pytest.raises(CheckpointError, match="export the checkpoint again"):
        for text in TEXTS:
            Despinner(folder, threads=1, min_score=0.0).correct(text)


def test_an_unknown_compute_type_is_reported(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="compute_type must be one of"):
        Despinner(threads=1, settings={"compute_type": "int3"})

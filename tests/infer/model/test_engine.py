"""The engine's log-probabilities: to the last bit independent of the batch and the cache."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from despin.errors import CheckpointError
from despin.infer.checkpoint import VOCABULARY_MAP, open_checkpoint
from despin.infer.despinner import Despinner
from despin.infer.digests import write_digests
from despin.infer.model.engine import MAX_ROUNDS, Answers, Engine, Question, _batches

TEXTS = [
    "The decrease home mentioned on Monday that overseas officers would meet quickly.",
    "Individuals acquainted with the plan mentioned the loss of life march was over.",
    "Within the first half of the yr the corporate constructed new houses.",
]

VARIATIONS = [
    f"The decrease home mentioned on {day} that overseas {who} would meet quickly."
    for day in ("Monday", "Tuesday", "Friday", "Sunday")
    for who in ("officers", "people", "teams", "individuals")
]


@pytest.fixture(scope="module")
def questions() -> list[Question]:
    return Despinner(threads=1).questions([*TEXTS, TEXTS[0]])


def open_engine(**options: int | bool) -> Engine:
    """An engine of the embedded checkpoint."""
    checkpoint = open_checkpoint()
    return Engine(checkpoint.folder, checkpoint.pieces, threads=1, **options)  # type: ignore[arg-type]


def answers(engine: Engine, questions: list[Question]) -> list[Answers]:
    """The answers in the order of the questions; each question is answered once."""
    by_index = dict(engine.ask(questions))
    assert len(by_index) == len(questions)
    return [by_index[i] for i in range(len(questions))]


def max_difference(first: list[Answers], second: list[Answers]) -> float:
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


def same(first: list[Answers], second: list[Answers]) -> bool:
    """Whether the answers are the same to the last bit."""
    return all(
        (x is None and y is None) or (x is not None and y is not None and np.array_equal(x, y))
        for a, b in zip(first, second, strict=True)
        for x, y in zip(a, b, strict=True)
    )


def test_batches_change_nothing() -> None:
    # Questions of one length, so that they do share batches.
    questions = Despinner(threads=1).questions(VARIATIONS)
    assert len({len(q.pieces) for q in questions}) < len(questions) / 2
    unbatched = answers(open_engine(max_batch_pieces=1), questions)
    assert same(answers(open_engine(), questions), unbatched)
    assert same(answers(open_engine(), questions[::-1])[::-1], unbatched)
    engine = open_engine()
    answers(engine, questions[1:])
    assert same(answers(engine, questions), unbatched)


def test_answers_are_cached_until_the_cache_is_emptied(questions: list[Question]) -> None:
    engine = open_engine()
    first = answers(engine, questions)
    assert all(a is b for a, b in zip(first, answers(engine, questions)))
    engine.clear_cache()
    again = answers(engine, questions)
    assert not any(a is b for a, b in zip(first, again)) and same(first, again)


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
        assert len({len(q.pieces) for q in batch}) == 1
        assert len(batch) == 1 or len(batch[0].pieces) * len(batch) <= max_pieces


def test_a_short_text_is_split_among_the_workers() -> None:
    questions = [Question(["a"] * 10, []) for _ in range(20)]
    assert len(list(_batches(questions, 1, 400))) == 1 and len(list(_batches(questions, 2, 400))) == 2


class StubModel:
    """Answers as ``reply`` says: from a question's pieces to those of the output. Keeps what it was asked."""

    def __init__(self, reply: Callable[[list[str]], list[str]]) -> None:
        self.reply = reply
        self.asked: list[list[str]] = []
        self.limits: list[int] = []

    def translate_batch(self, batch: list[list[str]], max_decoding_length: int, **_: object) -> list[object]:
        self.asked += batch
        self.limits.append(max_decoding_length)
        results = []
        for pieces in batch:
            output = self.reply(pieces)
            steps = [np.zeros(20_000, dtype=np.float32) for _ in range(len(output) + 1)]
            result = SimpleNamespace(
                hypotheses=[output[:max_decoding_length]], logits=[steps[:max_decoding_length]]
            )
            results.append(SimpleNamespace(result=lambda result=result: result))
        return results


def stub_engine(reply: Callable[[list[str]], list[str]]) -> tuple[Engine, StubModel]:
    engine = open_engine(use_vocabulary_map=False)
    model = StubModel(reply)
    engine._model = model
    return engine, model


def slots_of(pieces: list[str]) -> list[str]:
    return [p for p in pieces if p.startswith("<extra_id_") and int(p[10:-1]) < 95]


def unanswered(answer: Answers) -> int:
    return sum(logs is None for logs in answer)


def crowded(slots: int) -> Question:
    pieces = [
        p
        for k in range(slots)
        for p in (f"<extra_id_{k}>", "▁final", "<extra_id_97>", "▁last", "<extra_id_98>")
    ]
    return Question([*pieces, "</s>"], [["▁last"]] * slots)


def test_every_slot_of_a_crowded_question_is_answered_within_its_own_limit() -> None:
    # Replies of three pieces each, as long as any hint may be; alone, without a longer neighbour.
    engine, model = stub_engine(lambda pieces: [p for s in slots_of(pieces) for p in (s, "▁a", "▁b", "▁c")])
    ((_, answer),) = engine.ask([crowded(60)])
    assert len(model.asked) == 1 and unanswered(answer) == 0


def test_slots_after_a_reply_without_end_are_asked_again_alone() -> None:
    def loops(pieces: list[str]) -> list[str]:
        # Slot 3 of the whole question has no end.
        slots = slots_of(pieces)
        return [*slots[:4], *["▁Buy"] * 500] if len(slots) == 8 else slots

    engine, model = stub_engine(loops)
    ((_, answer),) = engine.ask([crowded(8)])
    assert unanswered(answer) == 0
    assert [len(slots_of(pieces)) for pieces in model.asked] == [8, 4]
    assert len(model.asked[1]) < len(model.asked[0])


def test_a_slot_that_is_never_answered_is_none_and_is_not_asked_without_end() -> None:
    engine, model = stub_engine(lambda pieces: ["▁Buy"] * 1000)
    ((_, answer),) = engine.ask([crowded(64)])
    assert answer == [None] * 64
    assert len(model.asked) <= 2**MAX_ROUNDS
    engine, model = stub_engine(lambda pieces: [])
    assert next(engine.ask([crowded(1)])) == (0, [None]) and len(model.asked) == 1


def test_a_long_question_is_asked_in_parts_that_are_put_together() -> None:
    engine, model = stub_engine(slots_of)
    long = crowded(90)
    questions = [Question(["▁plain"] * 600 + long.pieces, long.choices), crowded(3)]
    found = dict(engine.ask(questions))
    assert [(len(found[i]), unanswered(found[i])) for i in (0, 1)] == [(90, 0), (3, 0)]
    assert len(model.asked) > 2 and max(map(len, model.asked)) <= 512


def test_an_output_with_a_piece_of_another_question_is_not_taken() -> None:
    engine = open_engine()
    first = Question(
        ["<extra_id_0>", "▁final", "<extra_id_97>", "▁last", "<extra_id_98>", "</s>"], [["▁last"]]
    )
    second = Question([*first.pieces[:3], "▁year", *first.pieces[4:]], [["▁year"]])
    batches: list[int] = []

    def translate_batch(batch: list[list[str]], **_: object) -> list[object]:
        batches.append(len(batch))
        output = ["<extra_id_0>", "▁year"] if len(batch) > 1 else ["<extra_id_0>"]
        logits = [np.full(20_000, len(batch), dtype=np.float32) for _ in range(3)]
        result = SimpleNamespace(hypotheses=[output], logits=[logits])
        return [SimpleNamespace(result=lambda: result) for _ in batch]

    engine._model = SimpleNamespace(translate_batch=translate_batch)
    found = dict(engine.ask([first, second]))
    assert batches == [2, 1]  # the first one again, alone
    assert found[0][0] is not None and found[0][0][0] == 1
    assert found[1][0] is not None and found[1][0][0] == 2


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

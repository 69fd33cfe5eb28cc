"""Batches hold every row once, keep to their limit, and a stream goes on where it was left."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice, pairwise
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

torch = pytest.importorskip("torch")

from despin.infer.candidates.inverse import InverseLexicon  # noqa: E402
from despin.infer.candidates.subwords import EOS  # noqa: E402
from despin.train import Entry, Spinner  # noqa: E402
from despin.train.data import batches  # noqa: E402
from despin.train.data.batches import (  # noqa: E402
    IGNORE_INDEX,
    Batch,
    Encoded,
    Encoder,
    PairStream,
    Position,
    batch_by_length,
    batches_from,
    collate,
)
from despin.train.data.corpora import Corpora  # noqa: E402
from despin.train.data.examples import ExampleMaker  # noqa: E402
from despin.train.data.target_forms import encode_example  # noqa: E402
from despin.train.fit.random_tokenizer import tiny_tokenizer  # noqa: E402
from despin.train.recipe import FORMS, PairsConfig  # noqa: E402
from despin.train.spin.spinner import SpinnerMix  # noqa: E402

IDS = st.lists(st.integers(3, 99), min_size=1, max_size=30)
ROW = st.builds(Encoded, source=IDS, target=IDS)
ENTRIES = [Entry("house", "home", "N", "observed", 1), Entry("death", "loss of life", "N", "observed", 1)]
VOCABULARY = ["The house met on Monday. home loss of life death number"]


class Numbered:
    """Corpora whose every document is another one, some of several segments."""

    def draw(self, rng: random.Random) -> str:
        number = int(rng.random() * 1_000_000)
        return "\n".join(["The house met on Monday.", f"A death, number {number}."][: 1 + number % 2])


def maker(seed: int = 3) -> ExampleMaker:
    """A maker of short examples."""
    lexicon = InverseLexicon((e.spun, e.original, 0.9) for e in ENTRIES)
    mix = SpinnerMix([(Spinner(entries=ENTRIES), 1.0)])
    return ExampleMaker(cast(Corpora, Numbered()), mix, lexicon, PairsConfig(), seed)


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    """The hinted form with a tiny tokenizer."""
    return Encoder(tiny_tokenizer(VOCABULARY, []), "hinted")


@pytest.fixture(autouse=True)
def small_pools(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pools of five documents, so that a test passes several."""
    monkeypatch.setattr(batches, "MIN_POOL_DOCUMENTS", 5)


@settings(max_examples=40)
@given(st.lists(ROW, max_size=40), st.integers(1, 400))
def test_batches_hold_every_row_once_within_the_limit(rows: list[Encoded], tokens: int) -> None:
    made = batch_by_length(rows, tokens)
    assert Counter(id(r) for batch in made for r in batch) == Counter(id(r) for r in rows)
    for batch in made:
        wide, deep = max(len(r.source) for r in batch), max(len(r.target) for r in batch)
        assert len(batch) == 1 or (wide + deep) * len(batch) <= tokens
    # Full: the first row of a batch would have burst the one before.
    for batch, following in pairwise(made):
        both = [*batch, following[0]]
        wide, deep = max(len(r.source) for r in both), max(len(r.target) for r in both)
        assert (wide + deep) * len(both) > tokens


@settings(max_examples=40)
@given(st.lists(ROW, max_size=40), st.integers(1, 400))
def test_rows_of_like_length_lie_together(rows: list[Encoded], tokens: int) -> None:
    lengths = [len(r.source) for batch in batch_by_length(rows, tokens) for r in batch]
    assert lengths == sorted(lengths)


@settings(max_examples=40)
@given(st.lists(ROW, min_size=1, max_size=10), st.sampled_from([1, 8]))
def test_padding_adds_nothing(rows: list[Encoded], multiple: int) -> None:
    made = collate(rows, multiple)
    assert made["input_ids"].shape == made["attention_mask"].shape
    for n, row in enumerate(rows):
        seen = made["attention_mask"][n].bool()
        assert made["input_ids"][n][seen].tolist() == row.source
        assert seen.sum() == len(row.source) and not made["input_ids"][n][~seen].any()
        labels = made["labels"][n]
        assert labels[labels != IGNORE_INDEX].tolist() == row.target
        assert labels[len(row.target) :].eq(IGNORE_INDEX).all()
    for name, longest in (
        ("input_ids", max(len(r.source) for r in rows)),
        ("labels", max(len(r.target) for r in rows)),
    ):
        width = made[name].shape[1]
        assert width % multiple == 0 and longest <= width < longest + multiple


@pytest.mark.parametrize("form", FORMS)
def test_ids_stand_for_the_pieces_of_the_form(form: str) -> None:
    coder = Encoder(tiny_tokenizer(VOCABULARY, []), form)
    for number in range(20):
        for example in maker().document(number):
            row = coder(example)
            source, target = encode_example(form, example, coder.pieces)
            assert [coder.piece_of[i] for i in row.source] == source
            assert [coder.piece_of[i] for i in row.target] == target
            assert row.source[-1] == row.target[-1] == coder.id_of[EOS] == 1


def test_what_the_vocabulary_lacks_is_unknown(encoder: Encoder) -> None:
    (example,) = maker().examples("a 漢 home", (), random.Random(0), 64)
    assert encoder(example).source.count(encoder.id_of["<unk>"]) == 1


def plain(batch: dict[str, Any]) -> dict[str, Any]:
    """A batch as lists, to be compared."""
    return {name: tensor.tolist() for name, tensor in batch.items()}


def pools(stream: Iterable[tuple[int, list[Batch]]], count: int) -> Iterator[dict[str, Any]]:
    """The batches of the stream's first ``count`` pools, each with its pool's number."""
    for number, batches_of_pool in islice(stream, count):
        yield from ({**plain(batch), "pool": number} for batch in batches_of_pool)


@pytest.mark.parametrize(("rank", "world"), [(0, 1), (0, 2), (1, 2), (2, 3)])
@pytest.mark.parametrize("start", [1, 4])
def test_a_stream_begun_at_a_pool_is_the_continued_one(
    encoder: Encoder, start: int, rank: int, world: int
) -> None:
    whole = list(pools(PairStream(maker(), encoder, 100, 0, rank, world), start + 3))
    begun = list(pools(PairStream(maker(), encoder, 100, start, rank, world), 3))
    assert begun == [b for b in whole if b["pool"] >= start]
    assert len(begun) > 3


def rows_of(made: Iterator[dict[str, Any]]) -> Counter[tuple[int, ...]]:
    """The sources in batches, padding taken off."""
    return Counter(
        tuple(ids[: sum(mask)]) for b in made for ids, mask in zip(b["input_ids"], b["attention_mask"])
    )


def test_a_pool_holds_each_example_of_its_documents_once(encoder: Encoder) -> None:
    made = rows_of(pools(PairStream(maker(), encoder, 200, 2), 1))
    assert made == Counter(tuple(encoder(e).source) for n in range(10, 15) for e in maker().document(n))


def test_processes_share_the_documents_out(encoder: Encoder) -> None:
    alone = rows_of(pools(PairStream(maker(), encoder, 200), 6))
    parts = [rows_of(pools(PairStream(maker(), encoder, 200, 0, rank, 3), 2)) for rank in range(3)]
    assert parts[0] + parts[1] + parts[2] == alone and parts[0] != parts[1]


def test_workers_share_the_pools_out(encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    class Worker:
        def __init__(self, number: int) -> None:
            self.id, self.num_workers = number, 2

    made = []
    for number in range(2):
        monkeypatch.setattr(batches, "get_worker_info", lambda number=number: Worker(number))
        made.append(list(pools(PairStream(maker(), encoder, 200, 1), 2)))
    monkeypatch.undo()
    monkeypatch.setattr(batches, "MIN_POOL_DOCUMENTS", 5)
    assert [sorted({b["pool"] for b in part}) for part in made] == [[1, 3], [2, 4]]
    alone = list(pools(PairStream(maker(), encoder, 200, 1), 4))
    assert sorted(map(json.dumps, made[0] + made[1])) == sorted(map(json.dumps, alone))


def test_batches_come_in_no_order_of_length(encoder: Encoder) -> None:
    widths = [len(b["input_ids"][0]) for b in pools(PairStream(maker(), encoder, 60), 4)]
    assert widths != sorted(widths)


def test_seeds_make_other_streams(encoder: Encoder) -> None:
    one, other = (list(pools(PairStream(maker(s), encoder, 200), 1)) for s in (3, 4))
    assert one != other


@pytest.mark.parametrize("workers", [0, 1, 2])
def test_a_data_loader_gives_one_order_with_any_number_of_workers(encoder: Encoder, workers: int) -> None:
    stream = PairStream(maker(), encoder, 200)
    loader = torch.utils.data.DataLoader(stream, batch_size=None, num_workers=workers)
    first = list(pools(PairStream(maker(), encoder, 200), 4))
    assert list(pools(loader, 4)) == first and len(first) > 4


def test_batches_go_on_from_any_position(encoder: Encoder) -> None:
    def stream(pool: int) -> PairStream:
        return PairStream(maker(), encoder, 100, pool)

    whole = list(islice(batches_from(stream(0), Position()), 12))
    assert len({position.pool for position, _ in whole}) >= 2
    for done, (position, _) in enumerate(whole, 1):
        following = islice(batches_from(stream(position.pool), position), 12 - done)
        assert [(p, plain(b)) for p, b in following] == [(p, plain(b)) for p, b in whole[done:]]


def test_large_batches_come_from_large_pools() -> None:
    maker, pieces = cast(Any, SimpleNamespace(seed=0)), cast(Any, None)
    assert PairStream(maker, pieces, 1024).documents == 5
    assert PairStream(maker, pieces, 65_536).documents == 256

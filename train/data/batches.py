"""Batches of examples of similar length, as a stream that can be entered at any pool."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
from tokenizers import Tokenizer
from torch.utils.data import IterableDataset, get_worker_info

from despin.infer.candidates.subwords import Subwords
from despin.train.data.examples import Example, ExampleMaker
from despin.train.data.target_forms import encode_example

MIN_POOL_DOCUMENTS = 96
"""Documents of a pool at least. The segments of a pool are sorted by length together."""
TOKENS_PER_DOCUMENT = 256
"""A pool has one document for so many tokens of a batch. That gives about seven batches a pool, so that the
lengths within a batch differ little."""
IGNORE_INDEX = -100
"""The label that PyTorch's cross-entropy leaves out."""


@dataclass(frozen=True)
class Encoded:
    """One example as subword ids."""

    source: list[int]
    target: list[int]


class Encoder:
    """Encodes examples as subword ids, in one form. Made from a ``tokenizer.json``."""

    def __init__(self, tokenizer: Mapping[str, Any], form: str) -> None:
        self.pieces = Subwords(Tokenizer.from_str(json.dumps(tokenizer)))
        self.form = form
        self.id_of: dict[str, int] = self.pieces.tokenizer.get_vocab()
        self.piece_of = {id_: piece for piece, id_ in self.id_of.items()}

    def __call__(self, example: Example) -> Encoded:
        source, target = encode_example(self.form, example, self.pieces)
        unknown = self.id_of["<unk>"]
        return Encoded(
            [self.id_of.get(p, unknown) for p in source], [self.id_of.get(p, unknown) for p in target]
        )


def collate(rows: Sequence[Encoded], multiple: int = 1) -> dict[str, torch.Tensor]:
    """Padded tensors: ``input_ids`` and ``attention_mask`` [batch, source], ``labels`` [batch, target].

    Source and target are padded to a multiple of ``multiple``.
    """
    source_length, target_length = (
        -(-longest // multiple) * multiple
        for longest in (max(len(r.source) for r in rows), max(len(r.target) for r in rows))
    )
    ids = torch.zeros(len(rows), source_length, dtype=torch.long)
    mask = torch.zeros(len(rows), source_length, dtype=torch.long)
    labels = torch.full((len(rows), target_length), IGNORE_INDEX, dtype=torch.long)
    for i, row in enumerate(rows):
        ids[i, : len(row.source)] = torch.tensor(row.source)
        mask[i, : len(row.source)] = 1
        labels[i, : len(row.target)] = torch.tensor(row.target)
    return {"input_ids": ids, "attention_mask": mask, "labels": labels}


def batch_by_length(rows: Sequence[Encoded], tokens: int) -> list[list[Encoded]]:
    """Rows sorted by length and cut into batches of at most ``tokens`` padded tokens, source and target."""
    out: list[list[Encoded]] = []
    batch: list[Encoded] = []
    source_length = target_length = 0
    for row in sorted(rows, key=lambda r: (len(r.source), len(r.target))):
        source_length = max(source_length, len(row.source))
        target_length = max(target_length, len(row.target))
        if batch and (source_length + target_length) * (len(batch) + 1) > tokens:
            out.append(batch)
            batch, source_length, target_length = [], len(row.source), len(row.target)
        batch.append(row)
    return [*out, batch] if batch else out


class Position(NamedTuple):
    """A place in the training data of a process."""

    pool: int = 0
    batch: int = 0
    """Batches of the pool that lie before this place."""


Batch = dict[str, torch.Tensor]


class PairStream(IterableDataset[tuple[int, list[Batch]]]):
    """Numbered pools of batches without end. Pools are assigned to processes and workers in turn.

    A pool is one item, so that a `DataLoader`, which takes an item of each worker in turn, gives the same
    order with any number of workers. A stream that starts at pool n continues like one that reached it.
    """

    def __init__(
        self,
        maker: ExampleMaker,
        encoder: Encoder,
        tokens: int,
        start: int = 0,
        rank: int = 0,
        world: int = 1,
    ) -> None:
        self.maker, self.encoder, self.tokens = maker, encoder, tokens
        self.start, self.rank, self.world = start, rank, world
        # Matrix products of such sizes are faster on a GPU, and there are fewer shapes.
        self.multiple = 8 if torch.cuda.is_available() else 1
        self.documents = max(MIN_POOL_DOCUMENTS, tokens // TOKENS_PER_DOCUMENT)

    def __iter__(self) -> Iterator[tuple[int, list[Batch]]]:
        worker = get_worker_info()
        part, parts = (worker.id, worker.num_workers) if worker else (0, 1)
        pool = self.start + part
        while True:
            number = pool * self.world + self.rank
            rows = [
                self.encoder(example)
                for document in range(number * self.documents, (number + 1) * self.documents)
                for example in self.maker.document(document)
            ]
            batches = batch_by_length(rows, self.tokens)
            random.Random(f"order:{self.maker.seed}:{number}").shuffle(batches)
            yield pool, [collate(batch, self.multiple) for batch in batches]
            pool += parts


def batches_from(
    pools: Iterable[tuple[int, list[Batch]]], start: Position
) -> Iterator[tuple[Position, Batch]]:
    """The batches from ``start`` on, each with the position behind it. ``start.pool`` comes first."""
    skip = start.batch
    for number, batches in pools:
        for index, batch in enumerate(batches[skip:], skip + 1):
            yield Position(number, index), batch
        skip = 0

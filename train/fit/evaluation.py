"""Held-out loss and edit scores of a model while it trains."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import torch
from transformers import T5ForConditionalGeneration

from despin.infer.candidates.subwords import EOS
from despin.metrics.edit_scores import EditCounts, score_text, sum_counts
from despin.metrics.pairs import read_pairs
from despin.train.data.batches import Encoded, Encoder, batch_by_length, collate
from despin.train.data.examples import Example, ExampleMaker
from despin.train.data.target_forms import decode_example


def held_out_examples(maker: ExampleMaker, count: int) -> list[Example]:
    """The first ``count`` examples of a maker that draws from held-out sources."""
    out: list[Example] = []
    number = 0
    while len(out) < count:
        out += maker.document(number)
        number += 1
    return out[:count]


def real_examples(file: str | Path, maker: ExampleMaker, limit: int) -> list[tuple[str, list[Example]]]:
    """Real spun texts as examples, each text's with its original (the examples' own is not known)."""
    out = []
    rng = random.Random(0)
    for pair in read_pairs([str(file)])[0]:
        out.append((pair.original, list(maker.examples(pair.spun, (), rng, limit))))
    return out


@torch.no_grad()
def held_out_loss(model: T5ForConditionalGeneration, examples: Sequence[Example], encoder: Encoder) -> float:
    """Mean cross-entropy (nats a target token) on examples."""
    summed = tokens = 0.0
    for rows in batch_by_length([encoder(e) for e in examples], 8192):
        batch = {k: v.to(model.device) for k, v in collate(rows).items()}
        count = sum(len(r.target) for r in rows)
        summed += float(model(**batch).loss) * count
        tokens += count
    return summed / tokens if tokens else 0.0


@torch.no_grad()
def restore(model: T5ForConditionalGeneration, examples: Sequence[Example], encoder: Encoder) -> list[str]:
    """Greedy restorations of the examples' segments, in order."""
    encoded = [encoder(e) for e in examples]
    order = {id(row): n for n, row in enumerate(encoded)}
    out = [""] * len(examples)
    for rows in batch_by_length(encoded, 65_536 if model.device.type == "cuda" else 8192):
        batch = collate(rows)
        longest = _longest_answer(encoder.form, rows)
        written = model.generate(
            input_ids=batch["input_ids"].to(model.device),
            attention_mask=batch["attention_mask"].to(model.device),
            max_new_tokens=longest,
            do_sample=False,
            num_beams=1,
            eos_token_id=encoder.id_of[EOS],
            pad_token_id=0,
        )
        for row, ids in zip(rows, written.tolist()):
            pieces = [encoder.piece_of.get(i, "<unk>") for i in ids[1:] if i != 0]
            if EOS in pieces:
                pieces = pieces[: pieces.index(EOS)]
            number = order[id(row)]
            out[number] = decode_example(encoder.form, examples[number], pieces, encoder.pieces)
    return out


def _longest_answer(form: str, rows: Sequence[Encoded]) -> int:
    widest = max(len(r.source) for r in rows)
    return widest + 16 if form != "rewrite" else widest + 32


def score_examples(
    model: T5ForConditionalGeneration, examples: Sequence[Example], encoder: Encoder
) -> EditCounts:
    """Edit scores on synthetic held-out examples."""
    restored = restore(model, examples, encoder)
    return sum_counts(score_text(e.spun, r, e.original) for e, r in zip(examples, restored))


def score_real(
    model: T5ForConditionalGeneration, texts: Sequence[tuple[str, list[Example]]], encoder: Encoder
) -> EditCounts:
    """Edit scores on real pairs, greedy output as it comes: no alignment, threshold or guard."""
    flat = [e for _, examples in texts for e in examples]
    restored = iter(restore(model, flat, encoder))
    counts = []
    for original, examples in texts:
        spun, out, last = examples[0].text, [], 0
        for example in examples:
            out.append(spun[last : example.segment.start])
            piece = next(restored)
            tail = example.spun[len(example.spun.rstrip()) :]
            out.append(piece.rstrip() + tail if encoder.form == "rewrite" else piece)
            last = example.segment.end
        counts.append(score_text(spun, "".join(out), original))
    return sum_counts(counts)

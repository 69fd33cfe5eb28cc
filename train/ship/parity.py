"""Parity of the trainable weights and the exported model: greedy output, log-probabilities, scores."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
import torch

from despin.infer.candidates.inverse import InverseLexicon
from despin.infer.checkpoint import EMBEDDED
from despin.infer.files import read_text
from despin.infer.text.edits import apply_edits
from despin.infer.text.segmentation import MAX_TOKENS
from despin.metrics.edit_scores import EditCounts, score_text, sum_counts
from despin.train.data.batches import Encoder, batch_by_length, collate
from despin.train.data.examples import Example, ExampleMaker, spun_spans
from despin.train.data.target_forms import decode_example, encode_example
from despin.train.fit.evaluation import restore
from despin.train.fit.t5 import base_tokenizer, load_model
from despin.train.recipe import PairsConfig
from despin.train.ship.export import convert_to_ctranslate2
from despin.train.spin.spinner import Spinner, SpinnerMix


@dataclass(frozen=True)
class Parity:
    """Two forms of one model on the same segments."""

    segments: int
    identical: int
    """Segments restored to the same text."""
    log_prob_differences: np.ndarray[Any, np.dtype[np.float64]]
    """[pieces] absolute differences of the log-probability (nats) of each piece of the true answers."""
    trained: EditCounts
    """Scores of the trainable form's greedy text."""
    exported: EditCounts
    """Scores of the exported form's."""

    def __str__(self) -> str:
        differences = self.log_prob_differences
        mean, percentile, maximum = differences.mean(), np.quantile(differences, 0.99), differences.max()
        return (
            f"{self.identical} of {self.segments} segments restored alike; log-probabilities of "
            f"{len(differences):,} pieces apart by {mean:.4f} on average, "
            f"{percentile:.4f} at the 99th percentile, {maximum:.4f} at most (nats); "
            f"F0.5 {self.trained.f05:.4f} and {self.exported.f05:.4f}"
        )


def examples_of(texts: Iterable[str], lexicon: InverseLexicon, count: int, spinner: Spinner) -> list[Example]:
    """``count`` spun segments of ``texts``, spun again with another seed as often as it takes."""
    texts = list(texts)
    maker = ExampleMaker(None, SpinnerMix([(spinner, 1.0)]), lexicon, _PLAIN)  # type: ignore[arg-type]
    spun = (
        example
        for seed in range(1000)
        for text in texts
        for example in _spun(maker, spinner, text, seed)
        if example.slots
    )
    return list(islice(spun, count))


_PLAIN = PairsConfig(hidden_hints=0.0, open_slots=0.0)


def _spun(maker: ExampleMaker, spinner: Spinner, text: str, seed: int) -> Iterable[Example]:
    edits = spinner.spin(text, seed=f"agree:{seed}").edits
    return maker.examples(apply_edits(text, edits), spun_spans(edits), random.Random(seed), MAX_TOKENS)


def measure_parity(
    trainable: Path, exported: Sequence[tuple[Path, str]], examples: Sequence[Example]
) -> list[Parity]:
    """Compare the weights in ``trainable`` (as float32) with each exported model.

    ``exported``: CTranslate2's folder and compute type: int8 as it ships, float32 to test a conversion
    without quantization.
    """
    encoder = Encoder(base_tokenizer(str(trainable)), "hinted")
    model: Any = load_model(trainable)
    model.eval()
    restored = restore(model, examples, encoder)
    return [_compare(model, restored, *form, examples, encoder) for form in exported]


def _compare(
    model: Any,
    restored: Sequence[str],
    folder: Path,
    compute: str,
    examples: Sequence[Example],
    encoder: Encoder,
) -> Parity:
    translator = ctranslate2.Translator(
        str(folder), compute_type=compute, intra_threads=torch.get_num_threads()
    )
    outputs = translator.translate_batch(
        [encode_example("hinted", example, encoder.pieces)[0] for example in examples],
        beam_size=1,
        max_input_length=0,
        max_decoding_length=512,
        max_batch_size=4096,
        batch_type="tokens",
    )
    restored_exported = [
        decode_example("hinted", example, result.hypotheses[0], encoder.pieces)
        for example, result in zip(examples, outputs)
    ]
    return Parity(
        len(examples),
        sum(a == b for a, b in zip(restored, restored_exported)),
        _log_prob_differences(model, translator, examples, encoder),
        sum_counts(score_text(e.spun, r, e.original) for e, r in zip(examples, restored)),
        sum_counts(score_text(e.spun, r, e.original) for e, r in zip(examples, restored_exported)),
    )


@torch.no_grad()
def _log_prob_differences(
    model: Any, translator: ctranslate2.Translator, examples: Sequence[Example], encoder: Encoder
) -> np.ndarray[Any, np.dtype[np.float64]]:
    differences: list[float] = []
    for rows in batch_by_length([encoder(e) for e in examples], 8192):
        batch = collate(rows)
        log_probs = model(**batch).logits.log_softmax(-1)
        piece = encoder.piece_of
        # CTranslate2 adds the end of the target by itself.
        scored = translator.score_batch(
            [[piece[id_] for id_ in row.source] for row in rows],
            [[piece[id_] for id_ in row.target[:-1]] for row in rows],
            max_input_length=0,
        )
        for i, (row, result) in enumerate(zip(rows, scored)):
            expected = log_probs[i, range(len(row.target)), row.target].tolist()
            differences += [abs(a - b) for a, b in zip(expected, result.log_probs, strict=True)]
    return np.array(differences)


def compare_exports(
    texts: Sequence[str], trainable: Path, exported: Path | None, segments: int
) -> Iterator[str]:
    """A line for the trainable weights against a conversion without quantization, and one against int8.

    ``texts`` are paths of clean text; ``exported`` is the int8 folder, the embedded one if None.
    """
    int8 = EMBEDDED if exported is None else exported
    lexicon = InverseLexicon.load(int8 / "inverse.tsv")
    examples = examples_of([read_text(path) for path in texts], lexicon, segments, Spinner())
    with tempfile.TemporaryDirectory() as scratch:
        float32 = Path(scratch) / "float32"
        convert_to_ctranslate2(trainable, float32, quantization="float32")
        forms = [(float32, "float32"), (int8, "int8")]
        for (_, name), agreement in zip(forms, measure_parity(trainable, forms, examples)):
            yield f"{name}: {agreement}"

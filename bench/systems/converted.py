"""Weights that were trained and not shipped, run by Despin: our own in float32, and the unpruned base."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from despin.bench.systems.options import SystemOptions
from despin.errors import SystemUnavailable
from despin.infer.checkpoint import VOCABULARY_MAP
from despin.infer.despinner import Correction, Despinner
from despin.metrics.edit_scores import EditCounts, score_text, sum_counts
from despin.metrics.pairs import Pair


def converted(weights: Path, checkpoint: Path, into: Path) -> Path:
    """``weights`` (Hugging Face format) as a float32 checkpoint, all else as in ``checkpoint``.

    Raises SystemUnavailable where the weights or the packages that read them are missing.
    """
    if not (weights / "model.safetensors").is_file():
        raise SystemUnavailable(f"no trained weights at {weights}")
    try:
        from despin.train.ship.export import convert_to_ctranslate2
    except ModuleNotFoundError as error:
        raise SystemUnavailable(f"the package {error.name} is missing") from None
    with tempfile.TemporaryDirectory() as scratch:
        whole = Path(scratch) / "hf"
        shutil.copytree(weights, whole)
        if not (whole / "tokenizer_config.json").exists():  # a run's best/ is not exported yet
            from despin.train.ship.export import save_bf16

            whole = Path(scratch) / "half"
            save_bf16(weights, whole)
        convert_to_ctranslate2(whole, into, quantization="float32")
        shutil.copy(whole / "tokenizer.json", into)
    for file in checkpoint.iterdir():
        if not (into / file.name).exists():
            shutil.copy(file, into)
    (into / VOCABULARY_MAP).unlink(missing_ok=True)
    return into


class Converted:
    """Trained weights as a system. The folder that they are converted into goes with it."""

    def __init__(
        self, name: str, despinner: Despinner, scratch: tempfile.TemporaryDirectory[str], seconds: float
    ):
        self.name, self._despinner, self._scratch = name, despinner, scratch
        self.seconds_of_preparation = seconds
        self.size = sum(f.stat().st_size for f in Path(scratch.name).rglob("*") if f.is_file())

    @classmethod
    def open(cls, name: str, weights: Path, options: SystemOptions) -> Converted:
        """Convert and load ``weights``. Raises SystemUnavailable as `converted` does."""
        begun = time.perf_counter()
        scratch = tempfile.TemporaryDirectory()
        folder = converted(weights, options.checkpoint, Path(scratch.name) / "float32")
        seconds = time.perf_counter() - begun
        despinner = Despinner(
            folder,
            threads=options.threads,
            min_confidence=options.min_confidence,
            settings={"compute_type": "float32"},
        )
        return cls(name, despinner, scratch, seconds)

    def restore(self, texts: Sequence[str]) -> list[str]:
        """Each text as Despinner corrects it with these weights."""
        return [c.text for c in self.corrections(texts)]

    def corrections(self, texts: Sequence[str]) -> list[Correction]:
        """The same with edits and scores."""
        return self._despinner.correct_batch(texts)


def both(
    checkpoint: Path, trainable: Path, pairs: Sequence[Pair], threads: int = 0
) -> tuple[EditCounts, EditCounts]:
    """Counts over ``pairs`` of the checkpoint as it ships and of its trainable weights in float32.

    Raises SystemUnavailable where the trainable weights or the packages that read them are missing.
    """
    with tempfile.TemporaryDirectory() as scratch:
        exact = converted(trainable, checkpoint, Path(scratch) / "float32")
        return _counts(checkpoint, pairs, threads), _counts(exact, pairs, threads, compute_type="float32")


def _counts(folder: Path, pairs: Sequence[Pair], threads: int, **settings: str) -> EditCounts:
    done = Despinner(folder, threads=threads, settings=settings).correct_batch([p.spun for p in pairs])
    return sum_counts([score_text(p.spun, c.text, p.original) for p, c in zip(pairs, done)])

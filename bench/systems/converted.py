"""Trained weights that are not shipped, run by Despin: our own in float32, and the unpruned base."""

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


def convert_weights(weights: Path, checkpoint: Path, target: Path) -> Path:
    """Write ``weights`` (Hugging Face format) to ``target`` as a float32 checkpoint; returns ``target``.

    All other files are those of ``checkpoint``, without the vocabulary map. Raises SystemUnavailable if
    the weights, or the packages that read them, are missing.
    """
    if not (weights / "model.safetensors").is_file():
        raise SystemUnavailable(f"no trained weights at {weights}")
    try:
        from despin.train.ship.export import convert_to_ctranslate2
    except ModuleNotFoundError as error:
        raise SystemUnavailable(f"the package {error.name} is missing") from None
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch) / "hf"
        shutil.copytree(weights, source)
        if not (source / "tokenizer_config.json").exists():  # a run's best/ is not exported yet
            from despin.train.ship.export import save_bf16

            source = Path(scratch) / "half"
            save_bf16(weights, source)
        convert_to_ctranslate2(source, target, quantization="float32")
        shutil.copy(source / "tokenizer.json", target)
    for file in checkpoint.iterdir():
        if not (target / file.name).exists():
            shutil.copy(file, target)
    (target / VOCABULARY_MAP).unlink(missing_ok=True)
    return target


class ConvertedWeights:
    """Trained weights as a system. The temporary folder of the conversion is deleted with the object."""

    def __init__(
        self, name: str, despinner: Despinner, scratch: tempfile.TemporaryDirectory[str], seconds: float
    ) -> None:
        """``seconds`` is how long the conversion took, which is not counted as start-up."""
        self.name, self._despinner, self._scratch = name, despinner, scratch
        self.preparation_seconds = seconds
        self.size = sum(f.stat().st_size for f in Path(scratch.name).rglob("*") if f.is_file())

    @classmethod
    def open(cls, name: str, weights: Path, options: SystemOptions) -> ConvertedWeights:
        """Convert and load ``weights``. Raises SystemUnavailable as `convert_weights` does."""
        start = time.perf_counter()
        scratch = tempfile.TemporaryDirectory()
        folder = convert_weights(weights, options.checkpoint, Path(scratch.name) / "float32")
        seconds = time.perf_counter() - start
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
        """The same with edits and spun scores."""
        return self._despinner.correct_batch(texts)


def compare_precisions(
    checkpoint: Path, trainable: Path, pairs: Sequence[Pair], threads: int = 0
) -> tuple[EditCounts, EditCounts]:
    """Counts over ``pairs`` of the checkpoint as it ships and of its trainable weights in float32.

    Raises SystemUnavailable if the trainable weights, or the packages that read them, are missing.
    """
    with tempfile.TemporaryDirectory() as scratch:
        exact = convert_weights(trainable, checkpoint, Path(scratch) / "float32")
        return _counts(checkpoint, pairs, threads), _counts(exact, pairs, threads, compute_type="float32")


def _counts(folder: Path, pairs: Sequence[Pair], threads: int, **settings: str) -> EditCounts:
    despinner = Despinner(folder, threads=threads, settings=settings)
    corrections = despinner.correct_batch([p.spun for p in pairs])
    return sum_counts([score_text(p.spun, c.text, p.original) for p, c in zip(pairs, corrections)])

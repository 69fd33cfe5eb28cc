"""The same checkpoint in float32 with its whole vocabulary: what int8 and the vocabulary map cost."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from despin.bench.metrics import Counts, score, total
from despin.bench.pairs import Pair
from despin.bench.systems import NotRun
from despin.infer.checkpoint import VOCABULARY_MAP
from despin.infer.despinner import Despinner


def both(checkpoint: Path, trainable: Path, pairs: Sequence[Pair], threads: int = 0) -> tuple[Counts, Counts]:
    """Counts over ``pairs`` of the checkpoint as it ships and of its trainable weights in float32.

    Raises NotRun where the trainable weights or the packages that read them are missing.
    """
    if not (trainable / "model.safetensors").is_file():
        raise NotRun(f"no trainable weights at {trainable}")
    try:
        from despin.train.export import convert
    except ModuleNotFoundError as error:
        raise NotRun(f"the package {error.name} is missing") from None
    with tempfile.TemporaryDirectory() as scratch:
        exact = Path(scratch) / "float32"
        convert(trainable, exact, quantization="float32")
        for file in checkpoint.iterdir():
            if not (exact / file.name).exists():
                shutil.copy(file, exact)
        (exact / VOCABULARY_MAP).unlink(missing_ok=True)
        return _counts(checkpoint, pairs, threads), _counts(exact, pairs, threads, compute_type="float32")


def _counts(folder: Path, pairs: Sequence[Pair], threads: int, **settings: str) -> Counts:
    done = Despinner(folder, threads=threads, settings=settings).correct_batch([p.spun for p in pairs])
    return total([score(p.spun, c.text, p.original) for p, c in zip(pairs, done)])

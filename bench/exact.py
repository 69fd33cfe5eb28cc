"""The same checkpoint in float32 with its whole vocabulary: what int8 and the vocabulary map cost."""

from __future__ import annotations

import json
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
        settings = json.loads((checkpoint / "despin.json").read_text(encoding="utf-8"))
        (exact / "despin.json").write_text(json.dumps({**settings, "compute_type": "float32"}))
        return _counts(checkpoint, pairs, threads), _counts(exact, pairs, threads)


def _counts(folder: Path, pairs: Sequence[Pair], threads: int) -> Counts:
    done = Despinner(folder, threads=threads).correct_batch([p.spun for p in pairs])
    return total([score(p.spun, c.text, p.original) for p, c in zip(pairs, done)])

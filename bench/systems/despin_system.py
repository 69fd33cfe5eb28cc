"""Despin itself, through the same class that `despin correct` uses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from despin.bench.systems.options import SystemOptions
from despin.errors import CheckpointError, SystemUnavailable
from despin.infer.checkpoint import CHECKPOINT_FILES
from despin.infer.decision.points import Mode, Point
from despin.infer.language_model.store import LanguageModelMissing, find

if TYPE_CHECKING:
    from despin.infer.despinner import Correction, Despinner


class DespinSystem:
    """A `Despinner` as a system."""

    def __init__(self, despinner: Despinner, name: str = "despin", size: int = 0) -> None:
        """``size`` is that of the checkpoint in bytes."""
        self._despinner = despinner
        self.name, self.size = name, size

    @classmethod
    def open(
        cls,
        options: SystemOptions,
        name: str = "despin",
        settings: Mapping[str, Any] | None = None,
        *,
        mode: Mode = "fast",
        point: Point = "natural",
    ) -> DespinSystem:
        """With the checkpoint of ``options``; ``settings`` override those of its ``despin.json``.

        Raises SystemUnavailable if the checkpoint cannot be used, or the language model of the mode
        ``best`` is not installed.
        """
        from despin.infer.despinner import Despinner

        size = checkpoint_size(options.checkpoint)
        try:
            if mode == "best":
                size += sum(file.stat().st_size for file in find().glob("*"))
            despinner = Despinner(
                options.checkpoint,
                threads=options.threads,
                min_confidence=options.min_confidence,
                settings=settings,
                mode=mode,
                point=point,
            )
        except (CheckpointError, LanguageModelMissing) as error:
            raise SystemUnavailable(str(error)) from None
        return cls(despinner, name, size)

    def restore(self, texts: Sequence[str]) -> list[str]:
        """Each text as Despinner corrects it."""
        return [c.text for c in self.corrections(texts)]

    def corrections(self, texts: Sequence[str]) -> list[Correction]:
        """The same with edits and spun scores."""
        return self._despinner.correct_batch(texts)


def checkpoint_size(folder: Path) -> int:
    """Bytes of all that inference reads of a checkpoint folder; missing files count as empty."""
    files = (folder / name for name in CHECKPOINT_FILES)
    return sum(file.stat().st_size for file in files if file.exists())

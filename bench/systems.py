"""The systems that are compared, each behind the same small interface."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from despin.infer.casing import copy_apostrophes, copy_case
from despin.infer.checkpoint import EMBEDDED
from despin.infer.edits import Edit, apply_edits
from despin.infer.lexicon import InverseLexicon
from despin.infer.shield import Shield, shielded
from despin.infer.words import words

if TYPE_CHECKING:
    from despin.infer.despinner import Despinner


class System(Protocol):
    """Something that restores texts."""

    @property
    def name(self) -> str:
        """The name under which it stands in tables and is asked for."""

    def restore(self, texts: Sequence[str]) -> list[str]:
        """The restored form of each text, in order."""


class NotRun(Exception):
    """A system that cannot run here; the message is the reason, on one line."""


@dataclass(frozen=True)
class Options:
    """What systems are made from."""

    checkpoint: Path = EMBEDDED
    """A checkpoint folder; for the inverse dictionary alone, ``inverse.tsv`` in it is enough."""
    min_confidence: float | None = None
    """Despin's threshold, 0 to 1; None takes the checkpoint's own."""
    threads: int = 0
    """CPU threads; 0 takes all cores."""


class Copy:
    """Changes nothing: what every system must beat."""

    name = "copy"

    def restore(self, texts: Sequence[str]) -> list[str]:
        """The texts as they are."""
        return list(texts)


class Inverse:
    """The inverse dictionary alone: at each candidate the likeliest wording, the spun one included."""

    name = "inverse"

    def __init__(self, lexicon: InverseLexicon) -> None:
        self._lexicon = lexicon

    def restore(self, texts: Sequence[str]) -> list[str]:
        """Each text with every candidate replaced whose likeliest original is likelier than no change.

        Shielded stretches and the text's kind of apostrophe are kept, as Despinner keeps them.
        """
        return [apply_edits(text, self._edits(text)) for text in texts]

    def _edits(self, text: str) -> list[Edit]:
        tokens = words(text)
        shield = Shield(shielded(text))
        edits = []
        for found in self._lexicon.candidates(text, tokens):
            start, end = tokens[found.first].start, tokens[found.behind - 1].end
            if found.origins.shares[0] <= found.origins.keep or shield.covers(start, end):
                continue
            source = text[start:end]
            replacement = copy_apostrophes(text, copy_case(source, found.origins.originals[0]))
            if replacement != source:
                edits.append(Edit(start, end, source, replacement))
        return edits


class Despin:
    """The model, through the same class that `despin correct` uses."""

    def __init__(self, despinner: Despinner, name: str = "despin") -> None:
        self._despinner = despinner
        self.name = name

    def restore(self, texts: Sequence[str]) -> list[str]:
        """Each text as Despinner corrects it."""
        return [c.text for c in self._despinner.correct_batch(texts)]


def load_lexicon(folder: Path) -> InverseLexicon:
    """The inverse dictionary of a checkpoint folder. Raises NotRun if there is none to read."""
    try:
        return InverseLexicon.load(folder / "inverse.tsv")
    except FileNotFoundError:
        raise NotRun(f"no inverse.tsv in {folder}") from None
    except (OSError, ValueError) as error:
        raise NotRun(str(error)) from None


def _despin(options: Options, name: str = "despin", settings: Mapping[str, float] | None = None) -> System:
    from despin.infer.checkpoint import CheckpointError
    from despin.infer.despinner import Despinner

    try:
        return Despin(
            Despinner(
                options.checkpoint,
                threads=options.threads,
                min_confidence=options.min_confidence,
                settings=settings,
            ),
            name,
        )
    except CheckpointError as error:
        raise NotRun(str(error)) from None


SYSTEMS: dict[str, Callable[[Options], System]] = {
    "copy": lambda options: Copy(),
    "inverse": lambda options: Inverse(load_lexicon(options.checkpoint)),
    "despin": _despin,
    "model": lambda options: _despin(options, "model", {"prior_weight": 0.0, "context_weight": 0.0}),
    "model+dictionary": lambda options: _despin(options, "model+dictionary", {"context_weight": 0.0}),
}
"""How each system is made, by name. A maker raises NotRun, or ModuleNotFoundError, if it cannot."""


def open_system(name: str, options: Options) -> System:
    """The system of a name in SYSTEMS, loaded. Raises NotRun with the reason if it cannot run."""
    try:
        return SYSTEMS[name](options)
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] == "despin":
            raise
        raise NotRun(f"the package {error.name} is missing") from None
    except NotRun as error:
        raise NotRun(" ".join(str(error).split())) from None

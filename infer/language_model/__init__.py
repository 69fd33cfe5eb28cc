"""Causal language models that the user installs: conversion, storage and scoring."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from despin.infer.language_model.scorer import LanguageModel


def open_language_model(name: str | Path | None, threads: int = 0) -> LanguageModel | None:
    """The installed language model of a name or in a folder (None: the default one).

    If none is installed, a warning says how to get one and the result is None.
    """
    from despin.infer.language_model.scorer import LanguageModel
    from despin.infer.language_model.store import LanguageModelMissing, find

    try:
        return LanguageModel(find(None if name is None else str(name)), threads)
    except LanguageModelMissing as error:
        warnings.warn(str(error), stacklevel=3)
        return None

"""Shared fixtures: the repository's root, the evidence where it is at hand, a tiny checkpoint."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from despin.infer.candidates.inverse import InverseLexicon
from despin.infer.text.segmentation import sentence_spans

ROOT = Path(__file__).resolve().parent.parent
Run = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository's root folder."""
    return ROOT


@pytest.fixture(scope="session")
def evidence() -> Path:
    """The folder of real pairs; the test is skipped where there is none."""
    folder = ROOT.parent / "shared" / "evidence"
    if not folder.is_dir():
        pytest.skip("../shared/evidence is not here")
    return folder


@pytest.fixture(scope="session")
def despin() -> Run:
    """Runs the command line in a process of its own: ``despin("correct", "-", stdin=b"…")``."""

    def call(
        *args: str | Path, stdin: bytes = b"", cwd: Path | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-m", "despin", *map(str, args)]
        environment = {**os.environ, "PYTHONUTF8": "0", "LC_ALL": "C", "HF_HUB_OFFLINE": "1"}
        return subprocess.run(
            command, input=stdin, capture_output=True, cwd=cwd, env=environment, timeout=300
        )

    return call


TEXTS = [
    "The lower house of parliament said on Monday that the foreign minister would meet officials soon.",
    "Workers at the company found that prices rose again, but the board said it was not worried.",
    "In the first half of the year the city built new homes; many people moved there with their children.",
]


@pytest.fixture(scope="session")
def tiny_trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder like a run's ``best``: a tiny untrained model with tokenizer and inverse dictionary."""
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)  # the weights are drawn, and must not hang on the tests before
    from despin.train.data.inversion import measure_inverse
    from despin.train.fit.t5 import build_model
    from despin.train.recipe import ModelConfig
    from despin.train.spin.spinner import Spinner

    folder = tmp_path_factory.mktemp("tiny")
    spinner = Spinner()
    phrases = [p for e in spinner.entries[:300] for p in (e.original, e.spun)]
    model, described = build_model(ModelConfig(base="random", vocabulary=1200), TEXTS, phrases)
    model.save_pretrained(folder)
    (folder / "tokenizer.json").write_text(json.dumps(described), encoding="utf-8")
    measure_inverse(spinner, TEXTS * 10).save(folder / "inverse.tsv")
    return folder


@pytest.fixture(scope="session")
def tiny_checkpoint(tiny_trained: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same exported for the engine."""
    from despin.train.ship.export import export

    folder = tmp_path_factory.mktemp("exported")
    export(tiny_trained, folder / "checkpoint", folder / "trainable", {"words": 64})
    return folder / "checkpoint"


@pytest.fixture
def tiny() -> Path:
    """A dictionary of a few entries, two pairs and two clean sentences, small enough to check by hand.

    As a checkpoint the folder holds an inverse dictionary and no model.
    """
    return ROOT / "tests" / "tiny"


@pytest.fixture
def lexicon(tiny: Path) -> InverseLexicon:
    """The inverse dictionary of ``tiny``."""
    return InverseLexicon.load(tiny / "inverse.tsv")


@pytest.fixture(scope="session")
def look_recipe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recipe of a first look with a tiny corpus: sentences of the examples, some outlets held out."""
    text = (ROOT / "examples" / "clean.txt").read_text("utf-8")
    sentences = [text[start:end] for start, end in sentence_spans(text)]
    rng = random.Random(0)
    rows = [
        {
            "source": f"outlet-{number % 200}",
            "text": "\n".join(" ".join(rng.sample(sentences, 12)) for _ in range(2)),
        }
        for number in range(240)
    ]
    folder = tmp_path_factory.mktemp("look")
    (folder / "news.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    dictionary = ROOT / "train" / "spin" / "data" / "builtin" / "verbs.tsv"  # one file of it is read faster
    (folder / "spin.yaml").write_text(json.dumps({"dictionary": str(dictionary)}), encoding="utf-8")
    recipe = {
        "corpora": [{"path": str(folder / "news.jsonl")}],
        "spin": [{"path": str(folder / "spin.yaml")}],
        "expected": [{"path": str(folder / "spin.yaml")}],
        "documents": 60,
        "clean_documents": 20,
        "min_count": 2,
        "bits": 14,
        "cells": 3000,
        "batch": 128,
        "held_out": 30,
        "lengths": [50, 150],
        "windows": [64],
    }
    file = folder / "look.yaml"
    file.write_text(json.dumps(recipe), encoding="utf-8")  # JSON is YAML
    return file

"""A dictionary of a few entries, two pairs and two clean sentences, small enough to reckon by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from despin.infer.lexicon import InverseLexicon


@pytest.fixture
def tiny() -> Path:
    """The folder of the fixture files; as a checkpoint it holds an inverse dictionary and no model."""
    return Path(__file__).parent / "tiny"


@pytest.fixture
def lexicon(tiny: Path) -> InverseLexicon:
    return InverseLexicon.load(tiny / "inverse.tsv")

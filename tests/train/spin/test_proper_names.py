"""Proper names keep their capitals, whatever text an original was counted in."""

from __future__ import annotations

import pytest

from despin.infer.checkpoint import EMBEDDED
from despin.train.spin.proper_names import capitalize_names


@pytest.mark.parametrize(
    ("phrase", "written"),
    [
        ("all americans", "all Americans"),
        ("in the united states", "in the United States"),
        ("last saturday", "last Saturday"),
        ("a white house official", "a White House official"),
        ("the house is white", "the house is white"),
        ("may march in turkey", "may march in turkey"),
        ("Americans", "Americans"),
    ],
)
def test_names_get_their_capitals(phrase: str, written: str) -> None:
    assert capitalize_names(phrase) == written


def test_the_embedded_inverse_dictionary_writes_no_name_small() -> None:
    lines = (EMBEDDED / "inverse.tsv").read_text(encoding="utf-8").splitlines()[1:]
    originals = {line.split("\t")[1] for line in lines}
    assert [o for o in originals if o != capitalize_names(o)] == []

"""Layouts: prose put into them comes out again, and is restored in each as in plain text."""

from __future__ import annotations

from pathlib import Path

import pytest

from despin.bench.layouts import LAYOUTS, Layout, measure_layouts, report
from despin.infer.despinner import Despinner
from despin.metrics.pairs import Pair

LINES = [
    "Officers stated on Monday that the decrease home had handed the invoice after a protracted debate.",
    "The loss of life toll rose to 12 in the final yr & the finances for the subsequent yr are not known.",
]


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_what_is_put_into_a_layout_comes_out_again(layout: Layout) -> None:
    text = layout.put(LINES)
    assert layout.take(text) == LINES
    assert layout.name == "plain" or text != "\n".join(LINES)


def test_edits_are_counted_in_every_layout(root: Path) -> None:
    spun = (root / "examples" / "spun-ferry.txt").read_text("utf-8")
    original = spun.replace("officers", "officials").replace("Officers", "Officials")
    results = measure_layouts([Pair("ferry", spun, original)], Despinner(threads=1))
    assert len(results) == len(LAYOUTS)
    plain = results[0][1]
    assert plain.proposed > 20
    for layout, counts in results:
        assert abs(counts.proposed - plain.proposed) <= 0.1 * plain.proposed, layout.name


def test_the_report_has_a_row_a_layout(root: Path) -> None:
    page = report([str(root / "tests/tiny/pairs.jsonl")], None, 1)
    assert page.count("\n|") == len(LAYOUTS) + 1 and "checkpoint" in page

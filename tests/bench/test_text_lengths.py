"""Texts of several lengths, one a call: how they are cut, and the table."""

from __future__ import annotations

from pathlib import Path

from despin.bench.text_lengths import UNITS, LengthResult, excerpts, measure_lengths, report, sentences
from despin.infer.correction import Correction
from despin.infer.despinner import Despinner


def test_how_documents_are_cut() -> None:
    text = "One two. Three four!\n\n" + " ".join(f"w{n}" for n in range(130))
    assert list(sentences(text))[:2] == ["One two.", "Three four!"]
    parts = list(excerpts(text))
    assert [len(part.split()) for part in parts] == [60, 60] and parts[1].startswith("w60 ")


def test_the_figures_of_a_row() -> None:
    clean = [Correction("a small tree", [], 0.1, [], "clean"), Correction("a house", [], 0.5, [], "unsure")]
    spun = [Correction("big tree", [], 0.9, []), Correction("big", [], 0.3, [], "clean")]
    row = LengthResult("sentence", clean, spun).row()
    assert row == ["sentence", "2", "5", "0.00", "0", "1", "2", "0.500", "0.667", "0.7500"]


def test_real_texts_are_left_alone_or_found(root: Path) -> None:
    examples = root / "examples"
    clean, spun = ((examples / f"{name}.txt").read_text("utf-8") for name in ("clean", "spun-ferry"))
    results = measure_lengths(Despinner(threads=1), [clean], [spun])
    assert [result.unit for result in results] == list(UNITS)
    whole = results[0]
    assert whole.clean[0].text == clean and whole.spun[0].verdict == "spun"
    assert len(results[-1].spun) > 10
    page = report(str(examples / "clean.txt"), 1000, [str(root / "tests/tiny/pairs.jsonl")], None, 1)
    assert page.count("\n|") == 5 and "checkpoint" in page

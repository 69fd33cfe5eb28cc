"""The report of the first look on a tiny corpus and a few real-looking texts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

datasets = pytest.importorskip("datasets")

from despin.bench.first_look_measures import LengthResult, paste  # noqa: E402
from despin.bench.first_look_report import read_real, report  # noqa: E402
from despin.errors import InputError  # noqa: E402
from despin.infer.decision.first_look import FirstLook, Look  # noqa: E402
from despin.train.ship.first_look_texts import SpunText  # noqa: E402


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keeps what `datasets` writes out of the home folder."""
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", str(tmp_path / "cache"))


@pytest.fixture()
def real(tmp_path: Path, root: Path) -> Path:
    """A file of pairs."""
    rows = []
    for name in ("ferry", "clinic"):
        spun, original = (
            (root / "examples" / f"{k}-{name}.txt").read_text("utf-8") for k in ("spun", "original")
        )
        rows.append({"id": name, "spun": spun, "original": original})
    rows.append({"id": "clean", "spun": rows[0]["original"]})
    (tmp_path / "real.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return tmp_path / "real.jsonl"


def test_recall_is_weighted() -> None:
    spun = [SpunText("", "observed", 50, 9), SpunText("", "sparse", 50, 4), SpunText("", "sparse", 50, 1)]
    looks = [Look(50, 0.9, True), Look(50, 0.2, False), Look(50, 0.9, True)]
    clean = [Look(50, 0.1, False), Look(50, 0.5, True)]
    result = LengthResult(50, spun, looks, [0.8, 0.1, 0.1], clean, [True, False, False])
    assert result.is_spun == [True, True, False]
    assert result.recall(result.is_spun) == pytest.approx(0.8 / 0.9)
    assert result.recall([True] * 3) == pytest.approx(0.9) and result.recall([False] * 3) is None
    assert result.recall_of_site("sparse") == 0 and result.recall_of_site("observed") == 1
    assert result.spared() == 0.5 and result.auroc() == 0.75


def test_a_pasted_passage(root: Path) -> None:
    clean = (root / "examples" / "clean.txt").read_text("utf-8")
    spun = (root / "examples" / "spun-ferry.txt").read_text("utf-8").strip()
    pasted = paste(FirstLook.load(), clean, spun)
    assert pasted.is_found and pasted.covered > 0.9 and pasted.beside < 400
    assert not paste(FirstLook.load(), clean, clean[:900]).is_found


def test_the_report(look_recipe: Path, real: Path) -> None:
    page = report(str(look_recipe), None, [str(real)], 8, 0, None, 1)
    assert "Missed: clean.\n" in page and "| real.jsonl | 3 | 2 |" in page and "2 of 2" in page
    assert "Signature: clean" in page and "first-look" in page and "words a second" in page
    assert "| news.jsonl | 8 |" in page and "| spin.yaml |" in page and "Pasted: 3 real spun passages" in page


def test_the_report_with_the_whole_system(look_recipe: Path) -> None:
    page = report(str(look_recipe), None, [], 2, 1, None, 1)
    assert "recall of what Despin calls spun" in page and "checkpoint" in page


def test_a_line_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "real.jsonl").write_text('{"id": "a", "text": "b"}\n{"id": "c"}\n')
    with pytest.raises(InputError, match=r"real\.jsonl:2"):
        read_real(str(tmp_path / "real.jsonl"))

"""Variants trained and measured end to end, on a tiny model."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

torch = pytest.importorskip("torch")

from click.testing import CliRunner  # noqa: E402

from despin.train.ablate import main, merged, slug  # noqa: E402

BASE = {
    "output": "unused",
    "corpora": [{"path": "examples/clean.txt"}],
    "budget": {"steps": 2},
    "model": {"base": "random", "vocabulary": 1500, "dropout": 0.1},
    "optim": {"tokens": 512},
    "eval": {"every": 2, "segments": 2},
    "lexicon_documents": 10,
    "threads": 1,
}


@pytest.fixture
def config(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(root)
    (tmp_path / "base.yaml").write_text(yaml.safe_dump(BASE))
    pair = {"id": "1", "spun": "The decrease home voted.", "original": "The lower house voted."}
    (tmp_path / "pairs.jsonl").write_text(json.dumps(pair) + "\n")
    asked = {
        "base": str(tmp_path / "base.yaml"),
        "output": str(tmp_path / "out"),
        "pairs": str(tmp_path / "pairs.jsonl"),
        "clean": "examples/clean.txt",
        "clean_words": 50,
        "variants": [
            {"name": "As it is", "set": {}},
            {
                "name": "no clean text, 3:1",
                "set": {"pairs": {"clean": 0.0}, "objective": {"changed_weight": 3.0}},
            },
        ],
    }
    (tmp_path / "ablate.yaml").write_text(yaml.safe_dump(asked))
    return tmp_path / "ablate.yaml"


def test_variants_are_trained_once_and_measured_side_by_side(config: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(main, [str(config)])
    assert done.exit_code == 0, done.output
    rows = json.loads((tmp_path / "out" / "results.json").read_text())["variants"]
    assert [row["name"] for row in rows] == ["As it is", "no clean text, 3:1"]
    assert all(row["tokens"] > 0 and row["alone"]["words_per_second"] > 0 for row in rows)
    table = (tmp_path / "out" / "table.md").read_text()
    assert "| no clean text, 3:1 | 2 |" in table and "2 steps" in table
    folders = [tmp_path / "out" / slug(row["name"]) for row in rows]
    lexicons = [(f / "inverse.tsv").read_bytes() for f in folders]
    assert lexicons[0] == lexicons[1]
    logs = [(f / "log.jsonl").read_bytes() for f in folders]
    again = CliRunner().invoke(main, [str(config)])
    assert again.exit_code == 0, again.output
    assert [(f / "log.jsonl").read_bytes() for f in folders] == logs


def test_overrides_are_merged_level_by_level() -> None:
    base = {"a": {"b": 1, "c": [1, 2]}, "d": 2}
    assert merged(base, {"a": {"c": [3]}, "e": 4}) == {"a": {"b": 1, "c": [3]}, "d": 2, "e": 4}
    assert base == {"a": {"b": 1, "c": [1, 2]}, "d": 2}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"variants": [{"name": "x", "set": {"pairs": {"claen": 0.1}}}]}, "claen"),
        ({"variants": [{"name": "x", "set": {}}, {"name": "X", "set": {}}]}, "a name of its own"),
        ({"pairs": "missing.jsonl"}, "missing.jsonl"),
        ({"base": "missing.yaml"}, "missing.yaml"),
    ],
)
def test_what_is_wrong_is_named_before_anything_is_trained(
    change: dict[str, object], told: str, config: Path, tmp_path: Path
) -> None:
    config.write_text(yaml.safe_dump({**yaml.safe_load(config.read_text()), **change}))
    done = CliRunner().invoke(main, [str(config)])
    assert done.exit_code != 0 and told in done.output
    assert not (tmp_path / "out").exists()

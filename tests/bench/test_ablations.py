"""Variants trained and measured end to end, on a tiny model."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import yaml

torch = pytest.importorskip("torch")

from click.testing import CliRunner  # noqa: E402

from despin.bench.ablations import final_weights, merge_settings, slug  # noqa: E402
from despin.cli import cli  # noqa: E402
from despin.train.fit.t5 import load_model  # noqa: E402

BASE = {
    "output": "unused",
    "corpora": [{"path": "examples/clean.txt"}],
    "budget": {"steps": 2},
    "model": {"base": "random", "vocabulary": 1500, "dropout": 0.1},
    "optim": {"tokens": 512},
    "eval": {"every": 1, "segments": 2},
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
                "set": {"pairs": {"clean": 0.0, "words": [8, 24]}, "objective": {"changed_weight": 3.0}},
            },
        ],
    }
    (tmp_path / "ablate.yaml").write_text(yaml.safe_dump(asked))
    return tmp_path / "ablate.yaml"


def test_variants_are_trained_once_and_measured_side_by_side(config: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["train", "ablate", str(config)])
    assert done.exit_code == 0, done.output
    rows = json.loads((tmp_path / "out" / "results.json").read_text())["variants"]
    assert [row["name"] for row in rows] == ["As it is", "no clean text, 3:1"]
    assert all(row["tokens"] > 0 and row["alone"]["words_per_second"] > 0 for row in rows)
    table = (tmp_path / "out" / "table.md").read_text()
    assert "| no clean text, 3:1 | 2 |" in table and "seed 0." in table and " clean words." in table
    folders = [tmp_path / "out" / slug(row["name"]) for row in rows]
    lexicons = [(f / "inverse.tsv").read_bytes() for f in folders]
    assert lexicons[0] == lexicons[1]
    # Each is run on segments as long as it was trained on, and left as it is used.
    described = [json.loads((f / "checkpoint" / "despin.json").read_text()) for f in folders]
    assert [d["words"] for d in described] == [64, 24]
    assert all(d.get("prior_weight", 1.0) == 1.0 for d in described)
    logs = [(f / "log.jsonl").read_bytes() for f in folders]
    # A rerun trains nothing, not even what it can no longer measure.
    (folders[0] / "state" / "model.safetensors").unlink()
    again = CliRunner().invoke(cli, ["train", "ablate", str(config)])
    assert again.exit_code != 0 and "final weights are missing" in again.output
    assert [(f / "log.jsonl").read_bytes() for f in folders] == logs


def test_the_final_weights_are_measured_and_not_their_mean(tiny_trained: Path, tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    shutil.copytree(tiny_trained, tmp_path / "best")
    weights = load_file(tmp_path / "best" / "model.safetensors")
    (tmp_path / "state").mkdir()
    moved = {name: tensor + 1 for name, tensor in weights.items()}
    save_file(moved, tmp_path / "state" / "model.safetensors", {"format": "pt"})
    model = load_model(final_weights(tmp_path, tmp_path / "final"))
    assert torch.equal(model.lm_head.weight, moved["lm_head.weight"])
    assert (tmp_path / "final" / "tokenizer.json").exists()


def test_without_a_trained_variant_nothing_is_measured(config: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["train", "ablate", str(config), "--only-measure"])
    assert done.exit_code != 0 and "no variant is trained" in done.output


def test_overrides_are_merged_level_by_level() -> None:
    base = {"a": {"b": 1, "c": [1, 2]}, "d": 2}
    assert merge_settings(base, {"a": {"c": [3]}, "e": 4}) == {"a": {"b": 1, "c": [3]}, "d": 2, "e": 4}
    assert base == {"a": {"b": 1, "c": [1, 2]}, "d": 2}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"variants": [{"name": "x", "set": {"pairs": {"claen": 0.1}}}]}, "claen"),
        ({"variants": [{"name": "x", "set": {}}, {"name": "X", "set": {}}]}, "each with a unique name"),
        ({"variants": []}, "at least one"),
        ({"variants": [{"name": "x", "set": {"form": "spans"}}]}, "only hinted"),
        ({"pairs": "missing.jsonl"}, "missing.jsonl"),
        ({"base": "missing.yaml"}, "missing.yaml"),
    ],
)
def test_what_is_wrong_is_named_before_anything_is_trained(
    change: dict[str, object], told: str, config: Path, tmp_path: Path
) -> None:
    config.write_text(yaml.safe_dump({**yaml.safe_load(config.read_text()), **change}))
    done = CliRunner().invoke(cli, ["train", "ablate", str(config)])
    assert done.exit_code != 0 and told in done.output
    assert not (tmp_path / "out").exists()

"""The fit of a first look: windows, features, limits, and a whole fit on a tiny corpus."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import yaml

datasets = pytest.importorskip("datasets")

from despin.errors import ConfigError  # noqa: E402
from despin.infer.decision.first_look import CARD_FILE, WEIGHTS_FILE, FirstLook  # noqa: E402
from despin.infer.decision.word_evidence import pair_cells  # noqa: E402
from despin.infer.text.quotes import straighten_quotes  # noqa: E402
from despin.train.data.corpora import is_held_out  # noqa: E402
from despin.train.ship.first_look_fit import cut_windows, features, quantize  # noqa: E402
from despin.train.ship.first_look_limits import weighted_quantile  # noqa: E402
from despin.train.ship.first_look_recipe import LookRecipe, load_look_recipe  # noqa: E402
from despin.train.ship.first_look_run import fit_first_look  # noqa: E402
from despin.train.ship.first_look_texts import held_out_documents  # noqa: E402
from despin.train.ship.first_look_words import WordStream  # noqa: E402


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keeps what `datasets` writes out of the home folder."""
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", str(tmp_path / "cache"))


def stream_of(*documents: tuple[list[int], list[int] | None]) -> WordStream:
    """Documents as ids, and for spun ones the words that begin a replaced wording."""
    ids = [i for words, _ in documents for i in words]
    marks = [int(at in (replaced or [])) for words, replaced in documents for at in range(len(words))]
    return WordStream(
        np.array(ids, np.int32),
        np.cumsum([0, *(len(words) for words, _ in documents)]),
        np.array([replaced is not None for _, replaced in documents]),
        np.concatenate([[0], np.cumsum(marks)]).astype(np.int32),
    )


@pytest.fixture()
def recipe(look_recipe: Path) -> LookRecipe:
    return load_look_recipe(look_recipe)


def test_windows_cover_documents_and_keep_their_sides(recipe: LookRecipe) -> None:
    stream = stream_of(([1] * 300, None), ([2] * 200, list(range(0, 200, 4))), ([3] * 400, [0]), ([], None))
    windows = cut_windows(stream, replace(recipe, words=(16, 32)), np.random.default_rng(1))
    covered = dict.fromkeys((1, 2, 3), 0)
    for start, length, is_spun in zip(windows.starts, windows.lengths, windows.is_spun):
        (side,) = set(stream.ids[start : start + length])
        assert 8 <= length <= 32 and is_spun == (side != 1)
        covered[int(side)] += int(length)
    assert covered[1] > 290 and covered[2] > 190
    assert 0 < covered[3] <= 32  # only the window with the replaced wording: the others look clean


def test_features_are_those_of_the_first_look(recipe: LookRecipe) -> None:
    stream = stream_of(([1, 2, 3], None), ([1, 2, 0, 3], None), ([1, 2], None))
    inputs, counts = features(stream, 3, replace(recipe, min_count=1))
    (pair,), _ = pair_cells(np.array([1, 2], np.int32), 1, recipe.bits)
    (gap,), _ = pair_cells(np.array([1, 2, 3], np.int32), 2, recipe.bits)
    assert inputs[:, 0].tolist() == stream.ids.tolist()
    assert inputs[1].tolist() == [2, 4 + pair, 0] and inputs[2, 2] == 4 + gap
    assert inputs[3].tolist() == [1, 0, 0]  # nothing reaches over the border of two documents
    assert inputs[6, 1] == 0 and inputs[6, 2] != 0  # an unknown word makes no pair, but stands between two
    assert counts[4 + pair] == 3
    rare, _ = features(stream, 3, replace(recipe, min_count=3))
    assert rare[1, 1] == 4 + pair and not rare[:, 2].any()


def test_the_most_important_cells_are_kept() -> None:
    weights = np.array([9, 1.0, -2.0, 0.5, -0.5, 0.25, 0.4], np.float32)
    counts = np.array([0, 1, 1, 1, 100, 100, 1])
    evidence = quantize(weights, counts, ["a", "b"], 2)
    assert evidence.word_weights.tolist() == [0, 16, -32]
    assert evidence.pair_weights.tolist() == [0, -8, 4, 0]


def test_quantiles_by_weight() -> None:
    assert weighted_quantile([3, 1, 2, 4], [1, 1, 1, 1], 0.25) == 2
    assert weighted_quantile([3, 1, 2, 4], [1, 5, 1, 1], 0.25) == 1
    assert weighted_quantile([3, 1, 2], [1, 0, 1], 0.0) == 2


def test_held_out_halves_share_no_text(recipe: LookRecipe) -> None:
    halves = [
        {document.clean.split("\n")[0] for document in islice(held_out_documents(recipe, side, 12_000), 15)}
        for side in (True, False)
    ]
    assert all(halves) and not halves[0] & halves[1]
    rows = [json.loads(line) for line in Path(recipe.corpora[0].path).read_text("utf-8").splitlines()]
    kept = [straighten_quotes(row["text"]) for row in rows if is_held_out(row["source"])]
    for first_line in halves[0] | halves[1]:
        assert any(straighten_quotes(first_line) in text for text in kept)


def test_a_fit_is_reproducible_and_finds_spun_text(look_recipe: Path, tmp_path: Path, root: Path) -> None:
    said: list[str] = []
    look = fit_first_look(look_recipe, tmp_path / "a", said.append)
    fit_first_look(look_recipe, tmp_path / "b", said.append)
    for name in (WEIGHTS_FILE, CARD_FILE):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    assert "epoch 2" in "".join(said)
    assert FirstLook.load(tmp_path / "a").limits == look.limits
    for name in ("ferry", "clinic"):
        spun, original = (
            (root / "examples" / f"{k}-{name}.txt").read_text("utf-8") for k in ("spun", "original")
        )
        assert look.look(spun).score > look.look(original).score
    weights = (tmp_path / "a" / WEIGHTS_FILE).read_bytes()
    again = fit_first_look(look_recipe, tmp_path / "a", said.append, only_limits=True)
    assert again.limits == look.limits and (tmp_path / "a" / WEIGHTS_FILE).read_bytes() == weights


def test_the_shipped_recipe_is_valid(root: Path) -> None:
    recipe = load_look_recipe(root / "configs" / "first-look.yaml")
    assert {site.path for site in recipe.expected} == {site.path for site in recipe.spin}


@pytest.mark.parametrize(
    "change",
    [
        {"bits": 40},
        {"recall": 0},
        {"words": [4, 2]},
        {"spin": []},
        {"vocabulary": 10**6},
        {"spared": 1},
        {"x": 1},
    ],
)
def test_a_wrong_setting_is_named(look_recipe: Path, tmp_path: Path, change: dict[str, object]) -> None:
    settings = yaml.safe_load(look_recipe.read_text("utf-8")) | change
    (tmp_path / "wrong.yaml").write_text(yaml.safe_dump(settings))
    with pytest.raises(ConfigError, match=next(iter(change))):
        load_look_recipe(tmp_path / "wrong.yaml")

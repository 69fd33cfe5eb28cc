"""What settings are chosen on, and how: cases worked out by hand, then the command end to end."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from despin.cli import cli
from despin.infer import Edit
from despin.infer.checkpoint import EMBEDDED
from despin.infer.despinner import Despinner
from despin.metrics.edit_correctness import edit_correctness
from despin.metrics.pairs import Pair
from despin.train.data.heldout import HeldOutText, checkpoint_variant, is_restored, spans_of_rows
from despin.train.recipe import load_recipe
from despin.train.ship import calibrate
from despin.train.ship.judged_pairs import JudgedPairs, cross_fitted, fit_calibration, score_at_threshold
from despin.train.ship.spun_score_fit import EditedTexts, fit_spun_score


def test_each_edit_is_judged_by_itself_in_place_and_wording() -> None:
    pair = Pair("1", "A decrease home.\nIt mentioned so home.", "A lower house.\nIt said so home.")
    edits = [
        Edit(2, 10, "decrease", "lower", 0.9),
        Edit(11, 15, "home", "houses", 0.9),
        Edit(20, 29, "mentioned", "said", 0.9),
        Edit(33, 37, "home", "house", 0.9),
    ]
    assert edit_correctness(pair, edits) == [True, False, True, False]
    found = JudgedPairs("x", [pair], [edits], [edit_correctness(pair, edits)])
    counts = score_at_threshold(found, 0.5)
    assert (counts.correct, counts.proposed, counts.gold) == (2, 4, 3)
    assert score_at_threshold(found, 0.95).proposed == 0


def test_a_substitution_is_restored_if_its_span_is() -> None:
    clean = "the lower house didn’t vote"
    spun = HeldOutText(
        clean,
        "the decrease home did not vote",
        [Edit(4, 9, "lower", "decrease"), Edit(10, 15, "house", "home"), Edit(16, 22, "didn’t", "did not")],
    )
    assert list(spans_of_rows(spun, {("house", "home"), ("didn't", "did not")})) == [(13, 17), (18, 25)]
    assert is_restored(spun, [Edit(13, 17, "home", "house")], 13, 17)
    assert is_restored(spun, [Edit(4, 17, "decrease home", "lower house")], 13, 17)
    assert is_restored(spun, [Edit(18, 25, "did not", "didn't")], 18, 25)
    assert not is_restored(spun, [Edit(13, 17, "home", "houses")], 13, 17)
    assert not is_restored(spun, [Edit(4, 12, "decrease", "lower")], 13, 17)


def overconfident(count: int, seed: int) -> JudgedPairs:
    """Edits that say 0.99 and are right in three of four places."""
    rng = random.Random(seed)
    pairs = [Pair(str(n), "x", "y") for n in range(count)]
    edits = [[Edit(0, 1, "x", "y", rng.choice((0.6, 0.99))) for _ in range(20)] for _ in pairs]
    right = [[rng.random() < (0.75 if e.confidence > 0.9 else 0.4) for e in row] for row in edits]
    return JudgedPairs("made up", pairs, edits, right)


def test_the_calibration_is_fitted_on_the_other_half() -> None:
    found = overconfident(40, 0)
    (honest,) = cross_fitted([found])
    chances, right = honest.confidences(range(40))
    high = [p for p, (q, _) in zip(chances, zip(*found.confidences(range(40)))) if q > 0.9]
    assert sum(high) / len(high) == pytest.approx(0.75, abs=0.05)
    assert len(set(chances)) == 4  # two raw values, two fits
    assert len(right) == 800
    by = fit_calibration([found], range(40))
    assert 0 < by.slope < 1


def test_the_score_parts_spun_from_clean() -> None:
    text = "word " * 100
    spun = EditedTexts([text] * 20, [[Edit(0, 1, "a", "b", 0.8)] * (15 + n) for n in range(20)])
    clean = EditedTexts([text] * 20, [[Edit(0, 1, "a", "b", 0.6)] * (n % 3) for n in range(20)])
    by = fit_spun_score(spun, clean, 0.5)
    low, high = clean.scores(0.5, by), spun.scores(0.5, by)
    assert max(low) < 0.5 < min(high)
    assert clean.edits_per_thousand_words(0.5, low, 0.5) == 0.0
    assert clean.edits_per_thousand_words(0.5) == pytest.approx(1000 * 19 / 2000)
    assert clean.edits_per_thousand_words(0.7, low, 0.0) == 0.0
    assert by.spun_rate == pytest.approx(24.5 * 0.36 / 100, rel=1e-2)
    assert by.clean_rate == pytest.approx((1 + 19 * 0.04) / 2000, rel=1e-2)


def test_the_score_of_a_text_is_that_of_the_engine() -> None:
    text = (Path(__file__).parents[3] / "examples" / "spun-ferry.txt").read_text(encoding="utf-8")
    settings = {"min_confidence": 0.5, "min_score": 0.0, "modes": None}
    correction = Despinner(threads=1, settings=settings).correct(text)
    model = Despinner(threads=1).settings.score
    assert EditedTexts([text], [correction.edits]).scores(0.5, model) == [correction.score]


def test_a_variant_has_other_settings_and_the_same_model(tmp_path: Path) -> None:
    made = checkpoint_variant(EMBEDDED, tmp_path / "v", {"min_confidence": 0.1, "calibration": None})
    settings = json.loads((made / "despin.json").read_text())
    assert settings["min_confidence"] == 0.1 and "calibration" not in settings and settings["format"] == 1
    assert (made / "model.bin").stat().st_size == (EMBEDDED / "model.bin").stat().st_size


def test_the_command_settles_a_checkpoint(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root)
    checkpoint = tmp_path / "checkpoint"
    shutil.copytree(EMBEDDED, checkpoint)
    words = (root / "examples" / "clean.txt").read_text(encoding="utf-8").split()
    rng = random.Random(0)
    # Every line is a source of its own, so that some are held out.
    lines = [" ".join(words[(at := rng.randrange(len(words) - 60)) : at + 60]) for _ in range(150)]
    (tmp_path / "text.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    recipe = yaml.safe_load((root / "configs" / "train" / "smoke.yaml").read_text())
    recipe |= {"corpora": [{"path": str(tmp_path / "text.txt")}], "pairs": {"withheld": 0.2}}
    (tmp_path / "recipe.yaml").write_text(yaml.safe_dump(recipe))
    with (tmp_path / "pairs.jsonl").open("w") as file:
        for name in ("budget", "clinic"):
            spun, original = (
                (root / "examples" / f"{kind}-{name}.txt").read_text() for kind in ("spun", "original")
            )
            file.write(json.dumps({"id": name, "spun": spun, "original": original}) + "\n")
    monkeypatch.setattr(calibrate, "blind_lexicon", lambda *_: None)
    out = tmp_path / "out"
    argv = [
        str(checkpoint),
        "--recipe",
        str(tmp_path / "recipe.yaml"),
        "--pairs",
        str(tmp_path / "pairs.jsonl"),
    ]
    argv += ["--texts", "4", "--withheld", "5", "--out", str(out), "--threads", "1"]
    done = CliRunner().invoke(cli, ["train", "calibrate", *argv])
    assert done.exit_code == 0, done.output
    settings = json.loads((checkpoint / "despin.json").read_text())
    assert settings["words"] == json.loads((EMBEDDED / "despin.json").read_text())["words"]
    assert settings["min_confidence"] in calibrate.THRESHOLDS and settings["calibration"]["slope"] > 0
    report = json.loads((out / "report.json").read_text())
    assert report["withheld"]["withheld, any confidence"][1] >= 5
    assert {row["min_confidence"] for row in report["curve"]} == set(calibrate.THRESHOLDS)
    assert (out / "reliability.png").stat().st_size > 5000
    assert "Signature: pairs" in done.stdout
    assert load_recipe(tmp_path / "recipe.yaml").pairs.withheld == 0.2

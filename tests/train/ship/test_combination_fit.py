"""The fit of the combination: labels, shares, weights, and the report on sites left out."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path

import pytest

pytest.importorskip("scipy")

from despin.infer import Despinner
from despin.infer.candidates.inverse import InverseLexicon
from despin.infer.candidates.slots import Slot
from despin.infer.checkpoint import EMBEDDED
from despin.infer.decision.combination import combine
from despin.infer.decision.features import FEATURES
from despin.metrics.pairs import Pair
from despin.train.data.share_update import count_labels, update_shares
from despin.train.ship.combination_fit import combine_checkpoint
from despin.train.ship.conditional_logit import LabelledSlot, fit_weights
from despin.train.ship.pair_evidence import read_site_pairs
from despin.train.ship.slot_labels import label_slots


def test_labels_lead_to_the_original() -> None:
    pair = Pair(
        "a", "He mentioned it.\nThe decrease home and a home.", "He said it.\nThe lower house and a home."
    )
    slots = [
        Slot(3, 12, "mentioned", ("stated", "said"), (0.2, 0.6), 0.2),
        Slot(21, 34, "decrease home", ("lower house",), (0.9,), 0.1),
        Slot(41, 45, "home", ("house",), (0.5,), 0.5),
        Slot(13, 20, "it.\nThe", ("x",), (0.5,), 0.5),
    ]
    for slot in slots:
        assert pair.spun[slot.start : slot.end] == slot.source
    assert label_slots(pair, slots) == [2, 1, 0, None]


def test_shares_move_towards_the_counts() -> None:
    lexicon = InverseLexicon([("home", "house", 0.6), ("home", "base", 0.2), ("massive", "big", 0.5)])
    slot = Slot(0, 4, "home", ("house", "base"), (0.6, 0.2), 0.2)
    updated = update_shares(
        lexicon, count_labels([(slot, 1)] * 3 + [(slot, 0)] * 2 + [(slot, None)]), prior=5
    )
    assert updated.forms["home"].shares == pytest.approx(((5 * 0.6 + 3) / 10, (5 * 0.2) / 10))
    assert updated.forms["massive"] == lexicon.forms["massive"]


def test_weights_are_recovered_and_keep_their_sign() -> None:
    rng = random.Random(0)
    true = {"model": 0.7, "share": 0.4, "keep": -0.5, "other_forms": -1.0}
    slots = []
    for _ in range(3000):
        rows = [[0.0] * len(FEATURES) for _ in range(3)]
        for i, row in enumerate(rows):
            for name in ("model", "share", "other_forms"):
                row[FEATURES.index(name)] = rng.gauss(0, 2)
            row[FEATURES.index("keep")] = float(i == 0)
        label = rng.choices(range(3), combine(rows, true))[0]
        slots.append(LabelledSlot(rows, label))
    fitted = fit_weights(slots, list(true))
    assert fitted == {name: pytest.approx(weight, abs=0.2) for name, weight in true.items()}
    reversed_signs = [LabelledSlot([[-x for x in row] for row in s.features], s.label) for s in slots]
    constrained = fit_weights(reversed_signs, list(true))
    assert constrained["model"] == 0 == constrained["other_forms"]
    with pytest.raises(ValueError, match="no labelled slots"):
        fit_weights([])


def test_a_checkpoint_is_fitted_and_reported(tmp_path: Path, root: Path) -> None:
    checkpoint = tmp_path / "checkpoint"
    shutil.copytree(EMBEDDED, checkpoint)
    settings = json.loads((checkpoint / "despin.json").read_text())
    settings.pop("modes", None)
    (checkpoint / "despin.json").write_text(json.dumps(settings))
    rows = [json.loads(line) for line in (root / "tests" / "tiny" / "pairs.jsonl").read_text().splitlines()]
    for number, row in enumerate(rows):
        row["origin"] = f"https://site{number}.example/page (spun)"
    pairs = tmp_path / "pairs.jsonl"
    pairs.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert [p.site for p in read_site_pairs(str(pairs), True)][:2] == ["site0.example", "site1.example"]
    report = combine_checkpoint(checkpoint, [], [str(pairs)], [], None, 1)
    assert "| natural |" in report and report.count("(careful)") == 1
    despinner = Despinner(checkpoint, threads=1)
    assert despinner.settings.modes is not None and set(despinner.settings.modes.fast.weights) < set(FEATURES)

"""Verdicts: what explains how two texts came about, with ratios within their bounds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from despin.infer.candidates.inverse import InverseLexicon
from despin.infer.resources import find_example
from despin.trace.comparison_features import FEATURES, gather, names_in_common
from despin.trace.verdicts import EXPLANATIONS, Verdict, VerdictModel, judge, judge_texts, verdict_model


def example(name: str) -> str:
    return Path(find_example(f"example:{name}")).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def embedded(root: Path) -> InverseLexicon:
    return InverseLexicon.load(root / "infer" / "embedded" / "inverse.tsv")


def outcome(spun: str, original: str, lexicon: InverseLexicon) -> str:
    return judge_texts(spun, original, lexicon)[1].outcome


def test_the_examples(embedded: InverseLexicon) -> None:
    for name in ("ferry", "budget", "clinic"):
        assert outcome(example(f"spun-{name}"), example(f"original-{name}"), embedded) == "spun"
    ferry, budget = example("original-ferry"), example("original-budget")
    assert outcome(ferry, ferry, embedded) == "copied"
    assert outcome(example("spun-ferry"), budget, embedded) in ("unrelated", "independent")
    assert outcome(ferry, example("spun-ferry"), embedded) == "reversed"


def test_a_passage_is_enough_and_a_sentence_is_not(embedded: InverseLexicon) -> None:
    spun, original = example("spun-ferry"), example("original-ferry")
    passage = spun[: spun.index("Investigators")]
    assert outcome(passage, original, embedded) == "spun"
    assert outcome(spun, original[: original.index("Investigators")], embedded) == "spun"
    assert outcome("The decrease home mentioned it.", original, embedded) == "too short"
    assert outcome("", "", embedded) == "too short"


def test_rewriting_by_hand_is_told_from_spinning(embedded: InverseLexicon) -> None:
    original = example("original-ferry")
    rewritten = (
        "The island of Saint Orrin will get a new ferry in place of the old one that ran aground last week, "
        "its government said on Tuesday. A temporary vessel could begin carrying passengers as soon as "
        "possible. The Lady Corrigan, which was built in 1978, hit a sandbar near Port Averley on Thursday "
        "night. There were 212 people on board and nobody was killed, but 14 passengers went to the "
        "hospital and two children had broken bones. The lights went out after a terrible grinding sound, "
        "said Marta Quillan, a school teacher. "
    )
    _, verdict = judge_texts(rewritten, original, embedded)
    assert verdict.outcome not in ("spun", "reversed")
    assert verdict.probabilities["spun"] < 0.1


def test_ratios_stay_within_their_bounds(embedded: InverseLexicon) -> None:
    for spun, original in (("spun-ferry", "original-ferry"), ("spun-ferry", "original-budget")):
        _, verdict = judge_texts(example(spun), example(original), embedded)
        assert set(verdict.log10_ratios) == set(EXPLANATIONS[1:])
        for name, value in verdict.log10_ratios.items():
            low, high = verdict.bounds[name]
            assert low <= value <= high
        assert sum(verdict.probabilities.values()) == pytest.approx(1)


def test_the_model_is_that_of_these_features() -> None:
    model = verdict_model()
    assert set(model.weights) == set(EXPLANATIONS)
    assert all(len(weights) == len(FEATURES) + 1 for weights in model.weights.values())
    wrong = model.measured["spun"]["wrongly_called_spun"]
    assert sum(total for _, total in wrong.values()) > 1000
    with pytest.raises(ValueError, match="other features"):
        VerdictModel.from_dict({"features": ["common"]})


def test_the_verdict_as_plain_values(lexicon: InverseLexicon) -> None:
    text = "The decrease home of the parliament mentioned it would vote quickly. " * 5
    verdict = judge(gather(text, text, lexicon))
    assert isinstance(verdict, Verdict)
    assert json.loads(json.dumps(verdict.to_dict()))["outcome"] == verdict.outcome


def test_names_and_figures_in_common() -> None:
    text = "In Port Averley, Marta Quillan paid $46 in 1978."
    assert names_in_common(text, "marta quillan of Port averley") == pytest.approx(4 / 6)
    assert names_in_common("it was so", "and not") == 0.5

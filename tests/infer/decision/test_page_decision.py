"""The learnt combination: evidence of the page, features, weights, and the language model's part."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest

from despin.infer.candidates.inverse import InverseLexicon
from despin.infer.candidates.slots import Slot
from despin.infer.decision.combination import combine, slot_features
from despin.infer.decision.decide import SlotPosterior
from despin.infer.decision.features import FEATURES, NON_NEGATIVE, NON_POSITIVE
from despin.infer.decision.page import PageStatistics, count_phrases
from despin.infer.decision.page_decision import PageDecider, mode_settings, with_language_model
from despin.infer.decision.windows import LEFT_CHARACTERS, language_model_evidence
from despin.infer.settings import FORMAT_VERSION, Modes, ModeSettings, Settings

TEXT = "He mentioned it. She mentioned it and stated that the home was sold."


def posterior(start: int, source: str, hints: Sequence[str], probabilities: Sequence[float]) -> SlotPosterior:
    assert TEXT[start : start + len(source)] == source
    shares = tuple(0.5 / len(hints) for _ in hints)
    slot = Slot(start, start + len(source), source, tuple(hints), shares, 0.5)
    ps = list(probabilities)
    return SlotPosterior(slot, ps, [math.log(p) for p in ps], ps)


POSTERIORS = [
    posterior(3, "mentioned", ["said"], [0.2, 0.8]),
    posterior(21, "mentioned", ["said"], [0.1, 0.9]),
    posterior(38, "stated", ["said", "noted"], [0.5, 0.3, 0.2]),
    posterior(54, "home", ["house"], [0.98, 0.02]),
]
TOKENS = TEXT.lower().replace(".", " .").split()


def column(rows: Sequence[Sequence[float]], name: str) -> list[float]:
    return [row[FEATURES.index(name)] for row in rows]


def test_phrases_are_counted_with_overlaps() -> None:
    counts = count_phrases(["a", "b", "a", "b", "a"], {("a",), ("a", "b", "a"), ("c",)})
    assert counts == {("a",): 3, ("a", "b", "a"): 2}


def test_other_slots_of_a_page_tell_which_form_it_uses() -> None:
    page = PageStatistics(TOKENS, POSTERIORS)
    assert page.same_form("said", "mentioned", 0.8) == pytest.approx(0.9)
    assert page.other_forms("said", "mentioned") == pytest.approx(0.3)
    assert page.other_forms("said", "stated") == pytest.approx(1.7)
    assert page.same_form("noted", "stated", 0.2) == 0 == page.replaced("home")
    assert page.replaced("said") == pytest.approx(2.0)
    assert page.density == pytest.approx((0.8 + 0.9 + 0.5 + 0.02) / 4)


def test_features_have_a_name_each_and_keeping_has_its_own() -> None:
    page = PageStatistics(TOKENS, POSTERIORS)
    rows = slot_features(POSTERIORS, 2, page, is_original=True)
    assert [len(row) for row in rows] == [len(FEATURES)] * 3
    for name in FEATURES:
        values = column(rows, name)
        if name.startswith("keep"):
            assert values[1:] == [0.0, 0.0]
    assert column(rows, "keep") == [1, 0, 0] == column(rows, "keep_is_original")
    assert column(rows, "keep_neighbours")[0] == pytest.approx((0.1 + 0.02) / 2)
    assert column(rows, "other_forms")[1] == pytest.approx(math.log1p(1.7))
    assert set(NON_NEGATIVE) | set(NON_POSITIVE) < set(FEATURES)


def test_the_combination_is_a_softmax_of_the_weighted_features() -> None:
    rows = [[0.0] * len(FEATURES) for _ in range(2)]
    rows[1][FEATURES.index("model")] = math.log(3)
    assert combine(rows, {"model": 1.0}) == pytest.approx([0.25, 0.75])
    assert combine(rows, {}) == pytest.approx([0.5, 0.5])


class Scorer:
    """Prefers texts that hold a word; remembers what it was asked."""

    def __init__(self, word: str) -> None:
        self.word, self.asked = word, list[str]()

    def log_probs(self, texts: Sequence[str]) -> list[float]:
        self.asked += texts
        return [0.0 if self.word in text else -8.0 for text in texts]


def test_only_doubtful_slots_are_asked_within_the_restored_text() -> None:
    scorer = Scorer("noted")
    slots, probabilities = [p.slot for p in POSTERIORS], [p.probabilities for p in POSTERIORS]
    evidence = language_model_evidence(scorer, TEXT, slots, probabilities)
    assert evidence[2] == [-8.0, -8.0, 0.0] and evidence[3] is None
    assert "He said it. She said it and noted that the home was sold." in scorer.asked
    assert len(scorer.asked) == 2 + 2 + 3


def test_windows_begin_and_end_between_words() -> None:
    text = "abcdefg " * 60 + "home" + " hijklmn" * 60
    slot = Slot(480, 484, "home", ("house",), (0.5,), 0.5)
    scorer = Scorer("house")
    language_model_evidence(scorer, text, [slot], [[0.5, 0.5]])
    for window in scorer.asked:
        assert len(window) < LEFT_CHARACTERS + 70 and set(window.split()) <= {
            "abcdefg",
            "home",
            "house",
            "hijklmn",
        }


def test_the_language_model_decides_where_it_has_weight() -> None:
    lexicon = InverseLexicon([("stated", "said", 0.5)])
    modes = Modes(ModeSettings({"model": 1.0}), ModeSettings({"model": 1.0, "language_model": 1.0}))
    segments = [POSTERIORS[:1], [], POSTERIORS[1:]]
    decider = PageDecider(lexicon, modes, Scorer("noted"))
    decisions = decider.decide(TEXT, TOKENS, segments, [True] * 3)
    assert [len(part) for part in decisions] == [1, 0, len(POSTERIORS) - 1]
    assert max(range(3), key=decisions[2][1].probabilities.__getitem__) == 2
    # It is not asked about segments that are clean.
    without = decider.decide(TEXT, TOKENS, segments, [True, True, False])
    assert without[2][1].probabilities == pytest.approx([0.5, 0.3, 0.2])
    plain = PageDecider(lexicon).decide(TEXT, TOKENS, segments, [True] * 3)
    assert [d.probabilities for part in plain for d in part] == [p.probabilities for p in POSTERIORS]
    assert with_language_model([0.0] * len(FEATURES), -2.0)[FEATURES.index("language_model")] == -2.0


def test_a_checkpoint_without_modes_uses_its_own_threshold() -> None:
    settings = Settings(FORMAT_VERSION, min_confidence=0.4)
    assert mode_settings(settings, "best").min_confidence == 0.4
    fast = ModeSettings({"model": 1.0}, min_confidence=0.7)
    assert mode_settings(Settings(FORMAT_VERSION, modes=Modes(fast)), "best") is fast


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"weights": {"magic": 1.0}}, "unknown feature 'magic'"),
        ({"weights": {"model": math.inf}}, "weights.model must be between"),
        ({"weights": {}, "min_confidence": 1.5}, "min_confidence must be between 0 and 1"),
    ],
)
def test_invalid_mode_settings_are_refused(values: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ModeSettings(**values)  # type: ignore[arg-type]

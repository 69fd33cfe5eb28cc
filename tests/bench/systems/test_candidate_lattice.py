from __future__ import annotations

from despin.bench.systems.candidate_lattice import Slot, sentences_of
from despin.infer.candidates.inverse import InverseLexicon
from despin.infer.text.edits import apply_edits

LEXICON = InverseLexicon(
    [("purchase", "buy", 0.7), ("decrease home", "lower house", 0.9), ("decrease", "cut", 0.4)]
)


def test_places_carry_what_may_have_stood_there() -> None:
    text = "The Decrease Home met. He will purchase it."
    first, second = sentences_of(text, LEXICON)
    assert [p if isinstance(p, str) else p.source for p in first.parts] == [
        "the",
        "Decrease Home",
        "met",
        ".",
    ]
    (slot,) = [p for p in second.parts if isinstance(p, Slot)]
    assert [(o.text, o.tokens) for o in slot.options] == [("purchase", ("purchase",)), ("buy", ("buy",))]
    assert [round(o.share, 3) for o in slot.options] == [0.3, 0.7]
    assert apply_edits(text, [slot.edit(1)]) == "The Decrease Home met. He will buy it."
    (house,) = [p for p in first.parts if isinstance(p, Slot)]
    assert house.options[1].text == "Lower House"


def test_protected_stretches_have_no_place() -> None:
    (sentence,) = sentences_of("see example.com/purchase now", LEXICON)
    assert not any(isinstance(p, Slot) for p in sentence.parts)
    assert list(sentences_of("", LEXICON)) == []

from __future__ import annotations

import pytest

from despin.metrics.harm import Harm, count_words, measure_harm


def test_changed_words_by_hand() -> None:
    # One word replaced, two for one (a change and a gain), one lost: 4 of 12 words.
    clean = ["We buy bread. She bakes it.", "It is late.\nGo home now."]
    restored = ["We purchase bread. She does bake it.", "It is late.\nGo now."]
    found = measure_harm(clean, restored)
    assert found == Harm(words=12, changed=4, documents=2, touched=2)
    assert found.per_thousand == pytest.approx(333.33, abs=0.01)


def test_what_is_left_alone_is_no_harm() -> None:
    found = measure_harm(["It’s fine.", "So is this."], ["It's fine.", "So is this."])
    assert (found.changed, found.touched, found.per_thousand) == (0, 0, 0)


def test_no_words_no_harm() -> None:
    assert measure_harm([], []).per_thousand == 0


def test_texts_must_match_in_number() -> None:
    with pytest.raises(ValueError):
        measure_harm(["one", "two"], ["one"])


def test_punctuation_is_no_word() -> None:
    assert count_words("Well – “it’s” a 3rd e-mail!") == 6

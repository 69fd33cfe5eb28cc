"""The inverse dictionary is measured: its shares are those of the places where a form was met."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from despin.infer.candidates.inverse import InverseLexicon
from despin.train import Entry, SpinConfig, Spinner
from despin.train.data.inversion import KEEP_SMOOTHING, MIN_SHARE, measure_inverse

ALWAYS = SpinConfig(
    coverage={}, occurrence=1.0, protect_capitalised=0.0, protect_quoted=0.0, protect_bracketed=0.0,
    compounds=1.0, contractions=1.0, figures=1.0, braces=0.0, twice=0.0,
)  # fmt: skip


def spinner(*pairs: tuple[str, str], weight: float = 1.0) -> Spinner:
    """A spinner that always replaces by these pairs."""
    return Spinner(ALWAYS, entries=[Entry(o, s, "X", "observed", weight) for o, s in pairs])


def shares(lexicon: InverseLexicon, form: str) -> dict[str, float]:
    """The originals of a form with their shares."""
    origins = lexicon.forms[form]
    return dict(zip(origins.originals, origins.shares))


def test_a_share_is_of_all_places_where_the_form_is_met() -> None:
    # Of four places with "home" in each text, three were "house" and one is natural.
    made = measure_inverse(spinner(("house", "home")), ["house home house house"] * 10, smoothing=0.0)
    assert shares(made, "home") == {"house": 0.75}
    assert made.forms["home"].keep == 0.25


def test_smoothing_adds_entries_by_their_weight() -> None:
    texts = ["house home"] * 10
    assert shares(measure_inverse(spinner(("house", "home")), texts), "home")["house"] == pytest.approx(
        10.5 / (20.5 + 0.5 * KEEP_SMOOTHING)
    )
    heavy = measure_inverse(spinner(("house", "home"), weight=99), texts)
    assert shares(heavy, "home")["house"] == pytest.approx(12 / (22 + 0.5 * KEEP_SMOOTHING))


def test_a_form_that_is_never_met_is_known_all_the_same() -> None:
    made = measure_inverse(spinner(("house", "home"), ("death", "loss of life")), ["house"])
    assert shares(made, "loss of life") == {"death": pytest.approx(1 / (1 + KEEP_SMOOTHING))}


def test_an_entry_that_the_spinner_may_not_have_counts_less() -> None:
    doubtful = Spinner(ALWAYS, entries=[Entry("death", "loss of life", "N", "typical", 1.0, 0.1)])
    assert shares(measure_inverse(doubtful, ["house"]), "loss of life")["death"] == pytest.approx(
        0.1 / (0.1 + KEEP_SMOOTHING)
    )


def test_several_spinners_are_mixed_by_weight() -> None:
    mix = [(spinner(("house", "home")), 3.0), (spinner(("flat", "home")), 1.0)]
    made = shares(measure_inverse(mix, ["house flat"] * 2000, smoothing=0.0), "home")
    assert made["house"] == pytest.approx(0.75, abs=0.05) and made["flat"] == pytest.approx(0.25, abs=0.05)


def test_originals_that_share_a_form_are_told_apart() -> None:
    made = measure_inverse(
        spinner(("house", "home"), ("flat", "home")), ["house house house flat"] * 5, smoothing=0.0
    )
    assert shares(made, "home") == {"house": 0.75, "flat": 0.25}


def test_a_hopelessly_natural_form_is_no_candidate() -> None:
    natural = int(0.6 / MIN_SHARE)
    made = measure_inverse(spinner(("house", "home"), ("death", "loss")), ["home " * natural + "death"])
    assert "home" not in made.forms and "loss" in made.forms


def test_capitals_and_curly_apostrophes_count_as_the_same_wording() -> None:
    texts = ["House HOUSE house", "It’s so: he didn’t, Didn’t and didn't"]
    made = measure_inverse(
        spinner(("house", "home"), ("didn't", "did not"), ("it's", "it is")), texts, smoothing=0.0
    )
    assert shares(made, "home") == {"house": 1.0}
    assert shares(made, "did not") == {"didn't": 1.0}
    assert shares(made, "it is") == {"it's": 1.0}


def test_an_original_keeps_the_capitals_that_it_is_listed_with() -> None:
    made = measure_inverse(
        spinner(("US", "states"), ("Black Friday", "sale day")), ["the US on black friday"], smoothing=0.0
    )
    assert shares(made, "states") == {"US": 1.0}
    assert shares(made, "sale day") == {"Black Friday": 1.0}


def test_a_longer_form_is_met_instead_of_the_shorter_one_in_it() -> None:
    # "loss of home" is met as a whole: its "home" is neither natural nor replaced.
    made = measure_inverse(
        spinner(("house", "home"), ("death", "loss of home")), ["house loss of home"] * 4, smoothing=0.0
    )
    assert shares(made, "home") == {"house": 1.0}
    assert "loss of home" not in made.forms


def test_at_most_six_originals_are_kept_the_likeliest_first() -> None:
    originals = ["aa", "bb", "cc", "dd", "ee", "ff", "gg", "hh"]
    text = " ".join(o for n, o in enumerate(originals, 1) for _ in range(n))
    made = measure_inverse(spinner(*((o, "x") for o in originals)), [text], smoothing=0.0)
    assert made.forms["x"].originals == ("hh", "gg", "ff", "ee", "dd", "cc")


def test_a_form_with_capitals_is_natural_too() -> None:
    made = measure_inverse(spinner(("america", "US")), ["the US and america"] * 4, smoothing=0.0)
    assert shares(made, "US") == {"America": 0.5}


@pytest.mark.parametrize("natural", ["loss  of life", "Loss of\tlife", "black friday"])
def test_a_form_is_the_same_whatever_its_spaces_and_capitals(natural: str) -> None:
    made = measure_inverse(
        spinner(("death", "loss of life"), ("sale", "Black Friday")), [f"death sale {natural}"], smoothing=0.0
    )
    form = "Black Friday" if natural == "black friday" else "loss of life"
    assert made.forms[form].keep == 0.5


WORD = st.sampled_from(
    ["house", "home", "flat", "Flat", "death", "loss of life", "loss", "of", "life", ".", "\n"]
)


@settings(max_examples=40)
@given(st.lists(st.lists(WORD, max_size=20).map(" ".join), max_size=4), st.integers(0, 99), st.floats(0.1, 2))
def test_shares_are_a_share_of_one(texts: list[str], seed: int, smoothing: float) -> None:
    usual = Spinner(
        entries=[
            Entry("house", "home", "X", "observed", 3),
            Entry("flat", "home", "X", "typical", 1),
            Entry("home", "house", "X", "thesaurus", 1),
            Entry("death", "loss of life", "X", "inferred", 9),
        ]
    )
    made = measure_inverse(usual, texts, seed, smoothing)
    assert set(made.forms) <= {"home", "house", "loss of life"}
    for form, origins in made.forms.items():
        assert form not in origins.originals
        assert all(MIN_SHARE <= s <= 1 for s in origins.shares) and sum(origins.shares) <= 1 + 1e-9
    assert measure_inverse(usual, texts, seed, smoothing).forms == made.forms


def test_texts_are_spun_with_seeds_of_their_own() -> None:
    # One draw for all texts would put "home" in force everywhere or nowhere.
    half = Spinner(SpinConfig(coverage={"observed": 0.5}), entries=[Entry("a", "b", "X", "observed", 1)])
    share = shares(measure_inverse(half, ["a b"] * 400, smoothing=0.001), "b")["a"]
    assert 0.2 < share < 0.4

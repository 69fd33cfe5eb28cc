"""Whose dictionary explains the changes."""

from __future__ import annotations

from despin.infer.candidates.inverse import InverseLexicon
from despin.trace.comparison_features import gather
from despin.trace.families import best_family, fit_families, row_keys

OWN = [("decrease home", "lower house"), ("mentioned", "said"), ("kids", "children"), ("children", "kids")]
TORTURED = [("profound learning", "deep learning"), ("counterfeit consciousness", "artificial intelligence")]
LEXICON = InverseLexicon([(*row, 0.9) for row in (*OWN, *TORTURED)])
FAMILIES = {"own": row_keys(OWN), "tortured": row_keys(TORTURED)}


def best(spun: str, original: str) -> str | None:
    fit = best_family(fit_families(gather(spun, original, LEXICON), FAMILIES))
    return fit.name if fit else None


def test_the_family_whose_rows_explain_the_changes() -> None:
    assert (
        best("the decrease home mentioned it to all kids", "the lower house said it to all children") == "own"
    )
    spun = "we use profound learning, a kind of counterfeit consciousness, for this"
    assert best(spun, "we use deep learning, a kind of artificial intelligence, for this") == "tortured"


def test_none_where_no_rows_explain_them_or_both_ways_alike() -> None:
    assert best("the red car stood there for a day", "the blue car stood there for a week") is None
    assert best("the same text", "the same text") is None
    fits = fit_families(gather("all the kids in it", "all the children in it", LEXICON), FAMILIES)
    assert (fits[0].explained, fits[0].reverse, fits[0].fits) == (1, 1, False)


def test_as_plain_values() -> None:
    fits = fit_families(gather("the decrease home voted", "the lower house voted", LEXICON), FAMILIES)
    assert fits[0].to_dict() == {
        "name": "own",
        "explained": 1,
        "changes": 1,
        "if_exchanged": 0,
        "fits": True,
    }

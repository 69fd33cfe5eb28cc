"""Cases with a known relation, the fit on them, and the report."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from despin.bench import verdict_report as report
from despin.bench.article_pairs import Article, ArticlePair
from despin.bench.query_report import folded_words, stands_in
from despin.bench.verdict_cases import KINDS, corpus_cases, cut, lexicons, real_cases
from despin.bench.verdict_fit import fit
from despin.infer.candidates.inverse import InverseLexicon
from despin.train.spin.spinner import Spinner

TEXT = "The lower house said on Monday that many people would leave the country soon. " * 30


def pair(kind: str) -> ArticlePair:
    other = TEXT if kind == "copied" else TEXT.replace("Monday", "Friday").replace("people", "men")
    return ArticlePair(Article(f"{kind}:1", "a", TEXT), Article(f"{kind}:2", "b", other), kind, 0.5)


def test_the_cases_of_pairs_of_articles() -> None:
    made = list(corpus_cases([pair("copied"), pair("independent")], Spinner("observed"), Spinner("tortured")))
    kinds = [case.kind for case in made]
    assert kinds == ["copied", "spun from a copy", "one event", "one event, spun", "unrelated"]
    assert all(case.kind in KINDS for case in made)
    assert made[1].spun != made[0].spun and made[1].original == made[0].original


def test_the_cases_of_real_pairs(tmp_path: Path) -> None:
    row = {
        "spun": "a b c d " * 30,
        "original": "x y z w " * 30,
        "origin": "https://www.site.example/1 (spun)",
    }
    for name in ("pairs", "pairs-2"):
        rows = [json.dumps({**row, "id": f"{name}{n}"}) for n in range(12)]
        (tmp_path / f"{name}.jsonl").write_text("\n".join(rows) + "\n", encoding="utf-8")
    made = list(real_cases(tmp_path))
    assert {case.group for case in made} == {"site.example"}
    assert {case.kind for case in made} == {"real pair", "real passage", "real, beside other text"}


def test_rows_learnt_from_one_file_are_left_out(root: Path) -> None:
    lexicon = InverseLexicon.load(root / "infer" / "embedded" / "inverse.tsv")
    made = lexicons(lexicon)
    assert made[""] is lexicon
    assert 0 < len(lexicon) - len(made["pairs-2"]) < len(lexicon) - len(made["pairs"]) < 2000


def test_a_fit_tells_its_cases_apart_and_the_report_counts_them() -> None:
    rng = np.random.default_rng(0)
    relations = ["spun", "copied", "rewritten", "independent", "unrelated"]
    labels = [relation for relation in relations for _ in range(20)]
    centres = np.eye(5, len(report.FEATURES)) * 4
    features = np.array(
        [centres[relations.index(r)] + rng.normal(0, 0.1, len(report.FEATURES)) for r in labels]
    )
    model = fit(features, labels, labels)
    for row, label in zip(features, labels):
        scores = model.scores(row)
        assert max(scores, key=scores.__getitem__) == label


def test_cuts_and_folded_words() -> None:
    assert cut("  one two\nthree  four", 3) == "  one two\nthree"
    assert cut("one", 5) == "one"
    original = folded_words("“He met Ann,” it’s said.")
    assert stands_in("met Ann it's", original) and not stands_in("et Ann", original)

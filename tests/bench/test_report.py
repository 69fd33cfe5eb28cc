from __future__ import annotations

import json
from dataclasses import replace

from despin.bench.measure import Result
from despin.bench.report import as_json, confidences, costs, domains, page, table
from despin.metrics.edit_scores import EditCounts
from despin.metrics.harm import Harm
from despin.metrics.pairs import Pair

ONE = EditCounts(
    correct=3, proposed=3, gold=4, distance=1, distance_before=6, length=13,
    ngrams_recovered=3, ngrams_before=1, ngrams=5, reachable=4, reachable_correct=3,
)  # fmt: skip
TWO = EditCounts(proposed=1, gold=1, distance=2, distance_before=1, length=1007, ngrams=3)
PAIRS = [Pair("one", "a", "b"), Pair("two", "c", "d")]
SIGNATURE = {"pairs": "0123456789ab", "despin": "0.1.0"}
INVERSE = Result("inverse", counts=(ONE, TWO), words_per_second=1234.4)


def test_the_table_cell_by_cell() -> None:
    assert table([INVERSE]) == (
        "| system | P | R | F0.5 | 95 % of F0.5 | word error rate, before → after "
        "| 5-gram recall, before → after | R in dictionary | R not in dictionary | words per second |\n"
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n"
        "| inverse | 0.750 | 0.600 | 0.714 | 0.000 to 0.938 | 0.007 → 0.003 | 0.125 → 0.375 "
        "| 0.750 | 0.000 | 1,234 |\n"
    )


def test_what_has_no_value_is_a_dash() -> None:
    nothing = Result("copy", counts=(EditCounts(gold=2, length=9, ngrams=3),), words_per_second=5e8)
    row = table([nothing]).splitlines()[-1]
    assert row == (
        "| copy | – | 0.000 | 0.000 | 0.000 to 0.000 | 0.000 → 0.000 | 0.000 → 0.000 | – | 0.000 "
        "| > 1,000,000 |"
    )


def test_despin_is_compared_with_the_others() -> None:
    better = Result("despin", counts=(ONE, ONE, ONE, ONE), words_per_second=9)
    worse = Result("inverse", counts=(ONE, TWO, TWO, TWO), words_per_second=9)
    head, _, ours, theirs = table([better, worse]).splitlines()
    assert head.split(" | ")[-2] == "p that despin is no better"
    # Only a sample of the first document alone finds no difference: one of 4 ** 4.
    assert ours.split(" | ")[-2] == "–" and 0.002 < float(theirs.split(" | ")[-2]) < 0.006


def test_the_column_of_clean_text_comes_with_clean_text() -> None:
    clean = Result("inverse", counts=(ONE,), words_per_second=9, harm=Harm(2000, 9, 4, 2))
    head, _, row = table([clean]).splitlines()
    assert head.split(" | ")[-2] == "changed words per 1,000 clean"
    assert row.split(" | ")[-2] == "4.50"


def test_every_row_has_the_head_s_columns_also_where_a_reason_has_bars_and_line_breaks() -> None:
    lines = table([INVERSE, Result("despin", not_run="no model\nin a|b")]).splitlines()
    assert "| despin | not run: no model in a\\|b |" in lines[-1]
    assert {line.replace("\\|", "").count("|") for line in lines} == {11}


def test_the_page_says_on_what_and_ends_with_the_signature() -> None:
    lines = page([INVERSE], PAIRS, SIGNATURE).splitlines()
    assert lines[-1] == "Signature: pairs 0123456789ab | despin 0.1.0"
    assert lines[-3] == (
        "2 pairs; 1,020 words and punctuation marks in the originals; 5 changes needed, of which 4 are "
        "in the dictionary. Speed is that on the spun texts, loading and scoring left out."
    )


def test_a_page_without_a_system_that_ran() -> None:
    shown = page([Result("despin", not_run="no model")], PAIRS, SIGNATURE)
    assert "not run: no model" in shown
    assert "2 pairs." in shown


def test_json_holds_all_figures_unrounded() -> None:
    clean = Result("copy", counts=(ONE, TWO), words_per_second=9.5, harm=Harm(2000, 9, 4, 2))
    found = json.loads(as_json([clean, Result("despin", not_run="no model")], PAIRS, SIGNATURE))
    assert found["signature"] == SIGNATURE
    first, second = found["systems"]
    assert second == {"system": "despin", "not_run": "no model"}
    assert (first["precision"], first["recall"]) == (0.75, 0.6)
    assert first["word_error_rate"] == {"before": 7 / 1020, "after": 3 / 1020}
    assert first["clean"] == {
        "changed_per_1000": 4.5, "words": 2000, "changed": 9, "documents": 4, "touched": 2
    }  # fmt: skip
    assert [(p["id"], p["correct"], p["gold"]) for p in first["pairs"]] == [("one", 3, 4), ("two", 0, 1)]
    assert first["counts"]["gold"] == 5


def test_costs_stand_beside_quality() -> None:
    assert costs([INVERSE]) == ""
    measured = replace(INVERSE, startup_seconds=1.25, peak_bytes=3 << 20, size=1_500_000, signature="kenlm 1")
    last = costs([measured, replace(INVERSE, system="copy", startup_seconds=0.5)]).splitlines()
    assert (
        last[0]
        == "| system | F0.5 | words per second | start-up, s | memory at most, MiB | files, MB | signature |"
    )
    assert last[2].endswith("| 1,234 | 1.2 | 3 | 1.5 | kenlm 1 |")
    assert last[3].endswith("| 1,234 | 0.5 | – | – | – |")


def test_domains_are_told_where_the_pairs_tell_them() -> None:
    assert domains([INVERSE], PAIRS) == ""
    told = [replace(p, domain=name) for p, name in zip(PAIRS, ("sport", "law"))]
    lines = domains([INVERSE, Result("x", not_run="why")], told).splitlines()
    assert lines[0] == "| F0.5 by domain | pairs | inverse |"
    assert lines[2:] == [f"| sport | 1 | {ONE.f05:.3f} |", f"| law | 1 | {TWO.f05:.3f} |"]


def test_a_domain_with_a_bar_or_a_line_break_keeps_the_table_whole() -> None:
    lines = domains([INVERSE], [replace(PAIRS[0], domain="law|tax"), replace(PAIRS[1], domain="a\nb")])
    assert lines.splitlines()[2:] == [f"| law\\|tax | 1 | {ONE.f05:.3f} |", f"| a b | 1 | {TWO.f05:.3f} |"]


def test_confidences_are_those_of_despin() -> None:
    edits = ((0.95, True), (0.92, True), (0.91, False), (0.65, False), (1.0, True))
    assert confidences([replace(INVERSE, confidences=edits)]) == ""
    lines = confidences([replace(INVERSE, system="despin", confidences=edits)]).splitlines()
    assert lines[2:] == ["| 0.6 to 0.7 | 1 | 0.650 | 0.000 |", "| 0.9 to 1 | 4 | 0.945 | 0.750 |"]

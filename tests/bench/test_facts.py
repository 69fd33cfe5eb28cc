"""Words that must stay: the set, what counts as broken, the table."""

from __future__ import annotations

from pathlib import Path

from despin.bench.facts import FACTS, LEAD, broken_facts, facts_table, read_facts
from despin.infer.checkpoint import EMBEDDED
from despin.infer.despinner import Despinner
from despin.infer.text.edits import Edit


def test_the_set_is_large_enough_and_its_spans_are_in_the_text() -> None:
    facts = read_facts()
    counts = {kind: sum(len(f.kept) for f in facts if f.kind == kind) for kind in {f.kind for f in facts}}
    assert counts["name"] >= 120 and counts["amount"] >= 80
    assert counts["negation"] >= 40 and counts["hurtful"] >= 20
    for fact in facts:
        assert fact.kept and fact.text.startswith(LEAD) and not set("{}") & set(fact.text)
        assert all(fact.text[start:end].strip() for start, end in fact.kept)


def test_what_breaks_a_fact(tmp_path: Path) -> None:
    file = tmp_path / "facts.tsv"
    file.write_text("kind\tsentence\tsame\namount\tHe ran {ten} miles today.\t10|X\n", encoding="utf-8")
    [fact] = read_facts(file)
    [(start, end)] = fact.kept
    assert fact.text[start:end] == "ten"
    assert fact.broken_by([Edit(start, end, "ten", "nine", 0.9)])
    assert not fact.broken_by([Edit(start, end, "ten", "10", 0.9), Edit(0, 8, "Officers", "Officials", 0.9)])


def test_the_table_counts_what_changes_without_and_with_guards() -> None:
    facts = [f for f in read_facts(FACTS) if "Lively and" in f.text or "hundreds} of jobs" in f.text]
    despinner = Despinner(threads=1, min_score=0.0)
    assert broken_facts(facts, despinner) == []
    assert "| name | 2 | 2 | 0 |" in facts_table(facts, EMBEDDED)

"""Our scores beside those of errant's own scorer, on the same changes of the built-in set.

errant's annotator needs a spaCy model, which no registry carries; its scorer (compare_m2) needs neither.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from despin.bench.builtin_set import PAIRS
from despin.bench.systems.inverse_dictionary import InverseDictionary
from despin.infer.checkpoint import EMBEDDED
from despin.metrics.alignment import comparison_tokens, word_changes
from despin.metrics.edit_scores import score_text, sum_counts
from despin.metrics.pairs import read_pairs


def m2(source: str, target: str) -> str:
    """A text in errant's form: the tokens, and a line for each change."""
    tokens = comparison_tokens(source)
    lines = ["S " + " ".join(tokens)]
    for change in word_changes(tokens, comparison_tokens(target)):
        words = " ".join(change.words) or "-NONE-"
        lines.append(f"A {change.start} {change.end}|||R:OTHER|||{words}|||REQUIRED|||-NONE-|||0")
    if len(lines) == 1:
        lines.append("A -1 -1|||noop|||-NONE-|||REQUIRED|||-NONE-|||0")
    return "\n".join(lines)


def test_errant_scores_the_same(tmp_path: Path) -> None:
    found = importlib.util.find_spec("errant")
    if found is None or not found.submodule_search_locations:
        pytest.skip("errant is not installed: pip install --no-deps errant")
    pairs = read_pairs([PAIRS])[0]
    restored = InverseDictionary.open(EMBEDDED).restore([p.spun for p in pairs])
    ours = sum_counts(score_text(p.spun, r, p.original) for p, r in zip(pairs, restored))
    for name, targets in (("hyp", restored), ("ref", [p.original for p in pairs])):
        texts = [m2(p.spun, target) for p, target in zip(pairs, targets)]
        (tmp_path / name).write_text("\n\n".join(texts) + "\n", encoding="utf-8")
    scorer = Path(found.submodule_search_locations[0]) / "commands" / "compare_m2.py"
    asked = "import runpy, sys; sys.argv[1:] = ['-hyp', 'hyp', '-ref', 'ref']"
    run = f"{asked}; runpy.run_path({str(scorer)!r})['main']()"
    shown = subprocess.run(
        [sys.executable, "-c", run], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    head, figures = (
        line.split() for line in shown.stdout.splitlines() if line.startswith("TP") or line[:1].isdigit()
    )
    told = dict(zip(head, map(float, figures)))
    assert (told["TP"], told["FP"], told["FN"]) == (
        ours.correct,
        ours.proposed - ours.correct,
        ours.gold - ours.correct,
    )
    assert told["Prec"] == pytest.approx(ours.precision, abs=1e-4)
    assert told["Rec"] == pytest.approx(ours.recall, abs=1e-4)
    assert told["F0.5"] == pytest.approx(ours.f05, abs=1e-4)

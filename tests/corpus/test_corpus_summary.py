"""The summary of a corpus: text, JSON and a picture, also of an empty one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from despin.corpus.corpus_statistics import BINS, Statistics
from despin.corpus.corpus_summary import write_summary
from despin.corpus.storage import Folder

SOME: dict[str, Any] = {
    "documents": 1_000_000,
    "words": 500_000_000,
    "documents_read": 20_000,
    "words_read": 9_000_000,
    "spun_words": 6_000_000,
    "edits": 1_234_567,
    "verdicts": {"spun": 12_345, "unsure": 55, "clean": 987_600},
    "histogram": [987_600, *[7] * (BINS - 2), 12_274],
    "substitutions": {"decrease home → lower house": 300, "loss of life → death": 300, "rare → scarce": 1},
    "asides": {"not JSON": 3, "too long": 1},
}


def test_what_is_said(tmp_path: Path) -> None:
    text = write_summary(Statistics.from_dict(SOME), Folder(str(tmp_path)), "__despin")
    assert (tmp_path / "__despin" / "summary.txt").read_text(encoding="utf-8") == text
    lines = text.splitlines()
    assert lines[0].split() == ["documents", "1,000,000"]
    assert "1.23 % of the documents, 1.20 % of the words" in text
    assert [line.split("  ")[-1] for line in lines if "→" in line] == [
        "decrease home → lower house",
        "loss of life → death",
        "rare → scarce",
    ]
    assert lines[-2:] == ["        3  not JSON", "        1  too long"]
    bars = [line.count("█") for line in lines if line.startswith(("0.", "1.")) and " to " in line]
    assert len(bars) == BINS and max(bars) == bars[0] and min(bars) > 0
    values = json.loads((tmp_path / "__despin" / "summary.json").read_text(encoding="utf-8"))
    assert Statistics.from_dict(values) == Statistics.from_dict(SOME)


def test_an_empty_corpus_has_a_summary_too(tmp_path: Path) -> None:
    text = write_summary(Statistics(), Folder(str(tmp_path)))
    assert "█" not in text and "Put aside" not in text and "Commonest" not in text
    assert (tmp_path / "histogram.png").read_bytes().startswith(b"\x89PNG")


def test_the_picture_is_the_same_for_the_same_counts(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_summary(Statistics.from_dict(SOME), Folder(str(tmp_path)), name)
    first, second = ((tmp_path / name / "histogram.png").read_bytes() for name in ("a", "b"))
    assert first == second and first.startswith(b"\x89PNG")

"""Originals hidden among other documents, and the queries for them."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from despin.bench.tracing.hidden_originals import hidden_originals, same_articles
from despin.bench.tracing.trace_queries import spun_queries, windows
from despin.bench.tracing.trace_recall import Ranks
from despin.errors import InputError
from despin.metrics.pairs import Pair

zstandard = pytest.importorskip("zstandard")
pytest.importorskip("tantivy")

PAIRS = [
    Pair(
        "a", "one two three four five six seven eight nine ten eleven twelve thirteen", "the first original"
    ),
    Pair("b", "short\n\nalpha beta gamma delta", "the second original"),
]


@pytest.fixture
def corpus(tmp_path: Path) -> str:
    file = tmp_path / "news-9.jsonl.zst"
    lines = [json.dumps({"text": f"document number {n}"}) for n in range(50)]
    file.write_bytes(zstandard.compress("\n".join([*lines[:20], "", *lines[20:]]).encode()))
    return str(file)


def test_a_smaller_collection_is_part_of_a_larger_one(corpus: str) -> None:
    small, large = (list(hidden_originals(PAIRS, [corpus], count)) for count in (12, 30))
    assert (len(small), len(large)) == (12, 30)
    assert set(small) < set(large)
    assert [d.id for d in large[:2]] == ["original:a", "original:b"]
    assert large[2].id.startswith("news-9:") and large[2].text.startswith("document number")
    with pytest.raises(InputError, match="the corpora have 50 documents, 98 are needed"):
        list(hidden_originals(PAIRS, [corpus], 100))


def test_copies_of_one_article_are_the_same(tmp_path: Path) -> None:
    words = [f"w{n}" for n in range(60)]
    texts = {"x": words, "y": words[:40], "z": [*words[:12], *(f"v{n}" for n in range(40))]}
    pairs = [Pair(name, "", " ".join(text)) for name, text in texts.items()]
    assert same_articles(pairs) == {
        "original:x": {"original:x", "original:y"},
        "original:y": {"original:x", "original:y"},
        "original:z": {"original:z"},
    }


def test_queries_are_passages_paragraphs_and_windows() -> None:
    queries = list(spun_queries(PAIRS, (3,)))
    assert queries == list(spun_queries(PAIRS, (3,)))
    kinds = [(query.kind, query.target) for query in queries]
    assert kinds[:2] == [("passage", "original:a"), ("paragraph", "original:a")]
    assert ("paragraph", "original:b") not in kinds, "too short"
    of_a = [query.text for query in queries if query.kind == "3 words" and query.target == "original:a"]
    assert len(of_a) == 5 and all(text in PAIRS[0].spun and len(text.split()) == 3 for text in of_a)
    assert windows("one two", 3, 5, random.Random(1)) == []


def test_recall_counts_what_was_found_in_time() -> None:
    ranks = Ranks([0, 4, None, 12])
    assert (ranks.recall(1), ranks.recall(10), ranks.recall(100)) == (0.25, 0.5, 0.75)

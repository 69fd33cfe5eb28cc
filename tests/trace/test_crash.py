"""An indexing process that is killed, again and again: in the end nothing is missing and nothing double."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

tantivy = pytest.importorskip("tantivy")

KILLS = 4
CHILD = """
import sys
import despin.trace.indexing as indexing
from despin.trace.collection import read_collection
from despin.trace.index_place import create_index
indexing.COMMIT_BYTES, indexing.BATCH = 5_000, 50
index = create_index(sys.argv[2], 1)
counts = indexing.index_documents(
    index, read_collection([sys.argv[1]], print), on_commit=lambda counts: print("committed", flush=True)
)
index.close()
print("done", counts.added, flush=True)
"""


def content(folder: Path) -> Counter[tuple[str, str]]:
    """The ids and texts in an index."""
    from despin.trace.tantivy_index import TantivyIndex

    index = TantivyIndex(folder / "tantivy")
    hits = index._searcher.search(tantivy.Query.all_query(), limit=10_000).hits
    documents = [index._searcher.doc(address) for _, address in hits]
    return Counter((str(d.get_first("id")), str(d.get_first("text"))) for d in documents)


def test_a_killed_run_is_gone_on_with(tmp_path: Path) -> None:
    rng = random.Random(5)
    words = [f"word{n}" for n in range(500)]
    lines = [f'{{"text": "{n} {" ".join(rng.choices(words, k=20))}"}}' for n in range(1500)]
    collection = tmp_path / "rows.jsonl"
    collection.write_text("\n".join(lines))
    command = [sys.executable, "-c", CHILD, str(collection)]
    killed, undisturbed = tmp_path / "killed", tmp_path / "undisturbed"
    subprocess.run([*command, str(undisturbed)], check=True, capture_output=True)
    sizes = []
    for _ in range(KILLS):
        process = subprocess.Popen([*command, str(killed)], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        for _ in range(rng.randint(1, 4)):
            process.stdout.readline()
        time.sleep(rng.random() / 50)  # anywhere in a batch or a commit
        process.kill()
        process.wait()
        process.stdout.close()
        sizes.append(sum(content(killed).values()))
    assert sizes == sorted(sizes) and 0 < sizes[0] < 1500
    last = subprocess.run([*command, str(killed)], check=True, capture_output=True, text=True)
    assert last.stdout.endswith(f"done {1500 - sizes[-1]}\n")
    assert content(killed) == content(undisturbed)
    assert len(content(killed)) == 1500

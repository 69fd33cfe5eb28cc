"""Originals found in a small collection, at the command line and in Python."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from despin import Despinner

pytest.importorskip("tantivy")

Run = Callable[..., subprocess.CompletedProcess[bytes]]
OTHERS = [
    "The council met on Tuesday to discuss the bridge that links the two towns, and put off a decision.",
    "A lower tax on fishing boats was rejected by the island’s parliament on Monday, 20 to 19.",
    "The ferry that ran aground last year was repaired at a cost of $3 million, its owner said on Tuesday.",
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, root: Path, despin: Run) -> Path:
    """The clean ferry article among others."""
    folder = tmp_path_factory.mktemp("collection")
    rows = [{"text": text} for text in OTHERS]
    rows.append({"id": "ferry", "text": (root / "examples" / "original-ferry.txt").read_text("utf-8")})
    (folder / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    done = despin("index", folder / "rows.jsonl", "--out", folder / "index")
    assert (done.returncode, done.stdout) == (0, b""), done.stderr
    assert b"4 added" in done.stderr and done.stderr.count(b"\n") == 1
    return folder / "index"


def test_a_passage_and_a_dozen_words_are_traced(index: Path, root: Path) -> None:
    from despin.trace.index_place import open_index
    from despin.trace.source_finder import SourceFinder

    finder = SourceFinder(open_index(str(index)), Despinner(threads=1))
    whole = (root / "examples" / "spun-ferry.txt").read_text("utf-8")
    dozen = "the growing old ferry that ran aground final week, and promised that"
    original = (root / "examples" / "original-ferry.txt").read_text("utf-8")
    for text, sources in zip((whole, dozen), finder.find_batch([whole, dozen])):
        assert sources[0].id.endswith(":ferry")
        assert sources[0].matched > 0.9
        assert sources[0].text == original[sources[0].start : sources[0].end]
        assert sources[0].explained >= 2
        assert [s.score for s in sources] == sorted((s.score for s in sources), reverse=True)
        assert finder.find(text, limit=1) == sources[:1]
    stretch = finder.find(dozen)[0].text
    assert stretch.startswith("the aging ferry that ran aground last week"), stretch


def test_the_command_line(index: Path, root: Path, despin: Run, tmp_path: Path) -> None:
    spun = root / "examples" / "spun-ferry.txt"
    elsewhere = b"A recipe for lentil soup with lemon, cumin and a good deal of olive oil."
    done = despin("trace", spun, "-", "--in", index, "-k", "1", stdin=elsewhere)
    assert (done.returncode, done.stderr) == (3, b"")
    assert done.stdout.startswith(f"{spun}\n  ".encode()) and b":ferry\n    The government of" in done.stdout
    assert done.stdout.endswith(b"-: no original found\n")
    (tmp_path / "empty.txt").write_text("…")
    done = despin("trace", "--json", tmp_path / "empty.txt", spun, tmp_path / "missing.txt", "--in", index)
    (row,) = map(json.loads, done.stdout.splitlines())
    assert done.returncode == 2
    assert row["path"] == str(spun) and row["sources"][0]["matched"] > 0.9
    assert done.stderr.splitlines() == [
        f"despin: {tmp_path}/empty.txt: no words in it".encode(),
        f"despin: {tmp_path}/missing.txt: no such file".encode(),
    ]


def test_an_index_is_brought_up_to_date(tmp_path: Path, despin: Run) -> None:
    folder, index = tmp_path / "texts", tmp_path / "index"
    folder.mkdir()
    for name in ("a", "b", "c"):
        (folder / f"{name}.txt").write_text(f"text {name}")
    assert b"3 added" in despin("index", folder, "--out", index).stderr
    (folder / "a.txt").write_text("another text")
    (folder / "b.txt").unlink()
    (folder / "d.txt").write_bytes(b"\xff\xff")
    done = despin("index", folder, "--out", index, "--prune")
    assert done.returncode == 2 and b"d.txt" in done.stderr
    assert b"1 added" in done.stderr and b"0 removed; 3 in all" in done.stderr, "a file was not read"
    (folder / "d.txt").unlink()
    done = despin("index", folder, "--out", index, "--prune")
    assert done.returncode == 0
    assert b"0 added" in done.stderr and b"2 unchanged, 1 removed; 2 in all" in done.stderr


def test_what_must_be_known_of_a_result_is_told(index: Path, root: Path, despin: Run, tmp_path: Path) -> None:
    spun = (root / "examples" / "spun-ferry.txt").read_text("utf-8")
    other = (root / "examples" / "spun-budget.txt").read_text("utf-8")
    (tmp_path / "half.txt").write_text(spun[:1500] + other, "utf-8")
    done = despin("trace", "half.txt", "--in", index, cwd=tmp_path)  # the other half is from elsewhere
    assert (done.returncode, done.stdout) == (3, b"half.txt: no original found\n")
    (line,) = done.stderr.decode().splitlines()
    assert re.fullmatch(
        r"despin: half.txt: \d\d% of the words, less than --min-matched, score \d+: .*:ferry", line
    )
    done = despin("trace", "-", "--in", index, "-k", "1", stdin=b"the bridge that links the two towns")
    assert done.returncode == 0 and b"standard input: 7 words only" in done.stderr


def test_texts_of_others_do_not_reach_the_terminal(despin: Run, tmp_path: Path) -> None:
    text = "The mayor of Ralen cuts a \x1b[31mred\u202e ribbon before a cheering crowd on the old pier."
    row = json.dumps({"id": "a\nb\x1b[2J", "text": text})
    (tmp_path / "rows.jsonl").write_text(f"{row}\n{row}")
    done = despin("index", "rows.jsonl", "--out", "index", cwd=tmp_path)
    assert done.returncode == 2 and b"b\\x1b[2J: this id occurs twice" in done.stderr
    assert done.stderr.count(b"\n") == 2 and b"\x1b" not in done.stderr
    name = os.fsdecode(b"spun\xe9.txt")
    (tmp_path / name).write_text(text, "utf-8")
    done = despin("trace", name, "--in", "index", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")
    assert len(done.stdout.splitlines()) == 3 and done.stdout.decode().replace("\n", "").isprintable()
    done = despin("trace", "--json", name, "--in", "index", cwd=tmp_path)
    (source,) = json.loads(done.stdout)["sources"]
    assert done.returncode == 0 and source["id"] == "rows.jsonl:a\nb\x1b[2J"


def test_an_empty_index_is_told(despin: Run, tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text("")
    assert despin("index", "rows.jsonl", "--out", "index", cwd=tmp_path).returncode == 0
    done = despin("trace", "--in", "index", cwd=tmp_path, stdin=b"The mayor of Ralen cuts a ribbon.")
    assert (done.returncode, done.stderr) == (3, b"despin: index: the index holds no documents\n")

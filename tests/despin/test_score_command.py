"""`despin score`: lines, JSON, exit status, files, folders; the score is that of `despin correct`."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from click.testing import Result

from despin.commands import file_scores
from despin.commands.file_scores import FileScore, scored_files
from despin.corpus.corpus_settings import CorpusSettings
from despin.corpus.document_reader import Document, DocumentReader, Finding

Call = Callable[..., Result]
Refused = Callable[..., str]
Run = Callable[..., subprocess.CompletedProcess[bytes]]
SPUN, UNSURE, CLEAN = "The decrease home met.\n", "It may have met.\n", "The lower house met.\n"


@pytest.fixture
def groups(monkeypatch: pytest.MonkeyPatch) -> list[list[Document]]:
    """In the place of the model, marks that it would find; what it was given, group by group."""
    given: list[list[Document]] = []

    def read(self: DocumentReader, documents: Sequence[Document]) -> list[Finding]:
        given.append(list(documents))
        return [found(document.text) for document in documents]

    monkeypatch.setattr(DocumentReader, "read", read)
    return given


def found(text: str) -> Finding:
    """The finding of the stand-in."""
    words = len(text.split())
    if "decrease" in text:
        return Finding(words, 0.9, "spun", None, words)
    return Finding(words, 0.5, "unsure", None, words) if "may" in text else Finding(words, 0.125, "clean")


@pytest.fixture
def texts(tmp_path: Path, groups: list[list[Document]]) -> Path:
    """A folder with a text of each verdict, a page, code and a link."""
    for name, text in (("spun.txt", SPUN), ("in/unsure.md", UNSURE), ("in/deep/clean.html", CLEAN)):
        (tmp_path / "t" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "t" / name).write_text(text, encoding="utf-8")
    (tmp_path / "t" / "code.py").write_text("pass")
    (tmp_path / "t" / "link.txt").symlink_to("spun.txt")
    return tmp_path / "t"


def test_a_line_each_and_exit_status_4(call: Call, texts: Path) -> None:
    done = call("score", "t/spun.txt", "t/in/unsure.md", "t/in/deep/clean.html")
    assert done.stdout == (
        "t/spun.txt\t0.9000\tspun\nt/in/unsure.md\t0.5000\tunsure\nt/in/deep/clean.html\t0.1250\tclean\n"
    )
    assert done.exit_code == 4 and done.stderr == ""


@pytest.mark.parametrize(
    ("fail_on", "name", "status"),
    [
        ("spun", "spun.txt", 4),
        ("spun", "in/unsure.md", 0),
        ("unsure", "spun.txt", 4),
        ("unsure", "in/unsure.md", 4),
        ("unsure", "in/deep/clean.html", 0),
        ("never", "spun.txt", 0),
    ],
)
def test_what_the_exit_status_says(call: Call, texts: Path, fail_on: str, name: str, status: int) -> None:
    assert call("score", "--fail-on", fail_on, texts / name).exit_code == status


def test_standard_input(call: Call, texts: Path) -> None:
    for arguments in ([], ["-"]):
        done = call("score", *arguments, stdin=SPUN.encode())
        assert (done.stdout, done.exit_code) == ("-\t0.9000\tspun\n", 4)
    (row,) = call("score", "--json", stdin=CLEAN.encode()).stdout.splitlines()
    assert json.loads(row) == {"path": "-", "score": 0.125, "verdict": "clean", "words": 4, "words_read": 0}


def test_folders(call: Call, refused: Refused, texts: Path, tmp_path: Path) -> None:
    assert "t: is a directory; to score the texts in it, add --recursive" in refused("score", "t")
    done = call("score", "-r", "t")
    assert [line.split("\t")[0] for line in done.stdout.splitlines()] == [
        "t/in/deep/clean.html",
        "t/in/unsure.md",
        "t/spun.txt",
    ]
    assert done.stderr == "despin: t: left out, no known format of prose: 2 (t/code.py, t/link.txt)\n"
    assert done.exit_code == 4


def test_what_cannot_be_read_is_told_and_the_rest_scored(call: Call, texts: Path) -> None:
    (texts / "latin.txt").write_bytes("Café\n".encode("cp1252"))
    done = call("score", "t/none.txt", "t/latin.txt", "t/code.py", "t/spun.txt", "")
    assert done.exit_code == 2 and done.stdout == "t/spun.txt\t0.9000\tspun\n"
    empty, missing, latin, code = done.stderr.splitlines()
    assert "no file name" in empty and "t/none.txt: no such file" in missing
    assert "t/latin.txt" in latin and "--encoding cp1252" in latin and "t/code.py" in code
    assert call("score", "--encoding", "cp1252", "t/latin.txt").exit_code == 0


def test_formats_go_by_the_name_unless_asked_for(
    call: Call, texts: Path, groups: list[list[Document]]
) -> None:
    call("score", "t/spun.txt", "t/in/deep/clean.html")
    assert [document.format for document in groups[0]] == ["text", "html"]
    call("score", "--format", "markdown", "t/spun.txt", "t/code.py")
    assert [document.format for document in groups[-1]] == ["markdown", "markdown"]


def test_odd_names(call: Call, texts: Path) -> None:
    for name in ("tab\there.txt", "two\nlines.txt", "café.txt", os.fsdecode(b"latin-\xe9.txt")):
        (texts / name).write_text(CLEAN)
        line = call("score", texts / name).stdout_bytes
        assert line.count(b"\t") == 2 and line.endswith(b"\t0.1250\tclean\n") and line.count(b"\n") == 1
        (row,) = call("score", "--json", texts / name).stdout_bytes.splitlines()
        assert json.loads(row)["path"] == str(texts / name)
    assert FileScore("a\tb\n").as_line().startswith(b"a\\tb\\n\t")
    assert FileScore(os.fsdecode(b"\xe9")).as_line().startswith(b"\xe9\t")
    assert FileScore("café").as_line().startswith("café\t".encode())


def test_standard_output_is_no_input(stub_command: list[str], tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(CLEAN)
    with (tmp_path / "a.txt").open("ab") as appended:
        done = subprocess.run([*stub_command, "score", "a.txt"], cwd=tmp_path, stdout=appended, stderr=-1)
    assert done.returncode == 2 and b"a.txt: is standard output too" in done.stderr
    assert (tmp_path / "a.txt").read_text() == CLEAN


def test_a_long_file_is_read_in_pieces_and_its_worst_counts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, groups: list[list[Document]]
) -> None:
    monkeypatch.setattr(file_scores, "PIECE", 100)
    paragraphs = [CLEAN + "\n"] * 20
    paragraphs[7] = SPUN + "\n"
    (tmp_path / "long.txt").write_text("".join(paragraphs))
    (tmp_path / "short.txt").write_text(CLEAN)
    names = [str(tmp_path / name) for name in ("short.txt", "long.txt", "short.txt")]
    reader = DocumentReader(CorpusSettings(read="all"))
    first, long, last = scored_files(names, reader, "utf-8", "auto")
    assert [file.verdict for file in (first, long, last)] == ["clean", "spun", "clean"]
    assert (long.score, long.words, long.words_read) == (0.9, 80, len((4 * CLEAN).split()))
    assert all(sum(len(document.text) for document in group) < 2 * 100 for group in groups)
    pieces = [document.text for group in groups for document in group]
    assert "".join(pieces) == CLEAN + "".join(paragraphs) + CLEAN and len(pieces) > 5


@pytest.mark.parametrize(("read", "sizes"), [("all", [64, 64, 22]), ("suspects", [150])])
def test_many_files_share_groups(
    tmp_path: Path, groups: list[list[Document]], read: str, sizes: list[int]
) -> None:
    names = [tmp_path / f"{number:03}.txt" for number in range(150)]
    for number, name in enumerate(names):
        name.write_text(SPUN if number % 50 == 0 else CLEAN)
    reader = DocumentReader(CorpusSettings(read=read))  # type: ignore[arg-type]
    files = list(scored_files(map(str, names), reader, "utf-8", "auto"))
    assert [len(group) for group in groups if group] == sizes
    assert [file.path for file in files] == list(map(str, names))
    assert [i for i, file in enumerate(files) if file.verdict == "spun"] == [0, 50, 100]


def test_the_score_is_that_of_correct(despin: Run, tiny_checkpoint: Path, root: Path, tmp_path: Path) -> None:
    """In processes of their own, with a real model: a text of several blocks, a page, none at all."""
    spun = (root / "examples" / "spun-budget.txt").read_text(encoding="utf-8")
    (tmp_path / "long.txt").write_text("\n\n".join([spun] * 9), encoding="utf-8")
    (tmp_path / "page.html").write_text(f"<h1>Budget</h1><p>{spun}</p>", encoding="utf-8")
    (tmp_path / "empty.txt").touch()
    arguments = ["--checkpoint", tiny_checkpoint, "long.txt", "page.html", "empty.txt"]
    scored = despin("score", "--json", *arguments, cwd=tmp_path)
    corrected = despin("correct", "--json", *arguments, cwd=tmp_path)
    assert scored.returncode in (0, 4) and scored.stderr == b""
    rows = [json.loads(line) for line in scored.stdout.splitlines()]
    for row, whole in zip(rows, map(json.loads, corrected.stdout.splitlines()), strict=True):
        assert {name: row[name] for name in ("path", "score", "verdict")} == {
            name: whole[name] for name in ("path", "score", "verdict")
        }
    assert len({row["score"] for row in rows}) > 1
    # The threshold moves the verdict, not the score.
    again = despin("score", "--json", "--threshold", "0", *arguments[:2], "page.html", cwd=tmp_path)
    other = json.loads(again.stdout)
    assert (again.returncode, other["score"], other["verdict"]) == (4, rows[1]["score"], "spun")

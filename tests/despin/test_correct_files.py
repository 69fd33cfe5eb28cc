"""Files and streams of `despin correct`: encodings, output, in place, folders. The model is a stand-in."""

from __future__ import annotations

import json
import os
import resource
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Call = Callable[..., Result]
Refused = Callable[..., str]
Shell = Callable[..., subprocess.CompletedProcess[bytes]]
SPUN, RESTORED = "The decrease home’s café met.\r\nTwo\n", "The lower house’s café met.\r\nTwo\n"


def tree(folder: Path) -> dict[str, bytes]:
    """The files below a folder with their content."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "cp1252", "gb18030"])
def test_the_output_has_the_encoding_and_mark_of_the_input(
    call: Call, tmp_path: Path, codec: str, mark: str
) -> None:
    if mark and not codec.startswith("utf"):
        pytest.skip("no byte-order mark")
    raw, restored = ((mark + text).encode(codec) for text in (SPUN, RESTORED))
    asked = [] if mark else ["--encoding", codec]
    (tmp_path / "a.txt").write_bytes(raw)
    assert call("correct", *asked, "a.txt").stdout_bytes == restored
    assert call("correct", *asked, stdin=raw).stdout_bytes == restored
    call("correct", *asked, "--output", "out", "a.txt")
    assert (tmp_path / "out" / "a.txt").read_bytes() == restored
    answer = json.loads(call("correct", *asked, "--json", "a.txt").stdout_bytes)
    assert answer["text"] == mark + RESTORED
    (edit,) = answer["edits"]
    assert (mark + SPUN)[edit["start"] : edit["end"]] == edit["source"] == "decrease home"
    shown = call("correct", *asked, "--diff", "a.txt").stdout_bytes.decode()
    assert shown == mark + SPUN.replace("decrease home", "[-decrease home-]{+lower house+}")
    call("correct", *asked, "--in-place", "a.txt")
    assert (tmp_path / "a.txt").read_bytes() == restored


@pytest.mark.parametrize(
    ("text", "encoding", "character"),
    [
        ("a naive cheque", "cp1252", "č"),
        ("a naive one", "ascii", "ï"),
        ("x\n" * 9 + "cheque", "latin-1", "č"),
    ],
)
def test_a_wording_that_cannot_be_written_is_one_line_and_leaves_the_file(
    refused: Refused, tmp_path: Path, text: str, encoding: str, character: str
) -> None:
    (tmp_path / "a.txt").write_bytes(text.encode(encoding))
    for options in (["--in-place"], ["--output", "out"]):
        line = refused("correct", "--encoding", encoding, *options, "a.txt")
        assert line.startswith("despin: a.txt: ") and f"'{character}'" in line
    assert (tmp_path / "a.txt").read_bytes() == text.encode(encoding)
    assert tree(tmp_path / "out") == {}


@pytest.mark.parametrize("name", ["nonsense", "hex", ""])
def test_an_unknown_encoding_is_one_line(refused: Refused, name: str) -> None:
    assert "is no text encoding" in refused("correct", "--encoding", name, "a.txt")


def test_relative_paths_are_kept(call: Call, tmp_path: Path) -> None:
    for name in ("a.txt", "one/a.txt", "two/deep/a.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(SPUN.encode())
    done = call("correct", "--output", "out", "a.txt", "./one/a.txt", "two/deep/a.txt", "a.txt")
    assert done.exit_code == 0 and done.output == ""
    assert tree(tmp_path / "out") == dict.fromkeys(
        ("a.txt", "one/a.txt", "two/deep/a.txt"), RESTORED.encode()
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with prose, code, a hidden file and a loop."""
    for name in (
        "in/a.txt",
        "in/deep/b.md",
        "in/deep/c.HTML",
        "in/code.py",
        "in/data.json",
        "in/.hidden.txt",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(SPUN.encode())
    (tmp_path / "in" / "loop").symlink_to(".")
    return tmp_path / "in"


PROSE = ("in/a.txt", "in/deep/b.md", "in/deep/c.HTML")


def test_folders_are_taken_with_recursive(call: Call, folder: Path, tmp_path: Path) -> None:
    done = call("correct", "--recursive", "--output", "out", "in")
    assert done.exit_code == 0 and done.stdout == ""
    assert done.stderr == (
        "despin: in: left out, no known format of prose: 3 (in/code.py, in/data.json, in/loop)\n"
    )
    assert tree(tmp_path / "out") == dict.fromkeys(PROSE, RESTORED.encode())
    for place in (folder, "./in/", "../" + tmp_path.name + "/in"):
        call("correct", "-r", "--output", "again", place)
        assert tree(tmp_path / "again") == tree(tmp_path / "out")


def test_an_output_folder_inside_is_not_taken(call: Call, folder: Path, tmp_path: Path) -> None:
    for _ in range(2):
        done = call("correct", "-r", "--output", "in/out", "in")
        assert done.exit_code == 0
        assert set(tree(folder / "out")) == set(PROSE)
    assert set(tree(folder / "out")) == set(PROSE)


def test_folders_in_place(call: Call, folder: Path) -> None:
    before = tree(folder)
    assert call("correct", "-r", "--in-place", "in").exit_code == 0
    after = tree(folder)
    changed = {f"in/{name}" for name in before if before[name] != after[name]}
    assert changed == set(PROSE) and after.keys() == before.keys()


def test_folders_that_cannot_be_taken_are_told(call: Call, refused: Refused, folder: Path) -> None:
    assert "in: is a directory; to restore the texts in it, add --recursive" in refused("correct", "in")
    (folder / "empty").mkdir()
    assert "in/empty: no text in it" in refused("correct", "-r", "in/empty")
    many = [f"f{i}.py" for i in range(9)]
    for name in many:
        (folder / "empty" / name).touch()
    done = call("correct", "-r", "in/empty")
    assert done.exit_code == 2 and "9 (in/empty/f0.py" in done.stderr and "and 4 more)" in done.stderr
    done = call("correct", "in", "in/a.txt")  # what can be restored is
    assert done.exit_code == 2 and done.stdout_bytes == RESTORED.encode()


@pytest.mark.parametrize("option", ["--output", "--output=", "--backup", "--in-place"])
def test_options_that_make_no_sense_are_refused(refused: Refused, tmp_path: Path, option: str) -> None:
    (tmp_path / "a.txt").write_bytes(b"x")
    lines = {
        "--output": [["--output", "", "a.txt"]],
        "--output=": [["--output=", "a.txt"], ["--output=a.txt", "a.txt"]],
        "--backup": [
            ["--backup", ".orig", "a.txt"],
            ["--in-place", "--backup", "", "a.txt"],
            ["--in-place", "--backup", "/../x", "a.txt"],
        ],
        "--in-place": [
            ["--in-place", "--json", "a.txt"],
            ["--in-place", "--diff", "a.txt"],
            ["--in-place", "--output", "out", "a.txt"],
            ["--in-place"],
            ["--in-place", "example:clean"],
        ],
    }
    for line in lines[option]:
        assert option.rstrip("=") in refused("correct", *line)
    assert [p.name for p in tmp_path.iterdir() if p.name != ".git"] == ["a.txt"]


@pytest.mark.parametrize("form", ["--json", "--diff"])
def test_an_input_not_yet_read_is_not_overwritten(refused: Refused, tmp_path: Path, form: str) -> None:
    suffix = form.removeprefix("--")
    (tmp_path / "sub").mkdir()
    for name in ("foo", f"foo.{suffix}"):
        (tmp_path / name).write_bytes(SPUN.encode())
    os.link(tmp_path / f"foo.{suffix}", tmp_path / "other")
    before = tree(tmp_path)
    for paths in (
        ["foo", f"foo.{suffix}"],
        ["./sub/../foo", "other"],
        [str(tmp_path / "foo"), f"foo.{suffix}"],
    ):
        assert "would be overwritten" in refused("correct", form, "--output", ".", *paths)
        assert tree(tmp_path) == before


def test_read_only_and_linked_outputs_are_refused(refused: Refused, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(SPUN.encode())
    (tmp_path / "out").mkdir()
    target = tmp_path / "out" / "a.txt"
    target.write_bytes(b"kept")
    target.chmod(0o444)
    assert refused("correct", "--output", "out", "a.txt") == "despin: out/a.txt: is read-only"
    target.rename(tmp_path / "kept")
    target.symlink_to(tmp_path / "kept")
    assert "out/a.txt: is a symbolic link" in refused("correct", "--output", "out", "a.txt")
    (tmp_path / "kept").chmod(0o644)
    assert "out/a.txt: is a symbolic link" in refused("correct", "--output", "out", "a.txt")
    (tmp_path / "a.txt").chmod(0o444)
    assert refused("correct", "--in-place", "a.txt").endswith("a.txt: is read-only")
    assert (tmp_path / "kept").read_bytes() == b"kept"


def test_in_place_with_a_backup(call: Call, refused: Refused, tmp_path: Path) -> None:
    file, other = tmp_path / "a.txt", tmp_path / "b.txt"
    file.write_bytes(SPUN.encode())
    other.write_bytes(b"nothing to restore\n")
    for path in (file, other):
        path.chmod(0o640)
        os.utime(path, ns=(5, 7))
    before = other.stat()
    done = call("correct", "--in-place", "--backup", ".orig", "a.txt", "b.txt")
    assert done.exit_code == 0 and done.output == ""
    assert tree(tmp_path)["a.txt.orig"] == SPUN.encode() and file.read_bytes() == RESTORED.encode()
    assert (file.stat().st_mode & 0o777, file.stat().st_mtime_ns) == (0o640, 7)
    # A file without an edit is not written, and needs no backup.
    after = other.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert other.read_bytes() == b"nothing to restore\n" and not (tmp_path / "b.txt.orig").exists()
    assert "a.txt.orig exists already" in refused("correct", "--in-place", "--backup", ".orig", "a.txt")


def test_in_place_through_a_link(call: Call, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "real.txt").write_bytes(SPUN.encode())
    (tmp_path / "link.txt").symlink_to("sub/real.txt")
    assert call("correct", "--in-place", "link.txt").exit_code == 0
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "sub" / "real.txt").read_bytes() == RESTORED.encode()


def test_a_bad_file_among_good_ones_in_place(call: Call, tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_bytes(b"decrease home caf\xe9")
    (tmp_path / "good.txt").write_bytes(SPUN.encode())
    done = call("correct", "--in-place", "gone.txt", "bad.txt", "good.txt")
    assert done.exit_code == 2
    assert done.stderr.splitlines() == [
        "despin: gone.txt: no such file",
        "despin: bad.txt: not UTF-8 (byte 17); name its encoding, as in --encoding cp1252",
    ]
    assert (tmp_path / "bad.txt").read_bytes() == b"decrease home caf\xe9"
    assert (tmp_path / "good.txt").read_bytes() == RESTORED.encode()


def test_json_is_one_object_a_file(call: Call, tmp_path: Path) -> None:
    from despin.infer.text.blocks import BLOCK_SIZE

    text = "\ufeff" + (SPUN + "x " * 3000 + "\n\n") * 8
    assert len(text) > 2 * BLOCK_SIZE
    (tmp_path / "long.txt").write_text(text, encoding="utf-16-be", newline="")
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "clean.txt").write_bytes(b"nothing here")
    done = call("correct", "--json", "long.txt", "empty.txt", "clean.txt", "gone.txt")
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [a["path"] for a in answers] == ["long.txt", "empty.txt", "clean.txt"]
    assert [a["start"] for a in answers] == [0, 0, 0] and answers[1]["text"] == ""
    assert answers[0]["text"] == text.replace("decrease home", "lower house")
    assert len(answers[0]["edits"]) == 8
    for edit in answers[0]["edits"]:
        assert text[edit["start"] : edit["end"]] == edit["source"]
    assert [a["verdict"] for a in answers] == ["spun", "clean", "clean"]
    assert [a["score"] for a in answers] == [0.9, 0.1, 0.1]


def test_a_file_that_breaks_off_leaves_no_part_of_an_object(call: Call, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(SPUN.encode() * 2000 + b"\xff")
    (tmp_path / "b.txt").write_bytes(SPUN.encode())
    done = call("correct", "--json", "a.txt", "b.txt")
    (line,) = done.stdout.splitlines()
    assert json.loads(line)["path"] == "b.txt" and done.exit_code == 2


def test_names_that_are_no_text(call: Call, tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9\n.txt")
    (tmp_path / name).write_bytes(SPUN.encode())
    done = call("correct", "--output", "out", name, "gone\n.txt")
    assert tree(tmp_path / "out") == {name: RESTORED.encode()}
    assert done.stderr == "despin: gone .txt: no such file\n"
    assert json.loads(call("correct", "--json", name).stdout)["path"] == "caf?\n.txt"


def test_keep_and_also_reach_the_model(call: Call, refused: Refused, stub: object, tmp_path: Path) -> None:
    (tmp_path / "keep").write_text("# ours\nhome\n")
    (tmp_path / "more").write_text("Lively\n")
    (tmp_path / "also").write_text("motor park\tcar park\n")
    call("correct", "--keep", "keep", "--keep", "more", "--also", "also", stdin=b"x")
    arguments = stub.arguments  # type: ignore[attr-defined]
    assert arguments["keep"] == ["home", "Lively"] and arguments["also"] == [("motor park", "car park")]
    assert refused("correct", "--also", "keep", "-").startswith("despin: keep:2: two columns")
    assert refused("correct", "--keep", "gone", "-") == "despin: gone: no such file"
    (tmp_path / "a").write_bytes(b"x")
    assert "keep would be overwritten" in refused("correct", "--keep", "keep", "--output", ".", "./a/../keep")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("$D correct - <&-", "standard input: is closed"),
        ("$D correct a.txt >&-", "standard output is closed"),
        ("$D correct --output out a.txt >&-", "standard output is closed"),
        ("$D correct a.txt > /dev/full", "No space left on device"),
        ("$D correct --json a.txt > /dev/full", "No space left on device"),
        ("$D correct --show-config > /dev/full", "No space left on device"),
        ("$D correct a.txt >> a.txt", "a.txt: is standard output too"),
        ("$D spin a.txt >> a.txt", "a.txt: is standard output too"),
        ("$D correct < a.txt >> a.txt", "standard input: is standard output too"),
        ("$D correct --json - < a.txt >> a.txt", "standard input: is standard output too"),
        ("$D spin < a.txt >> a.txt", "standard input: is standard output too"),
    ],
)
def test_streams_that_cannot_be_used_are_one_line(
    in_shell: Shell, tmp_path: Path, line: str, message: str
) -> None:
    (tmp_path / "a.txt").write_bytes(SPUN.encode())
    done = in_shell(line, tmp_path)
    assert (done.returncode, done.stderr.decode()) == (2, f"despin: {message}\n")
    assert tree(tmp_path) == {"a.txt": SPUN.encode()}


@pytest.mark.parametrize("streams", ["2>&-", "2>/dev/full", "<&- 2>&-"])
def test_standard_error_is_not_needed(in_shell: Shell, tmp_path: Path, streams: str) -> None:
    (tmp_path / "a.txt").write_bytes(SPUN.encode())
    done = in_shell(f"$D correct --output out a.txt gone.txt {streams}", tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (2, b"", b"")
    assert tree(tmp_path / "out") == {"a.txt": RESTORED.encode()}


def test_an_output_that_becomes_too_large_leaves_the_old_one(in_shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(SPUN.encode() * 2000)
    (tmp_path / "small.txt").write_bytes(SPUN.encode())
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a.txt").write_bytes(b"old")
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))  # noqa: E731
    done = in_shell("$D correct --output out a.txt small.txt", tmp_path, preexec_fn=limit)
    assert (done.returncode, done.stderr) == (2, b"despin: out/a.txt: File too large\n")
    assert tree(tmp_path / "out") == {"a.txt": b"old", "small.txt": RESTORED.encode()}
    done = in_shell("$D correct --in-place --backup .b a.txt", tmp_path, preexec_fn=limit)
    assert done.returncode == 2 and b"File too large" in done.stderr
    assert set(tree(tmp_path)) == {"a.txt", "small.txt", "out/a.txt", "out/small.txt"}

"""Reading without changing a byte, atomic writing, and errors in one line that names the file."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from despin.cli import exit_on_error
from despin.errors import InputError
from despin.infer.files import read_text, write_stdout, write_text

RAW = [b"", b"a", b"a\r\nb\rc\n", "\ufeffcafé \u2028 🙂\x00".encode()]


def names_in(folder: Path) -> list[str]:
    """The file names in a folder."""
    return sorted(p.name for p in folder.iterdir())


@pytest.mark.parametrize("raw", RAW)
def test_a_file_is_read_byte_for_byte(tmp_path: Path, raw: bytes) -> None:
    file = tmp_path / "in.txt"
    file.write_bytes(raw)
    assert read_text(str(file)).encode() == raw


@pytest.mark.parametrize("raw", RAW)
def test_standard_input_is_read_byte_for_byte(monkeypatch: pytest.MonkeyPatch, raw: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw), encoding="ascii"))
    assert read_text("-").encode() == raw


@pytest.mark.parametrize(
    ("raw", "byte"), [(b"caf\xe9 au lait", 3), (b"\xffa\x00", 0), (b"a\xed\xa0\x80", 1), (b"ab\xc3", 2)]
)
def test_text_that_is_not_utf8_is_reported_with_its_offset(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, raw: bytes, byte: int
) -> None:
    file = tmp_path / "in.txt"
    file.write_bytes(raw)
    with pytest.raises(InputError, match=rf"in\.txt: not UTF-8 \(byte {byte}\)"):
        read_text(str(file))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
    with pytest.raises(InputError, match=rf"^standard input: not UTF-8 \(byte {byte}\)"):
        read_text("-")


def test_a_file_that_cannot_be_read_is_reported(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.txt: no such file"):
        read_text(str(tmp_path / "gone.txt"))
    with pytest.raises(InputError, match="is a directory"):
        read_text(str(tmp_path))
    with pytest.raises(InputError, match="null"):
        read_text("a\x00b")
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(InputError, match="Not a directory"):
        read_text(str(tmp_path / "file" / "in.txt"))


@settings(max_examples=40)
@given(text=st.text(max_size=40))
def test_written_text_is_read_back(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    file = tmp_path_factory.getbasetemp() / "deep" / "out.txt"
    write_text(file, text)
    assert read_text(str(file)) == text
    assert names_in(file.parent) == ["out.txt"]


def test_folders_are_created_and_old_files_replaced(tmp_path: Path) -> None:
    file = tmp_path / "a" / "b" / "out.txt"
    write_text(file, "old and long")
    write_text(file, "new\r\n")
    assert file.read_bytes() == b"new\r\n" and names_in(file.parent) == ["out.txt"]


def test_permissions_follow_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_text(tmp_path / "out.txt", "a")
        assert os.umask(0o027) == 0o027
    finally:
        os.umask(before)
    assert (tmp_path / "out.txt").stat().st_mode & 0o777 == 0o640


def test_a_failed_write_leaves_the_old_file_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "out.txt"
    file.write_bytes(b"old")
    with pytest.raises(UnicodeEncodeError):
        write_text(file, "\ud800")

    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(InputError, match=r"out\.txt: No space left on device"):
        write_text(file, "new")
    assert file.read_bytes() == b"old" and names_in(tmp_path) == ["out.txt"]


def test_a_path_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"kept")
    with pytest.raises(InputError, match=r"file.out\.txt: "):
        write_text(tmp_path / "file" / "out.txt", "a")
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError, match="folder: "):
        write_text(tmp_path / "folder", "a")
    assert names_in(tmp_path) == ["file", "folder"] and (tmp_path / "file").read_bytes() == b"kept"


def test_a_long_name_in_another_script_is_written(tmp_path: Path) -> None:
    file = tmp_path / ("漢" * 84)
    file.write_bytes(b"")  # the file system accepts the name itself
    write_text(file, "a")
    assert file.read_bytes() == b"a"


def test_standard_output_gets_utf8_after_what_was_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii", newline="\r\n"))
    print("before", end="|")
    write_stdout("café\r\n🙂\n")
    assert raw.getvalue() == "before|café\r\n🙂\n".encode()


def test_an_input_error_ends_the_process_with_one_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as exit_info, exit_on_error():
        raise InputError("a.txt: no such file")
    assert exit_info.value.code == 2 and capsys.readouterr().err == "despin: a.txt: no such file\n"
    with exit_on_error():
        pass

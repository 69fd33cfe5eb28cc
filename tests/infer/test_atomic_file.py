"""Files that are replaced whole: what fails leaves the old one, and what must not be replaced is not."""

from __future__ import annotations

import errno
import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from despin.errors import InputError
from despin.infer import atomic_file
from despin.infer.atomic_file import PREFIX, check_replaceable, replace_file


def names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file with the content "old"."""
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    return path


def test_an_error_inside_leaves_the_old_file(file: Path) -> None:
    for error in (ValueError("x"), KeyboardInterrupt(), InputError("y")):
        with pytest.raises(type(error)), replace_file(file) as out:
            out.write(b"new")
            raise error
        assert file.read_bytes() == b"old" and names(file.parent) == ["a.txt"]


def test_a_discarded_file_stays_untouched(file: Path) -> None:
    before = file.stat()
    with replace_file(file, in_place=True, backup=file.with_name("a.bak")) as out:
        out.write(b"new")
        out.discard()
    assert file.stat() == before and names(file.parent) == ["a.txt"]


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o755, 0o666])
@pytest.mark.parametrize("in_place", [False, True])
def test_permissions_of_the_old_file_are_kept(file: Path, mode: int, in_place: bool) -> None:
    file.chmod(mode)
    with replace_file(file, in_place=in_place) as out:
        out.write(b"new")
        (temporary,) = file.parent.glob(f"{PREFIX}*")
        assert temporary.stat().st_mode & 0o777 & ~mode == 0 or mode == 0o600
    assert file.stat().st_mode & 0o777 == mode and file.read_bytes() == b"new"


def test_in_place_keeps_times_and_a_backup_is_the_old_file(file: Path) -> None:
    os.utime(file, ns=(1_000_000_007, 2_000_000_009))
    inode = file.stat().st_ino
    backup = file.with_name("a.txt.orig")
    with replace_file(file, in_place=True, backup=backup) as out:
        out.write(b"new")
    assert file.stat().st_mtime_ns == backup.stat().st_mtime_ns == 2_000_000_009
    assert (file.read_bytes(), backup.read_bytes()) == (b"new", b"old")
    assert backup.stat().st_ino == inode != file.stat().st_ino


def test_a_backup_is_copied_where_there_are_no_hard_links(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_link(source: Path, target: Path) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_link)
    file.chmod(0o640)
    with replace_file(file, in_place=True, backup=file.with_name("b")) as out:
        out.write(b"new")
    assert (file.read_bytes(), (file.parent / "b").read_bytes()) == (b"new", b"old")
    assert (file.parent / "b").stat().st_mode & 0o777 == 0o640 and names(file.parent) == ["a.txt", "b"]


def test_an_existing_backup_is_not_overwritten(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    backup = file.with_name("b")
    backup.write_bytes(b"first")
    for link in (os.link, lambda *_: (_ for _ in ()).throw(OSError(errno.EPERM, "no"))):
        monkeypatch.setattr(os, "link", link)
        with pytest.raises(InputError, match=r"b: File exists"), replace_file(file, backup=backup) as out:
            out.write(b"new")
        assert (file.read_bytes(), backup.read_bytes()) == (b"old", b"first")
        assert names(file.parent) == ["a.txt", "b"]


def test_a_file_that_changes_meanwhile_is_left_alone(file: Path) -> None:
    for change in (
        lambda: file.write_bytes(b"edited"),
        lambda: os.utime(file, ns=(1, 1)),
        lambda: (file.unlink(), file.write_bytes(b"old")),
    ):
        with pytest.raises(InputError, match="was changed by something else"):  # noqa: SIM117
            with replace_file(file, in_place=True) as out:
                out.write(b"new")
                change()
        assert file.read_bytes() in (b"edited", b"old") and names(file.parent) == ["a.txt"]
        file.write_bytes(b"old")


def test_what_must_not_be_replaced(tmp_path: Path) -> None:
    real = tmp_path / "real"
    real.write_bytes(b"kept")
    (tmp_path / "link").symlink_to(real)
    (tmp_path / "dangling").symlink_to(tmp_path / "nothing")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    read_only = tmp_path / "read-only"
    read_only.write_bytes(b"kept")
    read_only.chmod(0o444)
    for name, message in {
        "link": "is a symbolic link",
        "dangling": "is a symbolic link",
        "folder": "is a directory",
        "pipe": "is no regular file",
        "read-only": "is read-only",
        "real/x": "Not a directory",
        "a\0b": "null",
    }.items():
        with pytest.raises(InputError, match=message):
            check_replaceable(tmp_path / name)
        with pytest.raises(InputError, match=message), replace_file(tmp_path / name) as out:
            out.write(b"new")
    check_replaceable(tmp_path / "new")
    assert real.read_bytes() == read_only.read_bytes() == b"kept"
    assert not list(tmp_path.glob(f"{PREFIX}*"))


@pytest.mark.parametrize("fails", ["fsync", "chmod", "copystat", "replace", "fdopen", "open"])
def test_a_call_that_fails_leaves_the_old_file(
    file: Path, fails: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **keywords: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    owner = {"replace": Path, "chmod": Path, "copystat": shutil}.get(fails, os)
    real = getattr(owner, fails)
    with pytest.raises((InputError, OSError), match="No space left"):
        monkeypatch.setattr(owner, fails, fail)
        with replace_file(file, in_place=fails not in ("chmod",)) as out:
            out.write(b"new")
    monkeypatch.setattr(owner, fails, real)
    assert file.read_bytes() == b"old" and names(file.parent) == ["a.txt"]
    assert not atomic_file._temporary


WRITE = """
import sys
from pathlib import Path
from despin.errors import InputError
from despin.infer.atomic_file import replace_file
try:
    with replace_file(Path(sys.argv[1])) as out:
        for _ in range(40):
            out.write(b"x" * 4096)
except InputError as error:
    print(error)
"""


def test_a_file_size_limit_is_one_line_and_leaves_the_old_file(file: Path) -> None:
    """What a full disk does, without one: Python ignores the signal, so that writing fails."""
    done = subprocess.run(
        [sys.executable, "-c", WRITE, str(file)],
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)),
    )
    assert (done.stdout, done.stderr) == (f"{file}: File too large\n", "")
    assert file.read_bytes() == b"old" and names(file.parent) == ["a.txt"]


def test_a_full_disk_is_one_line_and_leaves_the_old_file(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "none", disk], capture_output=True
    ).returncode:
        pytest.skip("no file system can be mounted here")
    try:
        (disk / "a.txt").write_bytes(b"old")
        done = subprocess.run([sys.executable, "-c", WRITE, disk / "a.txt"], capture_output=True, text=True)
        assert (done.stdout, done.stderr) == (f"{disk / 'a.txt'}: No space left on device\n", "")
        assert (disk / "a.txt").read_bytes() == b"old" and names(disk) == ["a.txt"]
    finally:
        subprocess.run(["umount", disk], check=True)

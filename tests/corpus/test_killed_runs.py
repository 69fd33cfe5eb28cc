"""Runs at the command line that are killed, interrupted and watched on a terminal."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pyarrow")
pytest.importorskip("fsspec")
psutil: Any = pytest.importorskip("psutil")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL, process groups, terminals")

Digests = Callable[[Path], dict[str, str]]
OPTIONS = ["--read", "none", "--workers", "2", "--part-documents", "10"]


@pytest.fixture
def many(lines: Path) -> Path:
    """The documents ten times: 2,000, 200 parts."""
    lines.write_bytes(lines.read_bytes() * 10)
    return lines


@pytest.fixture
def start() -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts a run as the first of a process group, as a shell does."""
    started: list[subprocess.Popen[bytes]] = []

    def call(path: Path, out: Path, **options: Any) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "despin", "corpus", str(path), "--out", str(out), *OPTIONS]
        given = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
        started.append(subprocess.Popen(command, start_new_session=True, **given))
        return started[-1]

    yield call
    for process in started:
        process.kill()
        process.wait()


def wait_for_parts(process: subprocess.Popen[bytes], out: Path, number: int) -> list[Any]:
    """Wait until so many parts are done; the processes below the run then."""
    while process.poll() is None:
        if len(list((out / "__despin").glob("part-*.json"))) >= number:
            return list(psutil.Process(process.pid).children(recursive=True))
        time.sleep(0.005)
    raise AssertionError(f"ended before {number} parts were done: {process.communicate()}")


def test_a_killed_run_leaves_no_process_and_ends_as_an_undisturbed_one(
    start: Callable[..., subprocess.Popen[bytes]], many: Path, tmp_path: Path, digests: Digests
) -> None:
    assert start(many, tmp_path / "calm").wait() == 0
    out = tmp_path / "killed"
    run = start(many, out)
    workers = wait_for_parts(run, out, 3)
    run.kill()
    assert psutil.wait_procs(workers, 10)[1] == []
    done = len(list((out / "__despin").glob("part-*.json")))
    assert done < 150
    run = start(many, out)
    workers = wait_for_parts(run, out, done + 5)
    worker = next(p for p in workers if "resource_tracker" not in " ".join(p.cmdline()))
    worker.kill()
    assert run.wait() == 0
    assert digests(out) == digests(tmp_path / "calm")


@pytest.mark.parametrize("moment", ["while its workers start", "while they work"])
def test_ctrl_c_is_one_line_and_leaves_nothing_half_written(
    start: Callable[..., subprocess.Popen[bytes]], many: Path, tmp_path: Path, moment: str
) -> None:
    out = tmp_path / "out"
    run = start(many, out)
    while not (workers := psutil.Process(run.pid).children()) and run.poll() is None:
        time.sleep(0.005)
    if moment == "while they work":
        workers = wait_for_parts(run, out, 3)
    os.killpg(run.pid, signal.SIGINT)  # what the terminal sends: to all processes of the group
    said = run.communicate()
    assert (run.returncode, *said) == (130, b"", b"despin: interrupted\n")
    assert psutil.wait_procs(workers, 10)[1] == []
    assert list(tmp_path.rglob(".despin-*")) == []


def test_progress_is_for_terminals(
    start: Callable[..., subprocess.Popen[bytes]], many: Path, tmp_path: Path
) -> None:
    import pty
    import termios

    quiet = start(many, tmp_path / "quiet").communicate()
    assert quiet[0].startswith(b"documents") and quiet[1] == b""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 120))
    run = start(many, tmp_path / "shown", stderr=theirs)
    os.close(theirs)
    shown = b""
    try:
        while chunk := os.read(ours, 1 << 16):
            shown += chunk
    except OSError:  # the end of a terminal on Linux
        pass
    os.close(ours)
    assert run.communicate()[0] == quiet[0]
    for word in (b"words/s", b"documents", b"spun", b"<", b"%"):
        assert word in shown
    assert shown.count(b"\n") == 0, "it stays on one line"

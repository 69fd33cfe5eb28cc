"""A signal ends `despin correct` promptly: one line, the status of a shell, the old file or the new one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

SPUN = b"The decrease home met.\n" * 3000
RESTORED = SPUN.replace(b"decrease home", b"lower house")
SIGNALS = [(signal.SIGINT, "interrupted"), (signal.SIGTERM, "terminated"), (signal.SIGHUP, "hung up")]
PATIENCE = 60
"""Seconds after which a state that does not come is a failure."""


def default_signals() -> None:
    """A test run in the background may ignore them, and its children would inherit that."""
    for number, _ in SIGNALS:
        signal.signal(number, signal.SIG_DFL)


@contextmanager
def started(command: list[str], folder: Path, **keywords: object) -> Iterator[subprocess.Popen[bytes]]:
    """A process with pipes, ended by force if the block leaves it running."""
    process = subprocess.Popen(
        command,
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **{"preexec_fn": default_signals, **keywords},  # type: ignore[call-overload]
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            assert pipe is not None
            with suppress(OSError):  # what is left for the process to read
                pipe.close()


def wait_for(process: subprocess.Popen[bytes], state: object) -> None:
    """Wait until ``state()`` holds; the process must not end before."""
    limit = time.monotonic() + PATIENCE
    while not state():  # type: ignore[operator]
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < limit
        time.sleep(0.005)


@pytest.mark.parametrize(("number", "message"), SIGNALS)
@pytest.mark.parametrize("target", ["output", "stream"])
def test_it_leaves_no_file_and_says_so_in_one_line(
    stub_command: list[str], tmp_path: Path, number: signal.Signals, message: str, target: str
) -> None:
    """Stopped where it waits for the rest of its input, with a temporary file open."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "a.txt").write_bytes(b"The decrease home met.\n")
    paths = ["--output", "out", "a.txt", "pipe"] if target == "output" else ["--output", "out", "-"]
    with started([*stub_command, "correct", *paths], tmp_path) as process:
        assert process.stdin
        if target == "stream":
            process.stdin.write(SPUN)
            process.stdin.flush()
        else:  # the first file is done, the second waits for a writer
            wait_for(process, (tmp_path / "out" / "a.txt").exists)
        wait_for(process, lambda: list(tmp_path.glob("out/.despin-*")))
        process.send_signal(number)
        assert process.wait(timeout=PATIENCE) == 128 + number
        assert process.stderr and process.stderr.read() == f"despin: {message}\n".encode()
    assert [p.name for p in (tmp_path / "out").iterdir()] == (["a.txt"] if target == "output" else [])


IN_NATIVE_CODE = """
import ctypes, sys, threading
from pathlib import Path
import despin.infer.despinner

class Waiting:
    def __init__(self, *a, **k): pass
    def correct_blocks(self, chunks, format="text"):
        for chunk in chunks:
            Path("ready").touch()
            while True:
                ctypes.CDLL(None).sleep(600)  # a call without the lock of the interpreter
            yield

despin.infer.despinner.Despinner = Waiting
# A thread that the interpreter would wait for at its end, as those of a model.
threading.Thread(target=lambda: threading.Event().wait()).start()
from despin.cli import main
main()
"""


@pytest.mark.parametrize(("number", "message"), SIGNALS)
def test_it_ends_where_the_main_thread_is_in_native_code(
    tmp_path: Path, number: signal.Signals, message: str
) -> None:
    (tmp_path / "a.txt").write_bytes(SPUN)
    command = [sys.executable, "-c", textwrap.dedent(IN_NATIVE_CODE), "correct", "--in-place", "a.txt"]
    with started(command, tmp_path) as process:
        wait_for(process, (tmp_path / "ready").exists)
        assert list(tmp_path.glob(".despin-*"))
        process.send_signal(number)
        assert process.wait(timeout=PATIENCE) == 128 + number
        assert process.stderr and process.stderr.read() == f"despin: {message}\n".encode()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.txt", "ready"]
    assert (tmp_path / "a.txt").read_bytes() == SPUN


def test_an_ignored_signal_stays_ignored(stub_command: list[str], tmp_path: Path) -> None:
    def ignore() -> None:
        for number, _ in SIGNALS:
            signal.signal(number, signal.SIG_IGN)

    with started([*stub_command, "correct", "--output", "out", "-"], tmp_path, preexec_fn=ignore) as process:
        assert process.stdin
        process.stdin.write(SPUN)
        process.stdin.flush()
        wait_for(process, lambda: list(tmp_path.glob("out/.despin-*")))
        for number, _ in SIGNALS:
            process.send_signal(number)
        process.stdin.write(SPUN)
        process.stdin.close()
        assert process.wait(timeout=PATIENCE) == 0
    assert (tmp_path / "out" / "stdin.txt").read_bytes() == RESTORED * 2


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_at_any_moment_there_is_the_old_file_or_the_new_one(
    stub_command: list[str], tmp_path: Path, number: signal.Signals
) -> None:
    """The moments are those at which the folder has changed once, twice, … since the start."""
    ended = []
    for moment in range(6):
        folder = tmp_path / str(moment)
        folder.mkdir()
        for name in "abc":
            (folder / name).write_bytes(SPUN)
        with started([*stub_command, "correct", "--in-place", "--backup", ".b", *"abc"], folder) as process:
            seen = {frozenset(os.listdir(folder))}  # noqa: PTH208
            while len(seen) < 2 + moment and process.poll() is None:
                seen.add(frozenset(os.listdir(folder)))  # noqa: PTH208
            process.send_signal(number)
            ended.append(process.wait(timeout=PATIENCE))
        for name in "abc":
            content = (folder / name).read_bytes()
            assert content in (SPUN, RESTORED)
            if content == RESTORED:
                assert (folder / f"{name}.b").read_bytes() == SPUN
        if number != signal.SIGKILL:
            assert not list(folder.glob(".despin-*"))
    stopped = -number if number == signal.SIGKILL else 128 + number
    # After its work the process may also be ended by the signal itself, as it shuts down.
    assert set(ended) <= {0, stopped, -number} and stopped in ended


def test_handlers_are_restored() -> None:
    from despin.signals import exit_on_signal

    before = [signal.getsignal(number) for number, _ in SIGNALS]
    for _ in range(3):
        with exit_on_signal():
            pass
        assert [signal.getsignal(number) for number, _ in SIGNALS] == before
    assert signal.set_wakeup_fd(-1) == -1

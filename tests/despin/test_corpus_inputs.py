"""`despin corpus` with options and inputs that cannot be used: one line, status 2, and nothing is written."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("fsspec")
Run = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--field", ""], "field must name a column"),
        (["--mode", "correct", "--read", "none"], "mode correct needs the model"),
        (["--prefix", os.fsdecode(b"\xff")], "prefix must be a string that UTF-8 can hold"),
        (["--field", "body"], "a.jsonl: line 1: no field 'body'; fields: text"),
        (["--threshold", "2"], "threshold"),
        (["none.jsonl"], "none.jsonl: no such file"),
        (["/dev/null"], "/dev/null: is no regular file"),
        (["foo://a.jsonl"], "Protocol not known: foo"),
    ],
)
def test_bad_options_and_inputs(despin: Run, tmp_path: Path, args: list[str], message: str) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "a"}\n')
    done = despin("corpus", "a.jsonl", "--out", "out", *args, cwd=tmp_path)
    assert done.returncode == 2 and done.stdout == b""
    assert done.stderr.count(b"\n") == 1 and message in done.stderr.decode(), done.stderr
    assert not (tmp_path / "out").exists()


def test_a_data_set_that_cannot_be_reached_is_one_line(despin: Run, tmp_path: Path) -> None:
    pytest.importorskip("datasets")
    done = despin("corpus", "owner/name-of-none", "--out", "out", cwd=tmp_path)  # offline: HF_HUB_OFFLINE=1
    assert done.returncode == 2 and done.stderr.count(b"\n") == 1, done.stderr
    assert b"data set owner/name-of-none: " in done.stderr

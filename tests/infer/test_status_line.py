"""Progress is told where a person looks at it, and leaves no trace."""

from __future__ import annotations

import io
import sys

import pytest

from despin.infer import status_line as progress
from despin.infer.status_line import StatusLine


class Terminal(io.StringIO):
    """Standard error that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_terminal_is_told_and_wiped(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = Terminal()
    monkeypatch.setattr(sys, "stderr", shown)
    monkeypatch.setattr(progress, "UPDATE_SECONDS", 0.0)
    going = StatusLine()
    going.clear()
    assert shown.getvalue() == ""
    going.add("a.txt", 1200)
    told = shown.getvalue()
    assert told.startswith("\rdespin: a.txt: 1,200 words, ")
    going.clear()
    assert shown.getvalue()[len(told) :] == "\r" + " " * (len(told) - 1) + "\r"


def test_not_more_often_than_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = Terminal()
    monkeypatch.setattr(sys, "stderr", shown)
    going = StatusLine()
    for _ in range(100):
        going.add("a.txt", 1)
    assert shown.getvalue().count("\r") <= 1


def test_nobody_else_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = io.StringIO()
    monkeypatch.setattr(sys, "stderr", shown)
    monkeypatch.setattr(progress, "UPDATE_SECONDS", 0.0)
    going = StatusLine()
    going.add("a.txt", 1)
    going.clear()
    assert shown.getvalue() == ""

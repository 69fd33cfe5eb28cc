"""The service on a loopback port, with the embedded checkpoint."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any

import pytest

pytest.importorskip("fastapi")

from despin.infer.correction import Correction
from despin.infer.despinner import Despinner
from despin.infer.long_text import LongText
from despin.serve.app import create_app
from despin.serve.server import running
from despin.serve.service_settings import ServiceSettings

Serving = Callable[..., AbstractContextManager[str]]
"""Takes a Despinner and the fields of ServiceSettings; gives the address."""


@pytest.fixture(scope="session")
def loaded() -> Despinner:
    """The embedded checkpoint in one thread."""
    return Despinner(threads=1)


class Gate:
    """A Despinner that restores nothing until it is opened."""

    mode = "fast"

    def __init__(self, despinner: Despinner) -> None:
        self._despinner = despinner
        self.checkpoint_folder = despinner.checkpoint_folder
        self.opened = threading.Event()
        self.rounds: list[int] = []

    def with_options(self, **options: Any) -> Gate:
        """This one, whatever the options."""
        self._despinner.with_options(**options)
        return self

    def correct_together(self, texts: Sequence[LongText]) -> list[Correction | None]:
        """As the library does it, when the gate is open."""
        self.rounds.append(len(texts))
        self.opened.wait(20)
        return self._despinner.correct_together(texts)

    def _finish(self, document: Any) -> Correction:
        return self._despinner._finish(document)


@pytest.fixture
def gate(loaded: Despinner) -> Iterator[Gate]:
    """Opened at the end, so that a failed test leaves no thread waiting."""
    gate = Gate(loaded)
    yield gate
    gate.opened.set()


@pytest.fixture(scope="session")
def serving() -> Serving:
    """Starts a service, which is shut down behind the block."""
    return _serving


def _serving(despinner: Any, **settings: Any) -> AbstractContextManager[str]:
    return running(create_app(despinner, ServiceSettings(**settings)))

"""Workers on this machine: processes that each hold a model, and that end with what started them."""

from __future__ import annotations

import os
import queue
import signal
import threading
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import connection, get_context, resource_tracker
from typing import Any

from despin.corpus.done_parts import DoneParts
from despin.corpus.parts import Part, Source
from despin.corpus.task import Progress, Report, Task, collect, parts_to_do
from despin.errors import DespinError
from despin.infer.atomic_file import end_postponed, remove_temporary_files

ATTEMPTS = 2
"""How often a part is done whose process is ended by something else; then it is taken for the reason."""
PATIENCE = 5.0
"""Seconds in which a process ends that is told to."""


@dataclass(frozen=True)
class LocalWorkers:
    """Does parts in processes of this machine; a single worker is this process itself."""

    workers: int

    def run(self, task: Task, sources: Sequence[Source], done: DoneParts, report: Report) -> dict[str, str]:
        """As `despin.corpus.task.Executor`. Raises DespinError if no process can be started."""
        found = (
            item for source in sources for item in parts_to_do(source, task.settings, done.numbers(source))
        )
        results = _alone(task, found) if self.workers == 1 else _in_processes(task, found, self.workers)
        with closing(results):
            return collect(results, report)


def _alone(task: Task, found: Iterator[Part | Progress]) -> Generator[Progress]:
    reader = task.reader()
    for item in found:
        yield task.do(item, reader) if isinstance(item, Part) else item


def _in_processes(task: Task, found: Iterator[Part | Progress], workers: int) -> Generator[Progress]:
    """What comes of each part, as they are done. Each worker has one part; one more waits, read ahead."""
    started: list[_Worker] = []
    idle: list[_Worker] = []
    busy: dict[Any, _Worker] = {}
    ahead: Part | None = None
    exhausted = False
    try:
        while True:
            while ahead is None and not exhausted:
                item = next(found, None)
                if isinstance(item, Progress):
                    yield item
                else:
                    ahead, exhausted = item, item is None
            if ahead is not None and len(busy) < workers:
                if not idle:
                    idle.append(_Worker(task))
                    started += idle
                worker = idle.pop()
                worker.take(ahead)
                busy[worker.connection] = worker
                ahead = None
                continue
            if not busy:
                return
            for ready in connection.wait(list(busy)):
                worker = busy.pop(ready)
                result = worker.result()
                if result is not None:
                    yield result
                if worker.part is None:
                    idle.append(worker)
                else:
                    busy[worker.connection] = worker
    finally:
        for worker in started:
            worker.end()


class _Worker:
    """A process that does one part after the other, and is replaced when it dies."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self.part: Part | None = None
        """What it is at."""
        self._deaths = self._failed_starts = 0
        self._start()

    def _start(self) -> None:
        # Not forked: the libraries of the model have threads, which do not survive it.
        context = get_context("spawn")
        self.connection, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(self._task, theirs), daemon=True)
        self._is_ready = False
        with end_postponed(), _interrupts_blocked():  # what is half begun ends with a traceback
            self._process.start()
        theirs.close()

    def take(self, part: Part) -> None:
        """Begin with a part, as soon as the process is ready."""
        self.part, self._deaths = part, 0
        if self._is_ready:
            self._send()

    def _send(self) -> None:
        with suppress(OSError):  # where it died, reading from the connection tells
            self.connection.send(self.part)

    def result(self) -> Progress | None:
        """What has come: the result, or None where it is only ready, or was started again.

        Raises DespinError if it cannot be started.
        """
        assert self.part is not None
        try:
            received: Progress | None = self.connection.recv()
        except (EOFError, OSError):
            return self._replace(self.part)
        if received is None:
            self._is_ready, self._failed_starts = True, 0
            self._send()
        else:
            self.part = None
        return received

    def _replace(self, part: Part) -> Progress | None:
        """Start another process for the part; if it was the last attempt, the part failed."""
        if self._is_ready:
            self._deaths += 1
        else:
            self._failed_starts += 1
        self.end()
        if self._failed_starts == ATTEMPTS:
            raise DespinError(
                "a worker process cannot be started; a script of your own must call this under "
                'if __name__ == "__main__", or with workers=1'
            )
        self._start()
        if self._deaths < ATTEMPTS:
            return None
        self.part = None
        reason = f"its process was ended {ATTEMPTS} times, for want of memory perhaps (--part-documents)"
        return Progress(part.name, part.source, part.position, failure=reason)

    def end(self) -> None:
        """End the process, whatever it is at."""
        self.connection.close()
        self._process.join(PATIENCE)
        if self._process.is_alive():  # in native code that lets no other thread run
            self._process.kill()
            self._process.join()


@contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """Keep Ctrl-C from processes that are started meanwhile: the first one ends, and they with it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # else it is started with the first of them, and lets go of the signal
    earlier = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, earlier)


def _work(task: Task, connection: connection.Connection) -> None:
    """The life of a worker process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # where it cannot be blocked
    received: queue.SimpleQueue[Part] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(connection, received), daemon=True).start()
    reader = task.reader()
    try:
        connection.send(None)
        while True:
            connection.send(task.do(received.get(), reader))
    except OSError:
        _end()


def _receive(connection: connection.Connection, received: queue.SimpleQueue[Part]) -> None:
    """Take parts; end this process at once when the one that sends them hangs up or is gone."""
    try:
        while True:
            received.put(connection.recv())
    except (EOFError, OSError):
        _end()


def _end() -> None:
    remove_temporary_files()
    os._exit(0)

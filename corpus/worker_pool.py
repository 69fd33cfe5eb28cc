"""Workers on this machine: processes that each hold a model, and that end with the process that started them."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import connection, get_context, parent_process

from despin.corpus.document_reader import DocumentReader
from despin.corpus.output_folder import PartRecord
from despin.corpus.parts import Part, Source
from despin.corpus.task import Progress, Task, parts_to_do
from despin.errors import InputError

PARTS_AHEAD = 2
"""Parts that wait for each worker; more would only take memory."""
MAX_FAILURES = 5
"""Parts in a row that could not be written, after which a run ends: the disk is full, say."""
Report = Callable[[Progress], None]


@dataclass(frozen=True)
class LocalWorkers:
    """Does parts in processes of this machine; one worker is this process itself."""

    workers: int

    def run(
        self, task: Task, sources: Sequence[Source], done: frozenset[str], report: Report
    ) -> dict[str, str]:
        """As `despin.corpus.task.Executor`."""
        failures: dict[str, str] = {}
        in_a_row = 0

        def skip(part: Part) -> None:
            report(Progress(part.source, part.position, None))

        parts = parts_to_do(sources, task.settings, done, skip)
        results = self._alone(task, parts) if self.workers == 1 else _Pool(task, self.workers).results(parts)
        for part, record in results:
            if isinstance(record, PartRecord):
                in_a_row = 0
                report(Progress(part.source, part.position, record))
                continue
            failures[part.name] = record
            in_a_row += 1
            report(Progress(part.source, part.position, None))
            if in_a_row == MAX_FAILURES:
                failures["the rest"] = "not begun, since nothing could be written any more"
                break
        return failures

    def _alone(self, task: Task, parts: Iterator[Part]) -> Iterator[tuple[Part, PartRecord | str]]:
        reader = task.reader()
        for part in parts:
            try:
                yield part, task.do(part, reader)
            except InputError as error:
                yield part, str(error)


class _Pool:
    """A pool of processes that is made anew when one of them dies.

    `concurrent.futures` gives up a pool whose process was killed. Which part it was at cannot be told, so all
    parts that were under way are done again one by one; one that ends its process then too is a failure.
    """

    def __init__(self, task: Task, workers: int) -> None:
        self._task, self._workers = task, workers

    def results(self, parts: Iterator[Part]) -> Iterator[tuple[Part, PartRecord | str]]:
        """Each part with its record, or the reason why there is none, as they are done."""
        pool = self._started(self._workers)
        try:
            under_way: dict[Future[PartRecord], Part] = {}
            exhausted = False
            while under_way or not exhausted:
                broken: list[Part] = []
                try:
                    while not exhausted and len(under_way) < self._workers * PARTS_AHEAD:
                        part = next(parts, None)
                        if part is None:
                            exhausted = True
                        else:
                            broken = [part]
                            under_way[pool.submit(_do, part)] = part
                            broken = []
                except BrokenProcessPool:
                    pass
                for future in wait(under_way, return_when=FIRST_COMPLETED).done:
                    part = under_way.pop(future)
                    try:
                        yield part, future.result()
                    except InputError as error:
                        yield part, str(error)
                    except BrokenProcessPool:
                        broken.append(part)
                if broken:
                    broken += under_way.values()
                    under_way = {}
                    pool.shutdown(wait=False, cancel_futures=True)
                    yield from self._one_by_one(broken)
                    pool = self._started(self._workers)
        finally:
            pool.shutdown(cancel_futures=True)

    def _one_by_one(self, parts: Sequence[Part]) -> Iterator[tuple[Part, PartRecord | str]]:
        for part in parts:
            pool = self._started(1)
            try:
                yield part, pool.submit(_do, part).result()
            except InputError as error:
                yield part, str(error)
            except BrokenProcessPool:
                yield part, "its process ended twice, for want of memory perhaps (--part-documents)"
            finally:
                pool.shutdown(cancel_futures=True)

    def _started(self, workers: int) -> ProcessPoolExecutor:
        # Not forked: the libraries of the model have threads, which do not survive it.
        return ProcessPoolExecutor(
            workers, mp_context=get_context("spawn"), initializer=_begin, initargs=(self._task,)
        )


_worker: tuple[Task, DocumentReader] | None = None
"""Of a worker process: what it does, and with what."""


def _begin(task: Task) -> None:
    global _worker
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the first process, and this one with it
    _worker = task, task.reader()
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _do(part: Part) -> PartRecord:
    assert _worker is not None
    task, reader = _worker
    return task.do(part, reader)


def _end_with_parent() -> None:
    """End this process when the one that started it is gone: killed, it could not tell."""
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)

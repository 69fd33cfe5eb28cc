"""Restores the texts of several clients together, in one thread beside the event loop.

Texts are taken block by block in turn, so that a short one need not wait for the end of a long one; the
blocks of a round share the model's batches. A text that is given up, by its client or because its time is
over, is left at the next block.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import suppress
from typing import Any

from despin.errors import InputError
from despin.infer.correction import Correction, join_corrections
from despin.infer.despinner import Despinner
from despin.infer.long_text import LongText
from despin.infer.text.blocks import BLOCK_SIZE
from despin.infer.text.reading import FORMATS, Format
from despin.serve.service_settings import ServiceSettings

CHARACTERS_PER_SECOND = 10_000
"""How fast texts are taken to be restored when a client is told when to come back."""
SHORT = 4_096
"""Characters up to which a text is short."""
MAX_UNREAD = 4
"""Blocks that wait for a client to read them, from which on its text is not gone on with."""
MAX_RETRY_AFTER = 120
"""Seconds."""


class Busy(Exception):
    """Too many texts wait; the client should come back after some seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"too many texts wait; try again after {retry_after} s")
        self.retry_after = retry_after


class TimedOut(Exception):
    """A text was not restored within the time limit."""


class Closed(Exception):
    """The service is shutting down."""


class ModeMissing(Exception):
    """The mode best was asked for, and the service has no language model."""


class _Job:
    """A text that was accepted. Its blocks' corrections are put into ``results``, then None or an error."""

    def __init__(self, despinner: Despinner, text: str, format: Format, seconds: float) -> None:
        self.text = LongText(despinner, [text], format)
        self.mode = despinner.mode
        self.left = len(text)
        """Characters that are not yet restored."""
        self.deadline = time.monotonic() + seconds
        self.is_cancelled = False
        self.unread = 0
        """Results that were put and not yet taken."""
        self.loop: asyncio.AbstractEventLoop = asyncio.get_running_loop()
        self.results: asyncio.Queue[Correction | BaseException | None] = asyncio.Queue()

    @property
    def is_given_up(self) -> bool:
        """Whether nobody waits for it any more."""
        return self.is_cancelled or self.deadline < time.monotonic()


class Restorer:
    """The one user of a Despinner in a service. `start` before use, `close` at the end."""

    def __init__(self, despinner: Despinner, settings: ServiceSettings | None = None) -> None:
        self.despinner = despinner
        self.settings = settings or ServiceSettings()
        self._jobs: deque[_Job] = deque()
        self._changed = threading.Condition()
        self._is_closing = False
        self._thread = threading.Thread(target=self._work, name="restorer", daemon=True)
        self.on_correction: Callable[[Correction], None] = _ignore
        """Called with each block's correction, in the restoring thread."""

    def start(self) -> None:
        """Start the restoring thread."""
        self._thread.start()

    def close(self) -> None:
        """Accept nothing more, and return when all that was accepted is restored."""
        with self._changed:
            self._is_closing = True
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join()

    @property
    def waiting(self) -> int:
        """Texts that are accepted and not yet restored."""
        return len(self._jobs)

    async def correct(self, text: str, format: Format = "text", **options: Any) -> Correction:
        """The correction of a text, as `Despinner.correct_blocks` gives it.

        ``options`` as those of `Despinner.with_options`. Raises InputError for a bad one, Busy, Closed, and
        TimedOut.
        """
        return (await self.correct_all([text], format, **options))[0]

    async def correct_all(
        self, texts: Iterable[str], format: Format = "text", **options: Any
    ) -> list[Correction]:
        """The corrections of several texts, all accepted or none. Raises as `correct`."""
        jobs = self._accept(list(texts), format, options)
        try:
            return [join_corrections([part async for part in self._results(job)]) for job in jobs]
        finally:
            for job in jobs:
                job.is_cancelled = True

    def stream(self, text: str, format: Format = "text", **options: Any) -> AsyncIterator[Correction]:
        """The corrections of a text's blocks, each as soon as it is made; their sources join to the text.

        Raises as `correct`: Busy, Closed and InputError at the call, TimedOut on the way.
        """
        (job,) = self._accept([text], format, options)
        return self._results(job)

    async def _results(self, job: _Job) -> AsyncIterator[Correction]:
        try:
            while (result := await self._next_result(job)) is not None:
                if isinstance(result, BaseException):
                    raise result
                yield result
        finally:
            job.is_cancelled = True

    async def _next_result(self, job: _Job) -> Correction | BaseException | None:
        try:
            async with asyncio.timeout(max(job.deadline - time.monotonic(), 0)):
                result = await job.results.get()
        except TimeoutError:
            return self._timed_out()
        with self._changed:
            job.unread -= 1
            self._changed.notify()
        return result

    def _timed_out(self) -> TimedOut:
        return TimedOut(f"not restored within {self.settings.timeout:g} s")

    def _accept(self, texts: list[str], format: Format, options: dict[str, Any]) -> list[_Job]:
        if format not in FORMATS:
            raise InputError(f"format must be one of {', '.join(FORMATS)}, got {format!r}")
        if options.get("mode") == "best" and self.despinner.mode != "best":
            raise ModeMissing("the service has no language model: mode must be fast")
        try:
            despinner = self.despinner.with_options(**options)
        except ValueError as error:
            raise InputError(str(error)) from None
        with self._changed:
            if self._is_closing:
                raise Closed
            # One request with many texts may pass the bound where nothing waits, or it could never be served.
            wanted = [job for job in self._jobs if not job.is_given_up]
            if wanted and len(wanted) + len(texts) > self.settings.max_queue:
                waiting = sum(job.left for job in wanted) / CHARACTERS_PER_SECOND
                raise Busy(min(max(round(waiting), 1), MAX_RETRY_AFTER))
            jobs = [_Job(despinner, text, format, self.settings.timeout) for text in texts]
            self._jobs += jobs
            self._changed.notify()
        return jobs

    def _work(self) -> None:
        while jobs := self._next_round():
            for mode in {job.mode for job in jobs}:
                self._restore([job for job in jobs if job.mode == mode])

    def _next_round(self) -> list[_Job]:
        """The texts whose next blocks are restored together; none when the service is at its end."""
        with self._changed:
            while True:
                self._drop_given_up()
                ready = [job for job in self._jobs if job.unread < MAX_UNREAD]
                if ready:
                    break
                if self._is_closing and not self._jobs:
                    return []
                self._changed.wait(1.0 if self._jobs else None)
            jobs: list[_Job] = []
            characters = 0
            # Short texts first, which then wait for one block of a long one at most; of the long ones at
            # least one in each round, in turn.
            for job in sorted(ready, key=lambda job: job.left > SHORT):
                size = min(job.left, BLOCK_SIZE)
                is_turn = job.left > SHORT and not any(other.left > SHORT for other in jobs)
                if characters + size <= self.settings.round_characters or not jobs or is_turn:
                    jobs.append(job)
                    characters += size
            for job in jobs:
                self._jobs.remove(job)
            self._jobs.extend(jobs)
            return jobs

    def _drop_given_up(self) -> None:
        for job in [job for job in self._jobs if job.is_given_up]:
            self._jobs.remove(job)
            self._put(job, self._timed_out())

    def _restore(self, jobs: list[_Job]) -> None:
        """Restore the next block of each of the jobs, which have one mode."""
        despinner = jobs[0].text.despinner
        try:
            corrections = despinner.correct_together([job.text for job in jobs])
        except Exception as error:  # a fault of Despinner must not end the thread
            for job in jobs:
                self._end(job, error)
            return
        for job, correction in zip(jobs, corrections):
            if correction is not None:
                job.left -= len(correction.source)
                self._put(job, correction)
                self.on_correction(correction)
            if job.left <= 0:
                self._end(job, None)

    def _end(self, job: _Job, result: BaseException | None) -> None:
        with self._changed, suppress(ValueError):
            self._jobs.remove(job)
        self._put(job, result)

    def _put(self, job: _Job, result: Correction | BaseException | None) -> None:
        """Hand over a result from the restoring thread; the loop may be gone."""
        with self._changed:
            job.unread += 1
        with suppress(RuntimeError):
            job.loop.call_soon_threadsafe(job.results.put_nowait, result)


def _ignore(correction: Correction) -> None:
    pass

"""Work that takes seconds and holds the interpreter: one piece at a time, in a thread of its own.

The pool of threads that routes share stays free for the others.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from fastapi import HTTPException, Request

from despin.serve.restorer import Busy, TimedOut

T = TypeVar("T")
MAX_WAITING = 8
RETRY_AFTER = 5
"""Seconds."""
DISCONNECT_CHECK = 1.0
"""Seconds between looks at whether the client is still there."""


class OneAtATime:
    """Runs functions one after the other."""

    def __init__(self, timeout: float) -> None:
        """``timeout``: seconds after which an answer is given up; what has begun goes on to its end."""
        self._executor = ThreadPoolExecutor(1)
        self._timeout = timeout
        self._waiting = 0

    async def run(self, work: Callable[[], T]) -> T:
        """What ``work`` returns. Raises Busy where too many wait, and TimedOut.

        One that has not begun is dropped if the caller is cancelled.
        """
        if self._waiting >= MAX_WAITING:
            raise Busy(RETRY_AFTER)
        self._waiting += 1
        try:
            async with asyncio.timeout(self._timeout):
                return await asyncio.get_running_loop().run_in_executor(self._executor, work)
        except TimeoutError:
            raise TimedOut(f"no answer within {self._timeout:g} s") from None
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """End the thread behind what runs."""
        self._executor.shutdown(cancel_futures=True)


async def unless_disconnected(request: Request, work: Awaitable[T]) -> T:
    """The result of ``work``, which is given up if the client goes away."""
    task = asyncio.ensure_future(work)
    try:
        while not task.done():
            await asyncio.wait({task}, timeout=DISCONNECT_CHECK)
            if not task.done() and await request.is_disconnected():
                raise HTTPException(499, "the client has gone")
        return task.result()
    finally:
        task.cancel()

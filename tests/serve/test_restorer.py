"""The queue of texts: turns, limits, and clients that read slowly."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest

pytest.importorskip("fastapi")

from despin.errors import InputError
from despin.serve.restorer import MAX_UNREAD, Closed, ModeMissing, Restorer

T = TypeVar("T")
CLEAN = "She walked to the market and bought some bread. "
LONG = CLEAN * 2800  # some eight blocks


def run(work: Coroutine[Any, Any, T]) -> T:
    """In a thread of its own, since that of the tests may have a loop that runs: the browser's."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


def test_a_text_waits_for_a_client_that_reads_slowly(gate: Any) -> None:
    gate.opened.set()

    async def read() -> tuple[int, str]:
        restorer = Restorer(gate)
        restorer.start()
        stream = restorer.stream(LONG)
        parts = [await anext(stream)]
        for _ in range(500):
            if len(gate.rounds) > MAX_UNREAD:
                break
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.3)
        rounds = len(gate.rounds)
        short = await restorer.correct(CLEAN)
        assert short.text == CLEAN
        parts += [part async for part in stream]
        await asyncio.to_thread(restorer.close)
        return rounds, "".join(part.text for part in parts)

    rounds, text = run(read())
    assert rounds == 1 + MAX_UNREAD and text == LONG


def test_a_short_text_need_not_wait_for_the_end_of_a_long_one(gate: Any) -> None:
    async def ask() -> list[str]:
        restorer = Restorer(gate)
        restorer.start()
        order: list[str] = []

        async def correct(name: str, text: str) -> None:
            await restorer.correct(text)
            order.append(name)

        tasks = [asyncio.create_task(correct(name, LONG)) for name in ("long", "another")]
        await asyncio.sleep(0.1)
        tasks.append(asyncio.create_task(correct("short", CLEAN)))
        await asyncio.sleep(0.1)
        gate.opened.set()
        await asyncio.gather(*tasks)
        await asyncio.to_thread(restorer.close)
        return order

    assert run(ask())[0] == "short"
    assert gate.rounds[1] == 2  # the short one and the next block of one of the others


def test_what_is_not_accepted(gate: Any) -> None:
    async def ask() -> None:
        restorer = Restorer(gate)
        restorer.start()
        with pytest.raises(InputError, match="format must be one of"):
            await restorer.correct("x", "docx")  # type: ignore[arg-type]
        with pytest.raises(InputError, match="alternatives"):
            await restorer.correct("x", alternatives=-1)
        with pytest.raises(ModeMissing):
            await restorer.correct("x", mode="best")
        gate.opened.set()
        assert (await restorer.correct("")).text == ""
        await asyncio.to_thread(restorer.close)
        with pytest.raises(Closed):
            await restorer.correct("x")

    run(ask())

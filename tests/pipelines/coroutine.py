"""Async steps are awaited."""

from __future__ import annotations

import asyncio

from flowyml import Pipeline, step


@step(outputs=["answer"])
async def fetch() -> int:
    await asyncio.sleep(0)
    return sum(await asyncio.gather(_part(40), _part(2)))


async def _part(value: int) -> int:
    await asyncio.sleep(0)
    return value


@step(inputs=["answer"])
async def check(answer: int):
    assert answer == 42


@step(outputs=["text"])
def write(answer: int) -> str:
    return str(answer)


pipeline = Pipeline("coroutine").add_steps([fetch, check, write])

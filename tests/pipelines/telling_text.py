"""Texts that look like other values, and values that may be None."""

from __future__ import annotations

from typing import Literal

from flowyml import Pipeline, context, step


@step(outputs=["texts"])
def texts(
    plain: str = "null",
    maybe: str | None = None,
    word: str | None = "true",
    quoted: str | None = '"q"',
    mode: Literal["fast", "slow"] = "fast",
):
    return [plain, maybe, word, quoted, mode]


@step(outputs=["values"])
def values(
    count: int | None = None,
    flag: bool | None = None,
    rate: float | None = 2,
    items: list[int] | None = None,
    table: dict[str, int] | None = None,
):
    return [count, flag, rate, items, table]


@step(outputs=["order"])
def order(named: dict[str, int]) -> list[str]:
    """Two contexts that differ in the order of keys are one; so the order must not show."""
    return list(named)


@step(outputs=["untyped"])
def untyped(anything=None, text="123", number=1, listed=None):
    return [anything, text, number, listed]


pipeline = Pipeline("telling_text", context=context(named={"b": 1, "a": 2})).add_steps(
    [texts, values, order, untyped]
)

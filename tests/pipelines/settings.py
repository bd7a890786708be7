"""Context values of every JSON type, as they are and overridden when triggered."""

from __future__ import annotations

from typing import Any

from flowyml import Pipeline, context, step

TEXT = 'say "hi", it\'s\n{{ params }} {% raw %} {# note #} \\n ünï 🐎 $HOME {0} %s'

ctx = context(
    flag=True,
    count=3,
    big=2**53 + 1,
    bigger=-(2**70),
    rate=1.0,
    tiny=1e-300,
    text=TEXT,
    empty="",
    items=[1, 2.0, None, "x", [True]],
    table={"a": {"b": [1, {"c": None}]}, "2": 1.0, "big": 2**53 + 1, TEXT: TEXT},
    nothing=None,
    widened=2,
    unread="not read by any step",
)


@step(outputs=["scalars"])
def scalars(flag: bool, count: int, big: int, bigger: int, rate: float, tiny: float) -> list[Any]:
    return [flag, count, big, bigger, rate, tiny]


@step(outputs=["texts"])
def texts(text: str, empty: str) -> list[str]:
    return [text, empty]


@step(outputs=["nested"])
def nested(items: list[Any], table: dict[str, Any], nothing) -> list[Any]:
    return [items, table, nothing]


@step(outputs=["narrow"])
def narrow(widened: int):
    return repr(widened)


@step(outputs=["broad"])
def broad(widened: float):
    """With `narrow`: one type a key, and int widens to float."""
    return repr(widened)


@step(outputs=["untyped"])
def untyped(flag, count, rate, text, items):
    return [repr(value) for value in (flag, count, rate, text, items)]


pipeline = Pipeline("settings", context=ctx).add_steps(
    [scalars, texts, nested, narrow, broad, untyped]
)

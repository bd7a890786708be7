"""Functions that are more than a plain `def`: a decorated one, and a static method."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from flowyml import Pipeline, context, step


def shouted(function: Callable[..., str]) -> Callable[..., str]:
    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> str:
        return function(*args, **kwargs).upper()

    return wrapper


@step(outputs=["greeting"])
@shouted
def greet(name: str) -> str:
    return f"hello {name}"


class Rules:
    @staticmethod
    def double(greeting: str) -> str:
        return greeting * 2


double = step(Rules.double, outputs=["doubled"])
pipeline = Pipeline("decorated", context=context(name="you")).add_steps([greet, double])

"""Failures that are hard to tell others about: they fail their steps and nothing else."""

from __future__ import annotations

import threading

from flowyml import Pipeline, step


class Odd(Exception):
    """Cannot be pickled, copied or printed."""

    def __init__(self, one: int, two: int) -> None:
        super().__init__()
        self.lock = threading.Lock()

    def __str__(self) -> str:
        raise RuntimeError("no words")


@step(outputs=["odd"])
def raise_odd() -> int:
    raise Odd(1, 2)


@step(outputs=["lock"])
def give_a_lock():
    """No serializer takes a lock."""
    return threading.Lock()


@step(outputs=["numbers"])
def generate():
    """A generator has no value to keep."""
    yield 1


@step(outputs=["one", "two"])
def half_storable():
    """The first output can be kept, the second cannot: the step fails as a whole."""
    return 1, threading.Lock()


@step(outputs=["read"])
def read(one: int) -> int:
    return one


pipeline = Pipeline("odd_failures").add_steps(
    [raise_odd, give_a_lock, generate, half_storable, read]
)

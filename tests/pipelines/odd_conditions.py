"""Conditions that raise, and conditions of steps that are tried again."""

from __future__ import annotations

from pathlib import Path

from flowyml import Pipeline, context, on_failure, retry, step, unless, when


def broken():
    raise KeyError("nothing")


def also_broken(data):
    raise ValueError("no answer")


def is_new(folder: str):
    return not Path(folder, "mark").exists()


@step(outputs=["data"])
def load():
    return 1


@step(outputs=["raised"])
@when(broken)
@retry(max_attempts=3, delay=0)
@on_failure(lambda: "never: a condition is no attempt")
def raises():
    return 1


@step(outputs=["model"])
@when(also_broken)
def one(data):
    return 1


@step(outputs=["model"])
@unless(also_broken)
def other(data):
    return 2


@step(outputs=["read"])
def reads(model):
    return model


@step(outputs=["written"])
@when(is_new)
@retry(max_attempts=2, delay=0)
def write_once(folder: str):
    mark = Path(folder, "mark")
    tried = mark.exists()
    mark.touch()
    if not tried:
        raise RuntimeError("half-way")
    return "written at the second try"


@step(outputs=["idle"], after=["write_once"])
@when(is_new)
@retry(max_attempts=2, delay=0)
def stay_idle(folder: str):
    return 1


pipeline = Pipeline("odd_conditions", context=context(folder="")).add_steps(
    [load, raises, one, other, reads, write_once, stay_idle]
)

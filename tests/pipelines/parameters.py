"""Every kind of parameter that Python has."""

from typing import Any

from flowyml import Pipeline, context, step


@step(outputs=["a", "b", "c"])
def make():
    return 1, 2, 3


@step(outputs=["positional"])
def positional_only(a: int, scale: int = 1, /, b: int = 0) -> list[int]:
    return [a, scale, b]


@step(outputs=["keyword"])
def keyword_only(*, a: int, scale: int, c: int = 0) -> list[int]:
    return [a, scale, c]


@step(inputs=["c", "a", "b"], outputs=["variable"])
def variable(*values: int, scale: int) -> list[int]:
    """The values come in the order of the inputs."""
    return [*values, scale]


@step(inputs=["a", "c", "b"], outputs=["mixed"])
def mixed(first: int, /, *rest: int, flag: bool = False) -> list[Any]:
    """What is left over after the parameters goes to `*rest`, in order."""
    return [first, rest, flag]


@step(inputs=["a", "b", "c"], outputs=["named"])
def named(a: int, **others: int) -> list[Any]:
    """Inputs that are no parameter go to `**others` by their names."""
    return [a, sorted(others.items())]


@step(inputs=["b", "a"], outputs=["renamed"])
def renamed(left: int, right: int) -> list[int]:
    """Inputs that name no parameter go to the required ones, in order."""
    return [left, right]


pipeline = Pipeline("parameters", context=context(scale=10)).add_steps(
    [make, positional_only, keyword_only, variable, mixed, named, renamed]
)

"""One branch fails; what does not depend on it still runs."""

from __future__ import annotations

from flowyml import Pipeline, step


@step(outputs=["data"])
def load() -> list[int]:
    return [1, 2]


@step(outputs=["broken"])
def break_it(data: list[int]) -> int:
    raise RuntimeError("broken on purpose: 'quotes' and {{ braces }}")


@step(outputs=["never"])
def use(broken: int) -> int:
    return broken


@step(outputs=["last"])
def use_again(never: int) -> int:
    return never


@step(outputs=["whole"])
def go_on(data: list[int]) -> int:
    return sum(data)


@step(outputs=["alone"])
def independent() -> str:
    return "fine"


pipeline = Pipeline("failing_branch").add_steps(
    [load, break_it, use, use_again, go_on, independent]
)

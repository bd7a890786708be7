"""Small descriptions of pipelines, and the pipelines that they describe.

`strategy.pipelines()` draws a `Generated`, and `strategy.cases(200)` gives always the same 200 of
them. `to_source()` writes one as a module that every worker can import, with a `pipeline` in it;
`to_pipeline()` runs that text and gives the object. `context(folder)` is what a run has to be
given: steps that fail a few times count their attempts in files there, so that they may run in any
process; it is one folder for each run. `model.py` says what a run of it must do.

A step's value is a number made of the step's own number and all that it was given, so that another
wiring, order or default gives another value.
"""

from __future__ import annotations

import dataclasses
import inspect
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, TypeAlias

from flowyml import MapTaskResult

Returns: TypeAlias = Literal["number", "list", "nothing", "tuple", "dict", "too many"]
Fallback: TypeAlias = Literal["none", "value", "raises"]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Read:
    """A parameter: the asset or context value it reads, its own name, default and annotation."""

    name: str
    parameter: str
    default: int | None = None
    annotation: str = ""

    def __str__(self) -> str:
        typed = self.parameter + (f": {self.annotation}" if self.annotation else "")
        return typed if self.default is None else f"{typed}={self.default}"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Predicate:
    """True unless what it reads makes a multiple of 3; `raises` fails instead."""

    name: str
    reads: tuple[Read, ...]
    raises: bool = False

    def holds(self, values: list[Any]) -> bool:
        """Say what its function returns."""
        return number(values) % 3 > 0


@dataclasses.dataclass(frozen=True, kw_only=True)
class Items:
    """A map task's policy; items that divided by 3 leave `bad` fail `failing` times."""

    bad: int = 3
    failing: int = 9
    retries: int = 0
    ratio: float = 1.0
    concurrency: int = 1
    fail_fast: bool = False

    def fails(self, item: int | None) -> bool:
        """Tell whether an item fails however often it is tried."""
        chosen = item is not None and number(item) % 3 == self.bad
        return chosen and self.failing > self.retries


@dataclasses.dataclass(frozen=True, kw_only=True)
class Made:
    """A step.

    Attributes:
        number: its place among the steps; it is called `s{number}`.
        reads: its parameters, those with a default last; a map task's collection first.
        outputs: the names it declares.
        returns: what kind of value it returns; `list` is `length` numbers long.
        conditions: predicates, each with whether it says `unless`.
        failing: so many attempts fail before one succeeds.
        attempts: of `@retry`, or 0 for none.
        final: whether the exception is none of those worth another attempt.
        declares: whether it names its inputs.
    """

    number: int
    reads: tuple[Read, ...] = ()
    outputs: tuple[str, ...] = ()
    returns: Returns = "number"
    length: int = 2
    conditions: tuple[tuple[Predicate, bool], ...] = ()
    failing: int = 0
    attempts: int = 0
    final: bool = False
    fallback: Fallback = "none"
    items: Items | None = None
    gate: bool | None = None
    after: tuple[str, ...] = ()
    declares: bool = True

    @property
    def name(self) -> str:
        return f"s{self.number}"

    @property
    def assets(self) -> tuple[str, ...]:
        """The names of what it produces."""
        return self.outputs or (self.name,)

    @property
    def counts(self) -> bool:
        """Whether it has to know how often it was tried."""
        return 0 < self.failing < max(1, self.attempts) or (
            self.items is not None and self.items.bad < 3 and 0 < self.items.failing < 9
        )


@dataclasses.dataclass(frozen=True, kw_only=True)
class Generated:
    """A pipeline: its steps, the order in which they are added, and its context."""

    steps: tuple[Made, ...]
    order: tuple[int, ...]
    values: tuple[tuple[str, int], ...] = ()
    overrides: tuple[tuple[str, int], ...] = ()
    fail_fast: bool = False
    name: str = "generated"

    def context(self, folder: Path | str) -> dict[str, Any]:
        """Give the overrides of a run, which leaves its files in `folder`."""
        counting = any(step.counts for step in self.steps)
        return {**dict(self.overrides), **({"folder": str(folder)} if counting else {})}

    def to_source(self) -> str:
        """Write a module that binds `pipeline`."""
        predicates = {p.name: p for step in self.steps for p, _ in step.conditions}
        functions = [inspect.getsource(each) for each in (number, tried, fail)]
        values = "".join(f", {key}={value}" for key, value in self.values)
        added = ", ".join(self.steps[position].name for position in self.order)
        options = ", fail_fast=True" if self.fail_fast else ""
        return "\n\n".join(
            [
                _HEADER,
                *functions,
                *map(_predicate, predicates.values()),
                *map(_step, self.steps),
                f'pipeline = Pipeline("{self.name}", context=context(folder=""{values}){options})\n'
                f"pipeline.add_steps([{added}])\n",
            ]
        )

    def to_pipeline(self) -> Any:
        """Give the pipeline that the source makes."""
        module = ModuleType(self.name)
        exec(compile(self.to_source(), f"<{self.name}>", "exec"), module.__dict__)
        return module.pipeline


_HEADER = '''"""A generated pipeline."""

from __future__ import annotations

from pathlib import Path

from flowyml import MapTaskResult, Pipeline, context, map_task, on_failure, retry, step
from flowyml import unless, when
'''


def number(value) -> int:
    """Make a number of a value; another value, order, length or type makes another one."""
    if isinstance(value, MapTaskResult):
        return number((value.results, [error.index for error in value.errors])) + 1
    if isinstance(value, list | tuple):
        total = len(value) + isinstance(value, list)
        for part in value:
            total = (total * 31 + number(part)) % 9973
        return total
    return 7 if value is None else value


def tried(folder, name) -> int:
    """Count the attempts of one step or item in one run, this one included."""
    if not folder:
        raise ValueError("this pipeline leaves files: give it a folder with -c folder=…")
    with Path(folder, name).open("a") as log:
        log.write("x")
    return Path(folder, name).stat().st_size


def fail(*values) -> None:
    """Fail, where no compiler sees that the next line is never reached."""
    raise RuntimeError(*values)


def _predicate(predicate: Predicate) -> str:
    read = ", ".join(each.parameter for each in predicate.reads)
    answer = "fail()" if predicate.raises else f"number([{read}]) % 3 > 0"
    return f"def {predicate.name}({_parameters(predicate.reads)}):\n    return {answer}\n"


def _parameters(reads: tuple[Read, ...], *more: str) -> str:
    return ", ".join([*map(str, reads), *more])


def _step(step: Made) -> str:
    folder = ("folder=''",) if step.counts else ()
    lines = [
        *_fallback(step),
        *(f"@{'unless' if no else 'when'}({predicate.name})" for predicate, no in step.conditions),
        _decorator(step),
        *_marks(step),
        f"def {step.name}({_parameters(step.reads, *folder)}):",
        *(f"    {line}" for line in (_item(step) if step.items else _body(step))),
    ]
    return "\n".join(lines) + "\n"


def _decorator(step: Made) -> str:
    said: dict[str, object] = {}
    if step.declares and (named := [r.name for r in step.reads if r.name[0] != "c"]):
        said["inputs"] = named
    if step.outputs:
        said["outputs"] = list(step.outputs)
    if step.items:
        items = step.items
        said |= {"retries": items.retries, "retry_delay": 0, "min_success_ratio": items.ratio}
        said |= {"concurrency": items.concurrency, "fail_fast": items.fail_fast}
    if step.after:
        said["after"] = list(step.after)
    if step.gate is not None:
        said["gate"] = step.gate
    options = ", ".join(f"{key}={value!r}" for key, value in said.items())
    return f"@{'map_task' if step.items else 'step'}({options})"


def _marks(step: Made) -> list[str]:
    on = ", on=KeyError" if step.final else ""
    retry = [f"@retry(max_attempts={step.attempts}, delay=0{on})"] if step.attempts else []
    return retry + ([f"@on_failure({step.name}_instead)"] if step.fallback != "none" else [])


def _fallback(step: Made) -> list[str]:
    if step.fallback == "none":
        return []
    first = [each.parameter for each in step.reads[:1]]
    value = f"number({_tuple(1000 + step.number, *first)})"
    body = "return fail()" if step.fallback == "raises" else f"return {_returned(step, value)}"
    return [f"def {step.name}_instead({', '.join([*first, 'error'])}):", f"    {body}", "", ""]


def _body(step: Made) -> list[str]:
    read = _tuple(step.number, *(each.parameter for each in step.reads))
    lines: list[str] = []
    if step.counts:
        lines += [f'if tried(folder, "{step.name}") <= {step.failing}:', "    fail()"]
    elif step.failing:
        lines += ["fail()"]
    if step.returns == "nothing":
        return [*lines, f"number({read})"]
    more = "too many" if step.returns == "too many" else ""
    return [*lines, f"return {_returned(step, f'number({read})', more=more)}"]


def _item(step: Made) -> list[str]:
    assert step.items
    item = step.reads[0].parameter
    read = _tuple(step.number, *(each.parameter for each in step.reads))
    guard = f"if {item} is not None and number({item}) % 3 == {step.items.bad}"
    if step.counts:
        guard += f' and tried(folder, f"{step.name}-{{number({item})}}") <= {step.items.failing}'
    return [f"{guard}:", "    fail()", f"return number({read})"]


def _returned(step: Made, value: str, *, more: str = "") -> str:
    """Write the value, or the parts, that a step or its fallback returns."""
    if len(step.outputs) > 1:
        parts = [f"{value} + {n}" for n in range(len(step.outputs) + bool(more))]
        if step.returns == "dict" and not more:
            pairs = zip(step.outputs, parts, strict=True)
            return "{" + ", ".join(f'"{name}": {part}' for name, part in pairs) + "}"
        return _tuple(*parts)
    if step.returns == "list" or step.items:
        return f"[{value} + n for n in range({step.length})]"
    return value


def _tuple(*parts: object) -> str:
    return f"({', '.join(map(str, parts))},)"

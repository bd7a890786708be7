"""Which lines of an emitted text belong to a step, or to a parameter of the context.

A step's own lines are, on Airflow, its task's statement; on Kubeflow, its task, and the component
if no other task shares it; in the IR, its node. A parameter's are its entry in the table of
parameters. A comment directly above belongs to what is below it.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

import yaml

Span = tuple[int, int]
"""The first line and the one after the last, counted from 0."""


def without(text: str, target: str, steps: Collection[str], parameters: Collection[str]) -> str:
    """Take out the lines of some steps and parameters."""
    lines = text.splitlines(keepends=True)
    taken = {
        number
        for start, end in _SPANS[target](text, steps, parameters)
        for number in range(_above_comments(lines, start), _above_comments(lines, end))
    }
    return "".join(line for number, line in enumerate(lines) if number not in taken)


def _above_comments(lines: list[str], number: int) -> int:
    while number and lines[number - 1].lstrip().startswith("#"):
        number -= 1
    return number


def _airflow(text: str, steps: Collection[str], parameters: Collection[str]) -> Iterator[Span]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Assign | ast.Expr) and _task_id(node) in steps:
            yield node.lineno - 1, node.end_lineno or node.lineno
        if isinstance(node, ast.keyword) and node.arg == "params":
            assert isinstance(node.value, ast.Dict)
            for key, value in zip(node.value.keys, node.value.values, strict=True):
                if isinstance(key, ast.Constant) and key.value in parameters:
                    yield key.lineno - 1, value.end_lineno or key.lineno


def _task_id(statement: ast.stmt) -> str | None:
    """Give the `task_id=` inside a statement."""
    return next(
        (
            keyword.value.value
            for keyword in ast.walk(statement)
            if isinstance(keyword, ast.keyword)
            and keyword.arg == "task_id"
            and isinstance(keyword.value, ast.Constant)
        ),
        None,
    )


def _kubeflow(text: str, steps: Collection[str], parameters: Collection[str]) -> Iterator[Span]:
    tasks = {step.replace("_", "-") for step in steps}
    root = _entry(yaml.compose(text), "root")
    stated = _entry(_entry(root, "dag"), "tasks")
    uses = {key.value: _entry(_entry(task, "componentRef"), "name") for key, task in stated.value}
    shared = {name.value for task, name in uses.items() if task not in tasks}
    own = {name.value for task, name in uses.items() if task in tasks} - shared
    yield from _entries(stated, tasks)
    yield from _entries(_entry(yaml.compose(text), "components"), own)
    yield from _entries(_entry(_entry(root, "inputDefinitions"), "parameters"), set(parameters))


def _ir(text: str, steps: Collection[str], parameters: Collection[str]) -> Iterator[Span]:
    document = yaml.compose(text)
    for names, name, nodes in ((steps, "name", "steps"), (parameters, "key", "parameters")):
        for item in _entry(document, nodes).value:
            if _entry(item, name).value in names:
                yield item.start_mark.line, item.end_mark.line + 1


def _entry(mapping: yaml.Node, name: str) -> yaml.Node:
    assert isinstance(mapping, yaml.MappingNode)
    return next(value for key, value in mapping.value if key.value == name)


def _entries(mapping: yaml.Node, names: Collection[str]) -> Iterator[Span]:
    """Give the lines of some keys of a block mapping, each up to the next key or the end."""
    starts = [key.start_mark.line for key, _ in mapping.value] + [mapping.end_mark.line]
    for (key, _), end in zip(mapping.value, starts[1:], strict=True):
        if key.value in names:
            yield key.start_mark.line, end


_SPANS = {"airflow": _airflow, "kubeflow": _kubeflow, "ir": _ir}

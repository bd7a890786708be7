"""From a DAG file's content to its text."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from itertools import groupby

from flowyml.rendering import broken, format_python, is_settled, render
from flowyml.rendering.literals import comment
from flowyml_airflow.code import Call, Name, write
from flowyml_airflow.model import Comment, DagFile, Line

TEMPLATE = "airflow/dag.py.jinja"


def render_dag(file: DagFile) -> str:
    """Lay out a DAG file.

    Raises:
        LiteralError: a value that no Python literal holds.
    """
    settled: dict[str, str] = {}
    lines = list(_lines(file, settled))
    return format_python(render(TEMPLATE, file=file, lines=lines, write=str), settled)


def _lines(file: DagFile, settled: dict[str, str]) -> Iterator[str]:
    """Write the lines of the DAG's block, with one word for all that black need not see in a row.

    Args:
        file: the file.
        settled: takes what the words stand for.
    """
    word = "settled"
    while word in file.doc:  # the one text in the file that could hold such a line
        word += "_"
    for (depth, is_certain), group in groupby(map(_written, file.lines), lambda each: each[:2]):
        text = "\n".join(text for *_, text in group)
        if not is_certain:
            yield text
        else:
            name = f"{word}_{len(settled)}"
            settled[name] = text
            yield f"{_margin(depth)}{name}"


def _written(line: Line) -> tuple[int, bool, str]:
    """Write a line: its depth, whether black is certain to leave it, and its text."""
    whole = _margin(line.depth) + "".join(map(_part, line.parts))
    lines = list(broken(whole))
    return line.depth, is_settled(whole, lines), "\n".join(lines)


def _margin(depth: int) -> str:
    """Give what a line begins with; the one that opens the DAG's block stands at depth -1."""
    return "    " * (depth + 1)


def _part(part: str | Call | Name | Comment) -> str:
    if isinstance(part, str):
        return part
    return comment(part.text) if isinstance(part, Comment) else write(part)


def task_lines(file: DagFile, text: str) -> Mapping[str, int]:
    """Map each step to the line of the comment over its first task."""
    starts = {
        node.targets[0].id: node.lineno - 1
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    found: dict[str, int] = {}
    for task in file.tasks:
        found.setdefault(task.step, starts[task.variable])
    return found

"""From a DAG file's content to its text."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from flowyml.rendering import broken, format_python, render
from flowyml.rendering.literals import comment
from flowyml_airflow.code import Call, Name, write
from flowyml_airflow.model import Comment, DagFile, Line

TEMPLATE = "airflow/dag.py.jinja"


def render_dag(file: DagFile) -> str:
    """Lay out a DAG file.

    Raises:
        LiteralError: a value that no Python literal holds.
    """
    return format_python(render(TEMPLATE, file=file, write=_written))


def _written(line: Line) -> str:
    """Write a line of the DAG's block; the one that opens it stands at depth -1."""
    return "\n".join(broken("    " * (line.depth + 1) + "".join(map(_part, line.parts))))


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

"""From a DAG file's content to its text."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from flowyml.rendering import format_python, render
from flowyml_airflow.code import write
from flowyml_airflow.model import DagFile

TEMPLATE = "airflow/dag.py.jinja"


def render_dag(file: DagFile) -> str:
    """Lay out a DAG file.

    Raises:
        LiteralError: a value that no Python literal holds.
    """
    return format_python(render(TEMPLATE, file=file, write=write))


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

"""Templates lay text out and decide nothing; every value in them passes a filter."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from flowyml.rendering.literals import comment, docstring, py

if TYPE_CHECKING:
    from jinja2 import Environment

PACKAGE = "flowyml_templates"


def _json(data: Any) -> str:
    """Write plain data as JSON in one line, as Dockerfiles take lists."""
    return json.dumps(data, ensure_ascii=False)


def _lines(words: list[str]) -> str:
    """Write the words of a shell's command, which are quoted where they must be, a line each."""
    return " \\\n    ".join(words)


def render(template: str, **values: Any) -> str:
    """Fill in a template of `flowyml_templates`, for example `airflow/dag.py.jinja`.

    Raises:
        LiteralError: a value that no literal holds.
        MissingPackageError: Jinja is not installed.
        jinja2.UndefinedError: the template names a value that is not given.
    """
    return _environment().get_template(template).render(**values)


@cache
def _environment() -> Environment:
    """Give the one that holds the templates of this process, each compiled once."""
    from flowyml.diagnostics.missing import Needs

    with Needs("jinja2"):
        from jinja2 import Environment, PackageLoader, StrictUndefined
    environment = Environment(
        loader=PackageLoader(PACKAGE, ""),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - the text is code, not HTML
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(
        py=py, docstring=docstring, comment=comment, json=_json, lines=_lines
    )
    return environment

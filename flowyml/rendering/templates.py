"""Templates lay text out and decide nothing; every value in them passes a filter."""

from __future__ import annotations

from typing import Any

from flowyml.rendering.literals import comment, docstring, py

PACKAGE = "flowyml_templates"


def render(template: str, **values: Any) -> str:
    """Fill in a template of `flowyml_templates`, for example `airflow/dag.py.jinja`.

    Raises:
        LiteralError: a value that no literal holds.
        jinja2.UndefinedError: the template names a value that is not given.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader(PACKAGE, ""),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - the text is code, not HTML
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(py=py, docstring=docstring, comment=comment)
    return environment.get_template(template).render(**values)

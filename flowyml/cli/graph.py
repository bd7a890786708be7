"""`flowyml graph`."""

from __future__ import annotations

import click

from flowyml.cli import options
from flowyml.cli.display import emit


@click.command("graph")
@options.pipeline
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "mermaid", "dot", "svg"]),
    default="text",
    show_default=True,
    help="mermaid for Markdown, dot for Graphviz, svg for a browser.",
)
def command(*, pipeline: str, format_: str) -> None:
    """Show the steps of a pipeline and what they need.

    \b
    Examples:
      flowyml graph examples/ml_training.py
      flowyml graph examples/ml_training.py --format svg > graph.svg
    """
    from flowyml.review.graph import dot, mermaid
    from flowyml.review.graph_svg import svg

    with options.located(pipeline, quiet=True) as found:
        dag = found.pipeline.dag
    drawn = {"mermaid": mermaid, "dot": dot, "svg": svg}
    text = drawn[format_](dag.ir) if format_ in drawn else dag.visualize()
    emit(text)

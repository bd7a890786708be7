"""`flowyml diff`."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from flowyml.cli import options
from flowyml.cli.display import emit

if TYPE_CHECKING:
    from flowyml.review.diff_grades import Grade


@click.command("diff")
@click.argument("old", metavar="OLD", shell_complete=options.complete_file)
@click.argument("new", metavar="NEW", shell_complete=options.complete_file)
@click.option(
    "--fail-on",
    type=click.Choice(["breaking", "behaviour", "cosmetic"]),
    default="cosmetic",
    show_default=True,
    help="The least grade of a difference to exit with 1 for.",
)
@options.as_json
def command(*, old: str, new: str, fail_on: Grade, as_json: bool) -> None:
    """Show what differs between two pipelines, and how much it matters.

    OLD and NEW are pipelines, IR files, compiled files (with their sidecars beside them), or any of
    these in a git revision: REV:path/from/the/repository.py or REV:./path/from/here.py. Nothing in
    the repository is touched. Exits with 1 if there are differences.

    A difference is breaking if those who start the pipeline, read its assets or look for its steps
    may have to change something; behaviour if a run may do something else; else cosmetic.

    \b
    Examples:
      flowyml diff HEAD:examples/gates.py examples/gates.py
      flowyml diff compiled/gates.airflow.py examples/gates.py --fail-on breaking
    """
    from flowyml.review.diff import diff
    from flowyml.review.sides import sides

    found = diff(*sides(old, new), old_name=old, new_name=new)
    emit(json.dumps(found.to_dict(), indent=2, ensure_ascii=False) if as_json else str(found))
    sys.exit(1 if found.graver(fail_on) else 0)

"""`flowyml image`."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from flowyml.cli import options
from flowyml.cli.display import emit, relative

_DEFAULT = "Dockerfile"


@click.command("image")
@options.pipeline
@click.option(
    "-o", "--output", metavar="FILE", help=f"The file to write. Default: the project's {_DEFAULT}."
)
@click.option("--stdout", "to_stdout", is_flag=True, help="Print the file and write nothing.")
@click.option(
    "--base",
    metavar="IMAGE",
    help="The image to start from, with Python and pip, best by its digest. Default: Python's own, "
    "in the version that runs here.",
)
@click.option(
    "--with",
    "also",
    metavar="NAME",
    multiple=True,
    help="Install this distribution as well, in the version that is here: what no module of the "
    "project imports, such as s3fs. Repeatable.",
)
@click.option(
    "--wheels",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="A folder of the project with wheels of what no package index has.",
)
@click.option("--force", is_flag=True, help="Replace a file that flowyml did not write.")
def command(
    *,
    pipeline: str,
    output: str | None,
    to_stdout: bool,
    base: str | None,
    also: tuple[str, ...],
    wheels: Path | None,
    force: bool,
) -> None:
    """Write a Dockerfile for a pipeline's project, every dependency pinned.

    The image holds the modules that the steps can import, what they import, and flowyml, in the
    versions that are installed here. It is what Airflow's containers and pods run, and Kubeflow's.
    Files that are no modules are not in it: copy what steps read into an image FROM this one.

    \b
    Examples:
      flowyml image examples/ml_training.py
      flowyml image train.py --with s3fs --base python@sha256:…
      flowyml image train.py --wheels wheels -o docker/Dockerfile
    """
    if to_stdout and (output or force):
        raise click.UsageError("--stdout goes with neither --output nor --force")
    from flowyml.review.image import image, write

    again = shlex.join(["flowyml", "image", pipeline, *_options(base, also, wheels)])
    here, folder = Path.cwd(), wheels.resolve() if wheels else None
    with options.located(pipeline, quiet=True) as found:
        made = image(found.pipeline, base=base, also=also, wheels=folder, command=again)
    for each in made.unpublished:
        click.echo(
            f"note: {each.exact} is installed from files of this machine, so no package index may "
            "have it: put its wheel into a folder of the project, and name that with --wheels",
            err=True,
        )
    if to_stdout:
        emit(made.text.removesuffix("\n"))
        return
    context = made.context or here
    file = Path(output) if output else context / _DEFAULT
    write(made.text, file, overwrite=force)
    click.echo(relative(file))
    words = ["docker", "build", "-f", relative(file), relative(context)]
    click.echo(f"build it, and give it a name with -t: {shlex.join(words)}", err=True)


def _options(base: str | None, also: tuple[str, ...], wheels: Path | None) -> list[str]:
    said = [*(("--base", base) if base else ()), *(w for name in also for w in ("--with", name))]
    return [*said, *(("--wheels", str(wheels)) if wheels else ())]

"""The commands by name; each is loaded only when it is used."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

from flowyml import __version__
from flowyml.diagnostics import FlowymlError, near

_COMMANDS = {
    "run": "Run a pipeline on this machine, or on a stack.",
    "rerun": "Go on from an earlier run: what it finished is reused, the rest runs.",
    "replay": "Run one step of an earlier run again, here, with what it was given there.",
    "compile": "Compile a pipeline to files for a target.",
    "deploy": "Hand a pipeline to the orchestrator of a stack, and run it there.",
    "image": "Write a Dockerfile for a pipeline's project, every dependency pinned.",
    "check": "Report all that is wrong with a pipeline, for every target at once.",
    "verify": "Run a pipeline here and as compiled, and compare.",
    "diff": "Show what differs between two pipelines, and how much it matters.",
    "cache": "Show what the cache holds, and clear it.",
    "runs": "List, show, follow and compare recorded runs.",
    "stack": "List, show, validate and compare the stacks of flowyml.yaml.",
    "graph": "Show the steps of a pipeline and what they need.",
}
"""What `flowyml --help` says of each: the first line of its own help, without importing it."""


class NearGroup(click.Group):
    """A group that says what is near an unknown command."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is meant; say what is near an unknown one."""
        known = self.list_commands(ctx)
        if args[0] not in known and not args[0].startswith("-") and not ctx.resilient_parsing:
            ctx.fail(f"there is no command '{args[0]}'; {near(args[0], known)}")
        return super().resolve_command(ctx, args)


class LazyGroup(NearGroup):
    """A group whose help imports no command, and whose errors are ours."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Name the commands, the usual order of use."""
        return list(_COMMANDS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        cmd_name: str,
    ) -> click.Command | None:
        """Import the command of that name."""
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = import_module(f"flowyml.cli.{cmd_name}").command
        return command

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        formatter: click.HelpFormatter,
    ) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what flowyml raises on purpose becomes a message and an exit code."""
        try:
            return super().invoke(ctx)
        except FlowymlError as error:
            from flowyml.cli.errors import described, exit_code, wants_colour

            click.echo(described(error, colour=wants_colour()), err=True)
            ctx.exit(exit_code(error))
        except Exception as error:
            from flowyml.cli.errors import INVALID
            from flowyml.frontend.shadows import hiding_python

            hidden = hiding_python(error)
            if hidden is None:
                raise
            click.echo(f"error: {type(error).__name__}: {error}; {hidden}", err=True)
            ctx.exit(INVALID)


@click.command(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="PIPELINE is path/to/file.py, path/to/file.py:name, package.module or "
    "package.module:name. Exit codes: 0 yes, 1 no (a failed run, a difference, stale files), "
    "2 wrong use, 3 something is wrong with the pipeline itself. Completion in your shell: "
    'eval "$(_FLOWYML_COMPLETE=bash_source flowyml)", or zsh_source, or fish_source.',
)
@click.version_option(__version__, message="%(prog)s %(version)s")
def flowyml() -> None:
    """Write an ML pipeline once; run it here, compile it to Airflow and Kubeflow.

    \b
    Example:
      flowyml run examples/ml_training.py -c n_estimators=50
    """

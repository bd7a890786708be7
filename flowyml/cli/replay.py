"""`flowyml replay`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from flowyml.cli import options

if TYPE_CHECKING:
    from flowyml.api.result import StepResult
    from flowyml.engine.replay import Replay


@click.command("replay")
@click.argument("run", metavar="RUN")
@click.argument("step", metavar="STEP")
@click.argument(
    "pipeline", metavar="[PIPELINE]", required=False, shell_complete=options.complete_file
)
@options.stack
@click.option(
    "--debug",
    is_flag=True,
    help="Stop in Python's debugger where the step begins, and where it raises.",
)
def command(*, run: str, step: str, pipeline: str | None, stack: str | None, debug: bool) -> None:
    """Run one step of an earlier run again, here, with what it was given there.

    What the step read is fetched by reference, wherever the run happened; its code is that of now.
    The earlier run stays as it is, and nothing is recorded. RUN is a run's id, how only its id
    begins, latest, or latest~1 for the one before. Without PIPELINE the record says which it was,
    and is looked for in the project around the working directory. Exits with 0 unless the step
    failed.

    \b
    Examples:
      flowyml replay latest train_model
      flowyml replay 20250131-061413049-87024b43 train_model --debug
    """
    from flowyml.cli.rerun import recorded
    from flowyml.deploy import replay_of

    typed = f"flowyml replay {run} {step}"
    run_id, spec = (run, pipeline) if pipeline else recorded(run, stack, typed)
    with options.located(spec, quiet=False) as found:
        ready = replay_of(found.pipeline, run_id, step, stack=stack)
        _say_given(ready)
        result = _debugged(ready) if debug else _run(ready)
        _say_made(result)
    sys.exit(1 if result.state == "FAILED" else 0)


def _run(ready: Replay) -> StepResult:
    from flowyml.cli.progress import plain_reporter

    return ready.run(reporter=plain_reporter(brief=False))


def _debugged(ready: Replay) -> StepResult:
    """Run a step under Python's debugger, which opens again where it raises."""
    from flowyml.cli.debugger import Debugger, Left, look_at
    from flowyml.cli.progress import plain_reporter
    from flowyml.runtime import user_traceback

    try:
        return ready.run(debug=True, reporter=plain_reporter(brief=True), through=Debugger().call)
    except Left:
        click.echo("left the debugger", err=True)
    except Exception as error:
        click.echo(user_traceback(error), err=True)
        look_at(error)
    sys.exit(1)


def _say_given(ready: Replay) -> None:
    from flowyml.api.summary import aligned

    given = f"is called with what run {ready.run_id} gave it" if ready.given else "takes nothing"
    click.echo("\n".join([f"{ready.name} {given}", *aligned(ready.given)]), err=True)


def _say_made(result: StepResult) -> None:
    from flowyml.api.summary import aligned
    from flowyml.engine.bindings import shortened

    if result.success:
        (*names,) = result.to_dict()["outputs"]
        made = result.output if len(names) != 1 else {names[0]: result.output}
        click.echo("\n".join(aligned({name: shortened(made[name]) for name in names})))

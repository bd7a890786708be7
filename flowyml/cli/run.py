"""`flowyml run`."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

import click

from flowyml.cli import options
from flowyml.cli.display import emit

if TYPE_CHECKING:
    from typing_extensions import Never

    from flowyml.api.pipeline import Pipeline
    from flowyml.api.result import PipelineResult
    from flowyml.engine import Reporter, Rerun
    from flowyml.frontend.locate import Located
    from flowyml.storage.records import RunRecord


@click.command("run")
@options.pipeline
@options.overrides
@options.inputs
@options.date
@options.stack
@options.as_json
@options.quiet
@click.option("--no-cache", is_flag=True, help="Run every step, whatever the cache holds.")
@click.option(
    "--plan",
    "planned",
    is_flag=True,
    help="Run nothing; say which steps would run and why, and which the cache would answer for.",
)
@click.option(
    "--debug",
    is_flag=True,
    help="One step after the other, each once; stop where one raises. breakpoint() works.",
)
@click.option(
    "--simulate",
    metavar="TARGET",
    multiple=True,
    help="Compile for TARGET and run the compiled files here, instead of the pipeline. Repeatable.",
)
@options.docker
def command(
    *,
    pipeline: str,
    overrides: dict[str, str],
    inputs: dict[str, str],
    run_date: datetime | None,
    stack: str | None,
    as_json: bool,
    quiet: bool,
    no_cache: bool,
    planned: bool,
    debug: bool,
    simulate: tuple[str, ...],
    docker: bool,
) -> None:
    """Run a pipeline on this machine, or on a stack.

    Independent steps run in parallel. Artifacts and records are kept in .flowyml/ in the project's
    folder, which is also the steps' working directory. A step whose code, inputs and parameters are
    those of an earlier run gives that run's outputs. Exits with 0 only if the run succeeded.

    On a stack that is not this machine, it is deployed, run and followed there, as flowyml deploy
    does with --run and --wait.

    \b
    Examples:
      flowyml run examples/ml_training.py -c n_estimators=50
      flowyml run examples/ml_training.py -c n_estimators=50 --plan
      flowyml run examples/ml_training.py --simulate kubeflow
    """
    here = {"--debug": debug, "--plan": planned, "--stack": stack}
    _refuse_together(here, simulated=bool(simulate), docker=docker)
    if simulate:
        from flowyml.cli.simulate import run_simulated

        values = overrides, inputs, run_date
        run_simulated(pipeline, simulate, *values, docker=docker, as_json=as_json, quiet=quiet)
        return
    caching = False if no_cache else None
    if planned:
        _refuse_with_plan(debug=debug, quiet=quiet)
        _plan(pipeline, overrides, inputs, run_date, caching, stack=stack, as_json=as_json)
        return
    ways = _Ways(debug=debug, enable_cache=caching, stack=stack)
    # What a run needs is found before a file of the project can stand in a module's place.
    import_module("flowyml.engine.run")
    with options.located(pipeline, quiet=as_json) as found:
        result = _run(found, overrides, inputs, run_date, ways, brief=not as_json, quiet=quiet)
    show(result, as_json=as_json, quiet=quiet, pipeline=_named(pipeline, found), stack=stack)


class _Ways(TypedDict):
    """How to carry a pipeline out."""

    debug: bool
    enable_cache: bool | None
    stack: str | None


def _run(
    found: Located,
    overrides: Mapping[str, str],
    inputs: Mapping[str, str],
    run_date: datetime | None,
    ways: _Ways,
    *,
    brief: bool,
    quiet: bool,
) -> PipelineResult:
    """Run a pipeline here, or where its stack says."""
    from flowyml.cli.progress import plain_reporter, reporter
    from flowyml.stacks.stack import ElsewhereError

    shown = reporter(brief=brief, debug=ways["debug"], quiet=quiet)
    try:
        return carried_out(found, overrides, inputs, run_date, reporter=shown, **ways)
    except ElsewhereError as error:
        there = error.stack
    from flowyml.deploy import run_there

    return run_there(
        found.pipeline,
        there,
        run_date=run_date,
        reporter=plain_reporter(brief=brief, quiet=quiet),
        source=found.source,
        debug=ways["debug"],
        enable_cache=ways["enable_cache"],
        say=lambda text: None if quiet else click.echo(text, err=True),
        **typed_values(found.pipeline, overrides, inputs),
    )


def _refuse_together(flags: Mapping[str, object], *, simulated: bool, docker: bool) -> None:
    if docker and not simulated:
        raise click.UsageError("--docker is about --simulate; steps here run in this process")
    for flag, given in flags.items():
        if given and simulated:
            raise click.UsageError(f"{flag} works in this process, and --simulate does not")


def _refuse_with_plan(**flags: bool) -> None:
    for name, given in flags.items():
        if given:
            raise click.UsageError(f"--plan runs nothing, so --{name} means nothing with it")


def _named(pipeline: str, found: Located) -> str | None:
    """Say how a rerun has to name the pipeline, if its record is not found from here."""
    from flowyml.frontend.project import enclosing_project

    home = found.loaded.project_root if found.pipeline.stack is None else None
    return None if enclosing_project(Path.cwd()) == home else pipeline


def _plan(
    pipeline: str,
    overrides: Mapping[str, str],
    inputs: Mapping[str, str],
    run_date: datetime | None,
    enable_cache: bool | None,  # noqa: FBT001 - a keyword of the run's
    *,
    stack: str | None,
    as_json: bool,
) -> None:
    from flowyml.cli.plan import show_plan
    from flowyml.engine.plan import plan_pipeline

    with options.located(pipeline, quiet=as_json) as found:
        values = typed_values(found.pipeline, overrides, inputs)
        steps = plan_pipeline(
            found.pipeline, run_date=run_date, enable_cache=enable_cache, stack=stack, **values
        )
    show_plan(found.pipeline.name, steps, as_json=as_json)


def show(
    result: PipelineResult,
    *,
    as_json: bool,
    quiet: bool,
    pipeline: str | None = None,
    stack: str | None = None,
) -> Never:
    """Print what became of a run, and exit with 0 only if it succeeded.

    Args:
        result: what became of it.
        as_json: whether for a program.
        quiet: whether nothing is to be said of a success.
        pipeline: what the user calls the pipeline, if its record is not found from here.
        stack: the stack that was asked for.
    """
    if as_json:
        emit(json.dumps(result.to_dict(), indent=2, ensure_ascii=False))
    elif not (quiet and result.success):
        click.echo(result.summary(pipeline=pipeline, stack=stack))
    sys.exit(0 if result.success else 1)


def carried_out(
    found: Located,
    overrides: Mapping[str, str],
    inputs: Mapping[str, str],
    run_date: datetime | None,
    *,
    debug: bool,
    reporter: Reporter,
    earlier: RunRecord | None = None,
    rerun: Rerun | None = None,
    enable_cache: bool | None = None,
    stack: str | None = None,
) -> PipelineResult:
    """Run a pipeline with values as they were typed; `earlier` is the run to go on from, if any."""
    from flowyml.engine import run_pipeline

    values = typed_values(found.pipeline, overrides, inputs, earlier)
    try:
        return run_pipeline(
            found.pipeline,
            run_date=run_date,
            debug=debug,
            reporter=reporter,
            source=found.source,
            rerun=rerun,
            enable_cache=enable_cache,
            stack=stack,
            **values,
        )
    except Exception as error:
        if debug:
            _show_raised(error)
        raise


def typed_values(
    pipeline: Pipeline,
    overrides: Mapping[str, str],
    inputs: Mapping[str, str],
    earlier: RunRecord | None = None,
) -> dict[str, Any]:
    """Read what was typed as the types that the pipeline asks for."""
    if not (overrides or inputs):
        return {}
    from flowyml.cli.values import context_values, input_values
    from flowyml.frontend.trace import trace
    from flowyml.passes import build

    named = (*(earlier.inputs if earlier else ()), *inputs)
    given = (*(earlier.context if earlier else ()), *overrides)
    ir = build(trace(pipeline, inputs=named, given=given))
    return {"context": context_values(ir, overrides), "inputs": input_values(ir, inputs)}


def _show_raised(error: Exception) -> None:
    """With --debug a step's exception comes through as it is; show the user's part of it.

    Errors of flowyml's own go on to where all of them are shown.
    """
    from flowyml.diagnostics import FlowymlError
    from flowyml.frontend.load_errors import users_traceback

    if not isinstance(error, FlowymlError):
        click.echo(users_traceback(error), err=True)
        sys.exit(1)

"""What Airflow cannot hold, found before anything is rendered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from flowyml.backend import CompileOptions
from flowyml.capability import unportable, unsupported
from flowyml.diagnostics import Diagnostic
from flowyml.ir import ContextParameter, PipelineIR, Retry, Span, StepNode
from flowyml.rendering import LiteralError, py
from flowyml_airflow import assets, names
from flowyml_airflow.capabilities import CAPABILITIES
from flowyml_airflow.diagnose_places import diagnose_places
from flowyml_airflow.dialects import DIALECTS, Dialect
from flowyml_airflow.lowering import tags
from flowyml_airflow.params import is_inexact
from flowyml_airflow.scheduling import is_time, misfits
from flowyml_airflow.settings import AirflowSettings, settings_of

_TAG_LIMIT = 100  # Airflow: TAG_MAX_LEN
_ID_LIMIT = 240  # Airflow: KEY_LENGTH is 250, and endings of ours need some

_ATTEMPTS = 2**31 - 1  # Airflow: TaskInstance.max_tries is an Integer


def diagnose(ir: PipelineIR, options: CompileOptions) -> tuple[Diagnostic, ...]:
    """Report everything that keeps a checked IR from meaning the same on Airflow."""
    target, settings = f"airflow=={options.version}", settings_of(options)
    return (
        *unsupported(ir, CAPABILITIES[options.version], target, options.allow),
        *unportable(ir, target),
        *(d for parameter in ir.parameters for d in _parameter(parameter, target)),
        *(d for step in ir.steps for d in _retry(step, target)),
        *(d for step in ir.steps for d in _limit(step, settings, target)),
        *_schedule(ir, settings, target),
        *_interval(ir, target, DIALECTS[options.version]),
        *_assets(ir, settings, target, DIALECTS[options.version]),
        *_ids(ir, target),
        *diagnose_places(ir, options),
        *_tags(tags(ir, settings), ir, target),
    )


def _parameter(parameter: ContextParameter, target: str) -> Iterator[Diagnostic]:
    try:
        py(parameter.default)
    except LiteralError as error:
        yield _value(
            f"the context value '{parameter.key}' cannot be written into a DAG: {error}",
            "make it in a step",
            parameter.span,
            target,
        )
    if parameter.type == "any" and is_inexact(parameter.default):
        yield _value(
            f"the context value '{parameter.key}' holds a whole number beyond 2**53, which "
            "Airflow's trigger form rounds, and has no type to read it back from text by",
            f"annotate the parameter '{parameter.key}' in a step that reads it",
            parameter.span,
            target,
        )


def _interval(ir: PipelineIR, target: str, dialect: Dialect) -> Iterator[Diagnostic]:
    if ir.schedule and ir.schedule.every and not dialect.intervals:
        yield _value(
            f"{target} has no timetable for runs that are due every so often; Airflow has one "
            "from 2.11 on",
            "give a cron expression, or compile for airflow==2.11 or later",
            _at(ir),
            target,
        )


def _assets(
    ir: PipelineIR, settings: AirflowSettings, target: str, dialect: Dialect
) -> Iterator[Diagnostic]:
    for name, why in assets.refused(ir, settings, ascii_only=dialect.ascii_assets):
        yield _value(
            f"'{name}' cannot be an asset of Airflow: {why}", "call it otherwise", _at(ir), target
        )


def _schedule(ir: PipelineIR, settings: AirflowSettings, target: str) -> Iterator[Diagnostic]:
    at = _at(ir)
    for problem, remedy in misfits(ir, settings):
        yield _value(problem, remedy, at, target, code="FML316")
    if ir.schedule and ir.schedule.every and not is_time(ir.schedule.every):
        yield _value(
            "the time from one start to the next is longer than Python holds",
            "give a shorter one",
            at,
            target,
        )
    for parameter in ir.parameters if ir.schedule else ():
        if parameter.required:
            yield _value(
                f"the context value '{parameter.key}' has no default, and nobody is there to give "
                "one when the schedule starts a run",
                "give the context or the parameter a default",
                parameter.span,
                target,
            )


def _retry(step: StepNode, target: str) -> Iterator[Diagnostic]:
    if step.retry and not _is_time(step.retry):
        yield _value(
            f"the waits between the attempts of step '{step.name}' are longer than Airflow holds",
            "give shorter ones, in seconds",
            step.function.span,
            target,
        )
    if step.retry and step.retry.attempts > _ATTEMPTS:
        yield _value(
            f"step '{step.name}' has more attempts than Airflow counts, which is {_ATTEMPTS}",
            "give it fewer",
            step.function.span,
            target,
        )


def _limit(step: StepNode, settings: AirflowSettings, target: str) -> Iterator[Diagnostic]:
    own = settings.steps.get(step.name, settings).execution_timeout or settings.execution_timeout
    if own is not None and step.timeout is not None and own <= step.timeout:
        yield _value(
            f"execution_timeout: {own:g} would end step '{step.name}' before its own time is up, "
            f"which is {step.timeout:g} s, and reading and storing take time besides",
            "give more, or leave it out: the step's own limit is kept without it",
            step.function.span,
            target,
        )


def _ids(ir: PipelineIR, target: str) -> Iterator[Diagnostic]:
    """Airflow: a task's id holds those of its groups, and no group is called as a task is."""
    groups = {
        ".".join(names.group_ids(step)[:depth])
        for step in ir.steps
        for depth in range(1, len(step.group) + 1)
    }
    for step in ir.steps:
        found = names.task_id(step)
        if len(found) > _ID_LIMIT:
            problem = f"would be a task whose id is longer than {_ID_LIMIT} characters"
        elif found in groups:
            problem = "would be a task of the same id as the group of a sub-pipeline"
        else:
            continue
        yield _value(
            f"step '{step.name}' {problem}",
            "name the step with @step(name=…), or the part with add_sub_pipeline(…, name=…)",
            step.function.span,
            target,
        )


def _is_time(retry: Retry) -> bool:
    try:
        return (
            timedelta(seconds=retry.delay)
            <= timedelta.max
            >= timedelta(seconds=retry.max_delay or 0)
        )
    except (OverflowError, ValueError):
        return False


def _tags(tags: Iterable[str], ir: PipelineIR, target: str) -> Iterator[Diagnostic]:
    for tag in tags:
        if len(tag) > _TAG_LIMIT:
            yield _value(
                f"the tag '{tag}' is longer than {_TAG_LIMIT} characters",
                "shorten the tag, or the project's name",
                _at(ir),
                target,
            )


def _at(ir: PipelineIR) -> Span | None:
    return Span(file=ir.source.file, line=ir.source.line) if ir.source.file else None


def _value(
    message: str, remedy: str, span: Span | None, target: str, *, code: str = "FML304"
) -> Diagnostic:
    return Diagnostic(
        code=code,
        message=message,
        file=span.file if span else None,
        line=span.line if span else None,
        help=remedy,
        target=target,
    )

"""Check when a pipeline starts, and write it in one way."""

from __future__ import annotations

from flowyml.diagnostics import Diagnostic, near
from flowyml.ir import PipelineIR, Schedule
from flowyml.passes.cron import normal

_FORM = "minute, hour, day of the month, month and day of the week: '0 6 * * mon-fri'"


def check_schedule(ir: PipelineIR) -> tuple[PipelineIR, tuple[Diagnostic, ...]]:
    """Normalise the cron expression, and refuse one that no scheduler keeps (FML118)."""
    schedule = ir.schedule
    if schedule is None:
        return ir, ()
    if schedule.cron is None:
        return ir, tuple(_unnamed(ir, each) for each in schedule.assets if not _is_named(each))
    cron, found = "", list[Diagnostic]()
    try:
        cron = normal(schedule.cron)
    except ValueError as error:
        problem = f"the schedule '{schedule.cron}' cannot be kept: {error}"
        found.append(_wrong(ir, problem, f"write {_FORM}"))
    if hint := _unknown_zone(schedule.timezone):
        problem = f"the schedule is in the timezone '{schedule.timezone}', which there is not"
        found.append(_wrong(ir, problem, f"give a name such as Europe/Berlin; {hint}"))
    if found:
        return ir, tuple(found)
    zone = None if schedule.timezone == "UTC" else schedule.timezone
    return ir.model_copy(update={"schedule": Schedule(cron=cron, timezone=zone)}), ()


def _is_named(asset: str) -> bool:
    """Tell whether it is a URI, or names both a pipeline and what it makes."""
    return "://" in asset or all(asset.rpartition("/")[::2])


def _unnamed(ir: PipelineIR, asset: str) -> Diagnostic:
    pipeline, _, name = asset.rpartition("/")
    problem = f"the schedule waits for '{asset}', which does not say for which asset of whom"
    named = f"{pipeline or 'PIPELINE'}/{name or 'ASSET'}"
    return _wrong(ir, problem, f"write {named}, or the URI of something else")


def _unknown_zone(name: str | None) -> str:
    """Say what is near a timezone that is not there; empty if it is."""
    from zoneinfo import available_timezones

    if name in (None, "UTC"):
        return ""
    known = available_timezones()
    return "" if name in known else near(name or "", known or {"UTC"})


def _wrong(ir: PipelineIR, message: str, remedy: str) -> Diagnostic:
    return Diagnostic(
        code="FML118",
        message=message,
        file=ir.source.file,
        line=ir.source.line,
        subject="schedule",
        help=remedy,
    )

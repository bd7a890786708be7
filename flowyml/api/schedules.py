"""When a deployed pipeline starts by itself: `Pipeline(schedule=…)`."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import timedelta


@dataclasses.dataclass(frozen=True)
class Schedule:
    """When a pipeline starts, once it is deployed; one of `cron`, `every` and `assets`.

    Attributes:
        cron: minute, hour, day of the month, month and day of the week, as in `0 6 * * mon-fri`;
            or `@hourly`, `@daily`, `@weekly`, `@monthly`, `@yearly`. Whether it parses shows when
            the pipeline is built (FML118).
        timezone: the one that `cron` is in, by its IANA name; None is UTC.
        every: the time from one start to the next, in whole seconds.
        assets: what has to be made anew: `PIPELINE/ASSET` for an asset of another pipeline, or the
            URI by which the orchestrator knows something else. It starts once all of them were.

    Raises:
        TypeError: none of the three, several, or a value of another type.
        ValueError: a time that is no positive number of whole seconds.

    Example:
        >>> from flowyml import Schedule
        >>> Schedule("0 6 * * mon-fri", timezone="Europe/Berlin").timezone
        'Europe/Berlin'
    """

    cron: str | None = None
    _: dataclasses.KW_ONLY
    timezone: str | None = None
    every: timedelta | None = None
    assets: Sequence[str] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "assets", _checked_assets(self.assets))
        if sum((self.cron is not None, self.every is not None, bool(self.assets))) != 1:
            raise TypeError("a schedule is one of cron, every= and assets=")
        for name in ("cron", "timezone"):
            if not isinstance(getattr(self, name), str | None):
                kind = type(getattr(self, name)).__name__
                raise TypeError(f"{name} of a schedule takes text, not {kind}")
        if self.timezone is not None and self.cron is None:
            raise TypeError("timezone= of a schedule has no effect without cron")
        _check_time(self.every)


def checked_schedule(
    when: Schedule | str | timedelta | None, timezone: str | None = None
) -> Schedule | None:
    """Check what says when a pipeline starts.

    Raises:
        TypeError: none of the forms that a schedule has.
        ValueError: a time that is no positive number of whole seconds.
    """
    if isinstance(when, str):
        return Schedule(when, timezone=timezone)
    if timezone is not None:
        raise TypeError("timezone= goes with a cron expression")
    if isinstance(when, timedelta):
        return Schedule(every=when)
    if when is not None and not isinstance(when, Schedule):
        forms = "a cron expression, a timedelta or a Schedule"
        raise TypeError(f"schedule= takes {forms}, not {type(when).__name__}")
    return when


def _check_time(every: timedelta | None) -> None:
    if every is None:
        return
    if not isinstance(every, timedelta):
        raise TypeError(f"every= of a schedule takes a timedelta, not {type(every).__name__}")
    if every < timedelta(seconds=1) or every.microseconds:
        raise ValueError(f"every= of a schedule takes whole seconds, at least one, not {every}")


def _checked_assets(assets: Sequence[str]) -> tuple[str, ...]:
    if isinstance(assets, str) or not all(isinstance(each, str) and each for each in assets):
        raise TypeError('assets= of a schedule takes a list of names: ["training/model"]')
    return tuple(dict.fromkeys(assets))

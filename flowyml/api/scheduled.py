"""The part of a `Pipeline` that knows when it starts."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing_extensions import Self

    from flowyml.api.schedules import Schedule


class Scheduled:
    """The part of a `Pipeline` that knows when it starts.

    Attributes:
        starts: when, if it does so by itself.
    """

    starts: Schedule | None

    def schedule(self, when: Schedule | str | timedelta, *, timezone: str | None = None) -> Self:
        """Say when the pipeline starts by itself once it is deployed; gives it, for chaining.

        Runs here start when they are asked for (docs/semantics.md §5).

        Args:
            when: a cron expression or a word such as `@daily`, the time from one start to the next,
                or a `Schedule`.
            timezone: the one that a cron expression is in, by its IANA name; None is UTC.

        Raises:
            TypeError: something else, or a timezone that has no effect.
            ValueError: a time that is no positive number of whole seconds.

        Example:
            >>> from flowyml import Pipeline
            >>> Pipeline("report").schedule("@daily", timezone="Europe/Berlin").starts.cron
            '@daily'
        """
        self._start_at(when, timezone)
        return self

    def _start_at(
        self, when: Schedule | str | timedelta | None, timezone: str | None = None
    ) -> None:
        if when is None and timezone is None:
            self.starts = None
            return
        from flowyml.api.schedules import checked_schedule

        self.starts = checked_schedule(when, timezone)

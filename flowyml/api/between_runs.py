"""What a `Pipeline` does between its runs: its cache, versions, earlier runs and next start."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from flowyml.api import flag
from flowyml.frontend.loading import end_loading_if_active

if TYPE_CHECKING:
    from typing_extensions import Self

    from flowyml.api import Place
    from flowyml.api.pipeline import Pipeline
    from flowyml.api.result import StepResult
    from flowyml.api.schedules import Schedule
    from flowyml.api.step import Step
    from flowyml.engine.cache import CacheStats
    from flowyml.review.diff import Diff
    from flowyml.stacks import LocalStack, Stack


class BetweenRuns:
    """The part of a `Pipeline` that is of use once it has run, or is to run by itself.

    Attributes:
        starts: when it does so, if it does.
    """

    name: str
    place: Place | None
    stack: LocalStack | Stack | str | None
    starts: Schedule | None

    def cache_stats(self) -> CacheStats:
        """Say what the cache holds for this pipeline, and how often it answered.

        Raises:
            OSError: the cache cannot be read.
        """
        from flowyml.engine.cache import stats

        return stats(cast("Pipeline", self))

    def invalidate_cache(self, step: str | Step[..., Any] | None = None) -> int:
        """Forget what the cache holds for this pipeline, so that its steps run again.

        Args:
            step: a step, or its name in the pipeline; None forgets all of them.

        Returns:
            How many entries were removed. The stored values stay: run records name them.

        Raises:
            UsageError: no such step; names the closest.
        """
        from flowyml.engine.cache import invalidate

        return invalidate(cast("Pipeline", self), step)

    def replay(
        self,
        run_id: str,
        step: str,
        *,
        stack: LocalStack | Stack | str | None = None,
        debug: bool = False,
    ) -> StepResult:
        """Run one step of an earlier run again, here, with what it was given there.

        Its inputs are fetched by the references in the run's record, wherever the run happened; the
        step's code is that of now. The earlier run and its record stay as they are, and nothing is
        recorded (docs/how-to/replay.md).

        Args:
            run_id: the run's id, how only its id begins, or `latest`.
            step: the step's name.
            stack: where that run is recorded; default: the pipeline's.
            debug: run the step in this thread, once and without time limits, and raise what it
                raises; `breakpoint()` works.

        Returns:
            What became of the step, whether or not it failed.

        Raises:
            UnknownRunError: there is no such run, or several begin like that; names near ones.
            UsageError: the run is another pipeline's or did not get as far as the step, or there is
                no such step.
            CompileError: what is wrong with the pipeline.
            TargetError: the run goes on elsewhere, and cannot be seen from here.
            StoreError: what the step was given cannot be read from here, or is gone or damaged.
        """
        end_loading_if_active(self.place.module if self.place else None)
        from flowyml.deploy import replay_of

        ready = replay_of(cast("Pipeline", self), run_id, step, stack=stack)
        return ready.run(debug=flag("debug", debug))

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

    def save_version(self, *, stack: LocalStack | Stack | str | None = None) -> None:
        """Record what the pipeline means now under its version, as a run does.

        A version stays what it was when it was first recorded. Saving it again unchanged, or with
        other descriptions and tags, does nothing.

        Args:
            stack: where the records are kept; default: the pipeline's.

        Raises:
            VersionTakenError: the version is recorded, and the pipeline has changed since.
            UsageError: the pipeline has no version.
            CompileError: what is wrong with the pipeline.
        """
        end_loading_if_active()
        from flowyml.api.versioning import save_version

        save_version(cast("Pipeline", self), self._kept(stack))

    def list_versions(self, *, stack: LocalStack | Stack | str | None = None) -> list[str]:
        """Name the recorded versions of the pipeline, the oldest first."""
        end_loading_if_active()
        return list(self._kept(stack).versions().names(self.name))

    def compare_with(self, version: str, *, stack: LocalStack | Stack | str | None = None) -> Diff:
        """Compare the pipeline as it is now with a recorded version; print it to read it.

        Raises:
            UnknownVersionError: it was never recorded; lists those that were.
            CompileError: what is wrong with the pipeline.
        """
        end_loading_if_active()
        from flowyml.api.versioning import compare

        return compare(cast("Pipeline", self), version, self._kept(stack))

    def _kept(self, stack: LocalStack | Stack | str | None) -> LocalStack:
        from flowyml.stacks import records_of

        return records_of(stack, self.stack)

"""What a pipeline does about single steps of its earlier runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flowyml.api.keywords import flag
from flowyml.frontend.loading import end_loading_if_active

if TYPE_CHECKING:
    from flowyml.api.pipeline import Pipeline
    from flowyml.api.places import Place
    from flowyml.api.result import StepResult
    from flowyml.stacks import LocalStack, Stack


class Replayed:
    """The part of a `Pipeline` that runs single steps of earlier runs."""

    place: Place | None

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

"""`Pipeline`: steps put together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import flowyml.api as given
from flowyml.api import Place, caller
from flowyml.api.between_runs import BetweenRuns
from flowyml.api.context import Context
from flowyml.api.step import Step, refuse_bare
from flowyml.frontend.loading import end_loading_if_active

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from typing_extensions import Never, Self

    from flowyml.api.composition import SubPipeline
    from flowyml.api.dag import DAG
    from flowyml.api.result import PipelineResult
    from flowyml.api.schedules import Schedule
    from flowyml.ir import PipelineIR
    from flowyml.stacks import LocalStack, Stack


class Pipeline(BetweenRuns):
    """A named set of steps; their order follows from what they read and produce.

    Constructing one touches no disk and runs nothing.

    Args:
        name: what the pipeline is called everywhere.
        context: values for the steps' parameters.
        enable_cache: whether a step whose code, inputs and parameters are those of an earlier run
            gives that run's outputs (docs/semantics.md §4).
        cache_dir: where the cache is: a folder, or an fsspec URL. A relative one is relative to the
            working directory at the time of the run.
        executor: what runs here call steps with: `"thread"` (the default), `"process"` for a
            process for each step at a time, or an executor of your own, which is left open.
        stack: where runs of it keep their artifacts and records: a stack, or the name of one in
            `flowyml.yaml`; default: as `load_stack()` chooses.
        project_name: the project that its runs belong to, which needs no making; a tag on compiled
            output.
        version: a name for what the pipeline means now; a run or `save_version()` records it.
        enable_experiment_tracking: record each run's metrics, git commit and environment.
        auto_discover: have, besides the steps that are added, those that the pipeline's module
            binds to names at its top level when the pipeline is built; imported ones do not count.
        fail_fast: stop starting steps once one has failed; else steps that do not depend on the
            failed one still run.
        enable_checkpointing: whether runs of it can be rerun from where they stopped.
        schedule: when it starts by itself once it is deployed: a cron expression such as
            `0 6 * * mon-fri`, a word such as `@daily`, the time from one start to the next, or a
            `Schedule`. Runs here start when they are asked for.
        settings: settings of targets, by the target's name, as in `{"airflow": {"owner": "me"}}`;
            they go over those of the stack, key by key. Runs here leave them aside.
        description: one or more sentences for people; shown by the orchestrators.
        tags: labels for the orchestrators.

    Raises:
        TypeError: an argument of the wrong type, or an unknown keyword.
        ValueError: an unknown executor, or an empty version.

    Example:
        >>> from flowyml import Pipeline, step
        >>> @step(outputs=["data"])
        ... def load():
        ...     return [1, 2, 3]
        >>> print(Pipeline("sums").add_step(load).dag.visualize())
        Step Execution Order:
        1. load
    """

    def __init__(
        self,
        name: str,
        context: Context | None = None,
        *,
        enable_cache: bool = True,
        cache_dir: str | PathLike[str] = given.FOLDER,
        executor: Executor | Literal["thread", "process"] | None = None,
        stack: LocalStack | Stack | str | None = None,
        project_name: str | None = None,
        version: str | None = None,
        enable_experiment_tracking: bool = True,
        auto_discover: bool = False,
        fail_fast: bool = False,
        enable_checkpointing: bool = True,
        schedule: Schedule | str | timedelta | None = None,
        settings: Mapping[str, Mapping[str, Any]] | None = None,
        description: str | None = None,
        tags: Sequence[str] | None = None,
        **unknown: Never,
    ) -> None:
        given.refuse_unknown(Pipeline.__init__, unknown)
        _check(name, context)
        self.name = name
        self.enable_cache = given.flag("enable_cache", enable_cache)
        self.cache_dir = given.checked_place(cache_dir)
        self.context = Context() if context is None else context
        self.executor, self.stack = given.checked_where(executor, stack)
        self.project_name = given.checked_text("project_name", project_name)
        self.version = given.checked_version(version)
        self.enable_experiment_tracking = enable_experiment_tracking
        self.enable_checkpointing = given.flag("enable_checkpointing", enable_checkpointing)
        self.auto_discover = given.flag("auto_discover", auto_discover)
        self.fail_fast = given.flag("fail_fast", fail_fast)
        self._start_at(schedule)
        self.settings = given.checked_settings(settings)
        self.description = given.checked_text("description", description)
        self.tags = given.checked_tags(tags)
        self.place: Place | None = caller()
        self._parts: list[Step[..., Any] | SubPipeline] = []

    @classmethod
    def from_steps(cls, *steps: Step[..., Any], name: str, **keywords: Any) -> Self:
        """Make a pipeline of steps in one call; keywords are those of `Pipeline`."""
        given.refuse_unknown(cls.__init__, keywords.keys() - _KEYWORDS)
        return cls(name, **keywords).add_steps(steps)

    @property
    def steps(self) -> tuple[Step[..., Any], ...]:
        """The steps in order of adding; those that are discovered come last."""
        return tuple(part for part in self.parts if isinstance(part, Step))

    @property
    def parts(self) -> tuple[Step[..., Any] | SubPipeline, ...]:
        """The steps and sub-pipelines in order of adding; steps that are discovered come last."""
        if not self.auto_discover or self.place is None:
            return tuple(self._parts)
        from flowyml.api.discovery import discovered

        return (*self._parts, *discovered(self.place.module, self._added([])))

    def add_step(self, step: Step[..., Any]) -> Self:
        """Add a step; gives the pipeline, for chaining.

        Raises:
            TypeError: not a step.
        """
        if not isinstance(step, Step):
            refuse_bare(step)
            hint = "; decorate it with @step" if callable(step) else ""
            hint = "; add_sub_pipeline() takes one" if isinstance(step, Pipeline) else hint
            raise TypeError(f"add_step() takes a step, not {type(step).__name__}{hint}")
        self._parts.append(step)
        return self

    def add_steps(self, steps: Iterable[Step[..., Any]]) -> Self:
        """Add several steps, in order.

        Raises:
            TypeError: one of them is no step, or they are no list.
        """
        if isinstance(steps, Step):
            raise TypeError("add_steps() takes a list of steps; add_step() takes one")
        for step in steps:
            self.add_step(step)
        return self

    def add_sub_pipeline(
        self,
        pipeline: Pipeline,
        name: str | None = None,
        *,
        inputs: Sequence[str] | None = None,
        outputs: Sequence[str] | None = None,
        input_mapping: Mapping[str, str] | None = None,
        output_mapping: Mapping[str, str] | None = None,
    ) -> Self:
        """Add the steps of another pipeline as one part; gives the pipeline, for chaining.

        The steps appear as `NAME.step`, and so do assets that are not handed out. A step of the
        part reads a value of `run(context=…)`, else the part's own context, else this pipeline's
        (docs/semantics.md §3).

        Args:
            pipeline: the part; it may be added several times, and hold parts of its own.
            name: what the part is called here; default: the pipeline's own name.
            inputs: the assets of this pipeline that the part reads; default: whatever its steps
                read and it does not produce.
            outputs: the assets that the part hands to this pipeline; default: those that none of
                its own steps reads.
            input_mapping: for names in `inputs` that the part calls otherwise, what it calls them.
            output_mapping: for the part's assets, what they are called in this pipeline.

        Raises:
            TypeError: not a pipeline, or an argument of another type.

        Example:
            >>> from flowyml import Pipeline, step
            >>> @step(outputs=["clean"])
            ... def tidy(raw):
            ...     return sorted(raw)
            >>> part = Pipeline("cleaning").add_step(tidy)
            >>> whole = Pipeline("whole").add_sub_pipeline(
            ...     part, input_mapping={"numbers": "raw"}
            ... )
            >>> whole.run(inputs={"numbers": [2, 1]}).outputs["clean"]
            [1, 2]
        """
        if not isinstance(pipeline, Pipeline):
            raise TypeError(
                f"add_sub_pipeline() takes a pipeline, not {type(pipeline).__name__}"
                + ("; add_step() takes a step" if isinstance(pipeline, Step) else "")
            )
        from flowyml.api.composition import sub_pipeline

        self._parts.append(
            sub_pipeline(pipeline, name, inputs, outputs, input_mapping, output_mapping)
        )
        return self

    def build(self) -> PipelineIR:
        """Check the pipeline and give its IR.

        Raises:
            CompileError: everything that is wrong with it, at once.
        """
        from flowyml.frontend.trace import trace
        from flowyml.passes import build

        return build(trace(self))

    @property
    def dag(self) -> DAG:
        """The graph of the steps; checks the pipeline as `build()` does."""
        from flowyml.api.dag import DAG

        return DAG(self.build())

    def run(
        self,
        inputs: Mapping[str, Any] | None = None,
        context: Mapping[str, Any] | None = None,
        *,
        stack: LocalStack | Stack | str | None = None,
        run_date: datetime | None = None,
        debug: bool = False,
        enable_cache: bool | None = None,
    ) -> PipelineResult:
        """Run the pipeline: here, on the reference runner, or where its stack says.

        A run on another stack is deployed, run and followed there; it is recorded here as any
        other is (docs/how-to/deploy.md).

        Args:
            inputs: values for assets that no step produces, by name.
            context: overrides of context values, for this run only.
            stack: where to run, and where to keep artifacts and records; default: the pipeline's.
            run_date: the aware date that the run is for; default: now.
            debug: run in this thread, one step after the other and each once, without time limits
                and the cache, and raise where a step fails; `breakpoint()` works.
            enable_cache: whether results may come from the cache; default: as the pipeline says.

        Returns:
            The result, whether or not steps failed.

        Raises:
            CompileError: what is wrong with the pipeline or the overrides, before anything runs.
            TargetError: another stack's orchestrator cannot be reached, or refuses.
        """
        return self._run(
            inputs=inputs,
            context=context,
            stack=stack,
            run_date=run_date,
            debug=debug,
            enable_cache=enable_cache,
        )

    def rerun(
        self,
        run_id: str,
        from_step: str | None = None,
        *,
        inputs: Mapping[str, Any] | None = None,
        context: Mapping[str, Any] | None = None,
        stack: LocalStack | Stack | str | None = None,
        run_date: datetime | None = None,
        debug: bool = False,
    ) -> PipelineResult:
        """Go on from an earlier run: what it finished is reused, the rest runs (semantics.md §4.4).

        Whatever the earlier run was given is given again, under `inputs`, `context` and `run_date`;
        steps that read a value that differs run again, and so does all that needs them.

        Args:
            run_id: the run's id, how only its id begins, or `latest`.
            from_step: a step that runs again, with all that needs it.
            inputs: as `run` takes them.
            context: as `run` takes it.
            stack: where that run's artifacts and records are; default: the pipeline's.
            run_date: as `run` takes it.
            debug: as `run` takes it.

        Returns:
            The result of a new run. Steps that were reused are `CACHED`.

        Raises:
            UnknownRunError: there is no such run, or several begin like that; names near ones.
            UsageError: the run is another pipeline's, still running or without checkpoints, or
                there is no such step.
            CompileError: what is wrong with the pipeline or the overrides, before anything runs.
        """
        from flowyml.engine import Rerun

        return self._run(
            inputs=inputs,
            context=context,
            stack=stack,
            run_date=run_date,
            debug=debug,
            rerun=Rerun(run_id=run_id, from_step=from_step),
        )

    def _run(self, *, debug: bool, **keywords: Any) -> PipelineResult:
        """Run; with `debug`, raise with the user's frames alone below these."""
        end_loading_if_active(self.place.module if self.place else None)
        from flowyml.engine import run_pipeline
        from flowyml.runtime import users_frames
        from flowyml.stacks.stack import ElsewhereError

        failed: Exception | None = None
        try:
            return run_pipeline(self, debug=given.flag("debug", debug), **keywords)
        except ElsewhereError as error:
            keywords["stack"] = error.stack
        except Exception as error:
            if debug is not True:
                raise
            failed = error.with_traceback(users_frames(error))
        if failed is not None:
            raise failed
        from flowyml.deploy import run_there

        return run_there(self, debug=debug, **keywords)

    def compile(
        self,
        target: str,
        *,
        output: str | Path | None = None,
        allow: Sequence[str] = (),
    ) -> Mapping[str, str]:
        """Compile for a target such as `airflow` or `airflow==3.3`.

        Args:
            target: a backend's name, with a version if not its default.
            output: a folder to write the files to; None writes nothing.
            allow: codes of diagnostics whose difference in meaning is accepted.

        Returns:
            The text of each file by its path relative to the output folder.

        Raises:
            CompileError: the pipeline is wrong, or cannot mean the same on the target.
            UsageError: an unknown target or version.
        """
        from flowyml.review.compile import compile_pipeline, write_files

        files = compile_pipeline(self, target, allow=allow)
        if output is not None:
            write_files(files, Path(output))
        return files

    def _added(self, seen: list[Pipeline]) -> Iterator[Step[..., Any]]:
        """Give the steps that were added, here and in sub-pipelines."""
        if self in seen:
            return
        seen.append(self)
        for part in self._parts:
            if isinstance(part, Step):
                yield part
            else:
                yield from part.pipeline._added(seen)

    def __repr__(self) -> str:
        return f"<pipeline '{self.name}': {len(self.steps)} steps>"


_KEYWORDS = frozenset(Pipeline.__init__.__annotations__) - {"name", "unknown", "return"}


def _check(name: str, context: Context | None) -> None:
    if not isinstance(name, str):
        raise TypeError(f"a pipeline's name must be text, not {type(name).__name__}")
    if context is not None and not isinstance(context, Context):
        raise TypeError(f"context= takes context(…), not {type(context).__name__}")

"""Run one step of an earlier run again, here, with what it was given there.

Values are fetched by the references in the run's record, wherever it ran; the record is only read,
and what the step makes is kept in a folder of its own, for as long as somebody looks at it.
"""

from __future__ import annotations

import copy
import dataclasses
import functools
import logging
import shutil
import tempfile
import weakref
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeAlias

from flowyml.api.result import StepResult, Values
from flowyml.diagnostics import UsageError, near
from flowyml.engine.bindings import shown_bindings
from flowyml.engine.progress import LogReporter, Reporter, SharedReporter
from flowyml.engine.steps import StepRunner, produced
from flowyml.frontend.loader import alias_main
from flowyml.frontend.trace import functions, trace
from flowyml.ir import FromAsset, FromInput, PipelineIR, StepNode
from flowyml.passes import build
from flowyml.runtime import users_frames
from flowyml.runtime.output import routed
from flowyml.storage import ArtifactStore, Reference, check_value
from flowyml.storage.records import RunRecord, StepRecord

if TYPE_CHECKING:
    from flowyml.api.pipeline import Pipeline

Through: TypeAlias = Callable[..., Any]
"""Calls a function: `through(function, *args, **kwargs)`, as `pdb.runcall` does."""

_CHANGED = "step '%s' has changed since run %s; as it is now, it runs"
_log = logging.getLogger("flowyml")


class Replay:
    """One step of an earlier run, about to run here.

    Args:
        pipeline: the user's object, as it is now.
        earlier: the record of the run; never written to.
        step: the step's name.

    Attributes:
        run_id: of the run.
        name: of the step.
        given: what each parameter of the step is bound to, shortened.

    Raises:
        CompileError: what is wrong with the pipeline.
        UsageError: there is no such step, or the run has nothing to call it with.
        StoreError: what it was given cannot be read from here.
        MissingBlobError: that is gone.
        CorruptBlobError: that is not what was written.
    """

    def __init__(self, pipeline: Pipeline, earlier: RunRecord, step: str) -> None:
        self.run_id, self.name = earlier.run_id, step
        self._pipeline = pipeline
        self._ir = build(
            trace(pipeline, inputs=tuple(earlier.inputs), given=tuple(earlier.context))
        )
        self._step = _named(self._ir, earlier, step)
        self._run = _now(earlier, self._ir)
        inputs = dict(_inputs(self._step, earlier))
        for reference in inputs.values():
            check_value(reference)
        anywhere = ArtifactStore(".")  # a reference says itself where its value is
        self.given = shown_bindings(self._step, inputs, self._run, anywhere)
        self._digest = earlier.steps[step].digest if step in earlier.steps else None

    def run(
        self,
        *,
        debug: bool = False,
        reporter: Reporter | None = None,
        through: Through | None = None,
    ) -> StepResult:
        """Run the step; no cache stands in for it, and nothing is recorded.

        Args:
            debug: once, in this thread, without time limits, and raise what it raises.
            reporter: who is told; None logs a failure and passes on what the step prints.
            through: calls the step's function, the first time.

        Raises:
            BaseException: with `debug`, what the step raised.
        """
        if self._digest not in (None, self._step.function.digest):
            _log.warning(_CHANGED, self.name, self.run_id)
        self._pipeline.context.freeze()
        alias_main()
        folder = tempfile.mkdtemp(prefix="flowyml-replay-")
        record = self._carry_out(folder, reporter or LogReporter(), through, debug=debug)
        values = Values(record.outputs)
        weakref.finalize(values, shutil.rmtree, folder, ignore_errors=True)
        if debug and record.exception is not None:
            raise record.exception.with_traceback(users_frames(record.exception))
        return StepResult(record, values)

    def _carry_out(
        self, folder: str, reporter: Reporter, through: Through | None, *, debug: bool
    ) -> StepRecord:
        shared = SharedReporter(reporter)
        steps = StepRunner(
            self._ir,
            self._run,
            self._run.steps,
            store=ArtifactStore(folder),
            functions=_functions(self._pipeline, self.name, through),
            reporter=shared,
        )
        if debug:
            record = steps.run_once(self._step)
        else:
            with routed():
                record = steps.run(self._step)
        with shared as told:
            told.step_finished(record)
        return record


def _named(ir: PipelineIR, earlier: RunRecord, name: str) -> StepNode:
    steps = {step.name: step for step in ir.steps}
    if name in steps:
        return steps[name]
    for builder in earlier.steps.values():
        if name.removeprefix(f"{builder.name}.") in builder.nested:
            raise UsageError(
                f"'{name}' is a step of the pipeline that '{builder.name}' built as it ran; "
                f"replay '{builder.name}'"
            )
    raise UsageError(f"the pipeline '{ir.name}' has no step '{name}'; {near(name, steps)}")


def _now(earlier: RunRecord, ir: PipelineIR) -> RunRecord:
    """Give the run with its context as the pipeline reads it now: what it lacks has its default."""
    values = {each.key: each.default for each in ir.parameters if each.has_default}
    known = {each.key for each in ir.parameters}
    then = {key: value for key, value in earlier.context.items() if key in known}
    return dataclasses.replace(earlier, context=values | then)


def _inputs(step: StepNode, earlier: RunRecord) -> Iterator[tuple[str, Reference]]:
    """Find what the step read, by parameter; one that keeps its default is left out.

    Raises:
        UsageError: the run did not get so far, or was of another pipeline.
    """
    for parameter in step.reads:
        binding = parameter.binding
        if isinstance(binding, FromInput):
            yield parameter.name, earlier.inputs[binding.key]
        elif isinstance(binding, FromAsset):
            if found := produced(binding, earlier.steps):
                yield parameter.name, found
            elif not _may_lack(binding, earlier):
                raise UsageError(_lacking(step, binding, earlier))


def _may_lack(binding: FromAsset, earlier: RunRecord) -> bool:
    record = earlier.steps.get(binding.step)
    return binding.optional and record is not None and record.state == "SKIPPED"


def _lacking(step: StepNode, binding: FromAsset, earlier: RunRecord) -> str:
    needs = f"step '{step.name}' reads '{binding.output}' of '{binding.step}'"
    record = earlier.steps.get(binding.step)
    if record is None and earlier.state == "RUNNING":
        return f"{needs}, which has not finished in run {earlier.run_id}"
    if record is None:
        return f"{needs}, which run {earlier.run_id} did not have; the pipeline has changed since"
    if record.outputs:
        made = ", ".join(f"'{name}'" for name in record.outputs)
        return f"{needs}, which gave {made} in run {earlier.run_id}; the pipeline has changed since"
    first = f"; replay '{binding.step}' first" if record.state == "FAILED" else ""
    return f"{needs}, which is {record.state} in run {earlier.run_id}, so nothing is there{first}"


def _functions(pipeline: Pipeline, name: str, through: Through | None) -> dict[str, Any]:
    found: Any = functions(pipeline)[name]
    if through is not None:
        found = copy.copy(found)
        found.function = _first(found.function, through)
    return {name: found}


def _first(function: Callable[..., Any], through: Through) -> Callable[..., Any]:
    """Call a function through another the first time: a map task is called for every item."""
    seen: list[bool] = []

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        if seen:
            return function(*args, **kwargs)
        seen.append(True)
        return through(function, *args, **kwargs)

    return call

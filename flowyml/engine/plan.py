"""What a run would do: which steps would run, which the cache would answer for, and why.

No step runs, nothing is written. Of the user's code the functions of `cache=` are called, which are
a part of the key; conditions are not evaluated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Literal

from flowyml.engine.cache import open_cache
from flowyml.engine.misses import Misses
from flowyml.engine.overrides import run_context
from flowyml.frontend.loader import alias_main
from flowyml.frontend.trace import functions, trace
from flowyml.frozen import dataclass
from flowyml.ir import FromAsset, FromInput, PipelineIR, StepNode
from flowyml.passes import build
from flowyml.runtime import Cache, tasks
from flowyml.runtime.cache_key import NoKey
from flowyml.runtime.call import StepCall
from flowyml.runtime.code import code_of
from flowyml.runtime.texts import texts_in
from flowyml.stacks import LocalStack, Stack, place_of
from flowyml.storage import Reference
from flowyml.storage.store import ArtifactStore, refer_to

if TYPE_CHECKING:
    from flowyml.api.pipeline import Pipeline


@dataclass(frozen=True, kw_only=True)
class PlannedStep:
    """What would become of one step.

    Attributes:
        name: the step's name in the pipeline.
        decision: whether it would run, or the cache answer.
        maybe_skipped: whether a condition, its own or one that it depends on, may skip it.
        reason: why it would run; empty for the cache.
    """

    name: str
    decision: Literal["run", "cached"]
    maybe_skipped: bool = False
    reason: str = ""


def plan_pipeline(
    pipeline: Pipeline,
    *,
    inputs: Mapping[str, Any] | None = None,
    context: Mapping[str, Any] | None = None,
    run_date: datetime | None = None,
    stack: LocalStack | Stack | str | None = None,
    enable_cache: bool | None = None,
) -> tuple[PlannedStep, ...]:
    """Say what `run_pipeline` would do if it were called with the same.

    Raises:
        CompileError: what is wrong with the pipeline, overrides or inputs.
        Exception: what a `cache=` function of the user's raised.
    """
    given = dict(inputs or {})
    names = tuple(given), tuple(context or ())
    ir = build(trace(pipeline, inputs=names[0], given=names[1], enable_cache=enable_cache))
    alias_main()
    caching = pipeline.enable_cache if enable_cache is None else enable_cache
    store = _Given(place_of(stack, pipeline.stack).artifacts().url, given)
    plan = _Plan(
        ir,
        functions(pipeline),
        store,
        cache=open_cache(pipeline, store) if caching else None,
        context=run_context(ir, context or {}, given),
        run_date=run_date or datetime.now(timezone.utc),
    )
    return tuple(plan.decide(step) for step in ir.steps)


class _Given(ArtifactStore):
    """The store, with the values that the run would be given, which are not stored yet."""

    def __init__(self, url: str, values: Mapping[str, Any]) -> None:
        super().__init__(url)
        self.inputs = {name: refer_to(value) for name, value in values.items()}
        self._values = {self.inputs[name].digest: value for name, value in values.items()}

    def load(self, reference: Reference) -> Any:
        """Load a value."""
        live = not reference.uri and reference.digest in self._values
        return self._values[reference.digest] if live else super().load(reference)

    def texts(self, cache: Cache, reference: Reference) -> tuple[str, ...]:
        """Give the texts in a value."""
        return cache.texts(reference) if reference.uri else texts_in(self.load(reference))


class _Plan:
    """What is decided so far."""

    def __init__(
        self,
        ir: PipelineIR,
        code: Mapping[str, Callable[..., Any]],
        store: _Given,
        *,
        cache: Cache | None,
        context: Mapping[str, Any],
        run_date: datetime,
    ) -> None:
        self._functions = code
        self._store = store
        self._cache = cache
        self._context = context
        self._run_date = run_date
        self._tasks = tasks(ir)
        self._misses = Misses(cache.index) if cache else None
        self._outputs: dict[str, Mapping[str, Reference]] = {}
        self._maybe: set[str] = set()

    def decide(self, step: StepNode) -> PlannedStep:
        """Decide on the next step in the pipeline's order."""
        maybe = bool(step.when) or any(
            isinstance(p.binding, FromAsset)
            and not p.binding.optional
            and p.binding.step in self._maybe
            and p.binding.otherwise is None
            for p in step.reads
        )
        if maybe:
            self._maybe.add(step.name)
        reason = self._reason(step)
        decision: Literal["run", "cached"] = "run" if reason else "cached"
        return PlannedStep(name=step.name, decision=decision, maybe_skipped=maybe, reason=reason)

    def _reason(self, step: StepNode) -> str:
        """Say why a step would run; empty if the cache would answer."""
        if self._cache is None or self._misses is None:
            return "the cache is off"
        inputs: dict[str, Reference] = {}
        for parameter in step.reads:
            found = self._input(parameter.binding)
            if isinstance(found, str):
                return found
            if found is not None:
                inputs[parameter.name] = found
        task = self._tasks[step.name]
        call = StepCall(
            task,
            code_of(self._functions[step.name]),
            inputs=inputs,
            context=self._context,
            run_date=self._run_date,
            store=self._store,
        )
        cache = self._cache
        key = call.key(lambda reference: self._store.texts(cache, reference))
        if isinstance(key, NoKey):
            return key.reason
        entry = cache.find(key)
        if entry is None:
            return self._misses.explain(key, task)
        self._outputs[step.name] = entry.outputs
        return ""

    def _input(self, binding: object) -> Reference | str | None:
        """Give a value that is known; else why it is not."""
        if isinstance(binding, FromInput):
            return self._store.inputs[binding.key]
        if not isinstance(binding, FromAsset):
            return None
        if binding.otherwise is not None:
            return f"'{binding.output}' is of '{binding.step}' or of '{binding.otherwise}'"
        if binding.step not in self._outputs:
            return f"'{binding.step}' runs, and may give another '{binding.output}'"
        if binding.optional and binding.step in self._maybe:
            return f"'{binding.step}' may be skipped"
        return self._outputs[binding.step][binding.output]

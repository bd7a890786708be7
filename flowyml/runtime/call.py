"""One step, loaded and ready to be tried."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Coroutine, Generator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from flowyml import runtime
from flowyml.runtime.binding import bind
from flowyml.runtime.outcome import NOTHING, Noted, noted

if TYPE_CHECKING:
    from flowyml.runtime.cache_key import Key, NoKey
    from flowyml.runtime.caching import Cache
    from flowyml.runtime.code import Code
    from flowyml.runtime.mapping import MapPolicy
    from flowyml.runtime.nesting import Expand, Nested, Steps
    from flowyml.runtime.task import Task, ValueStore
    from flowyml.runtime.verdicts import Verdicts
    from flowyml.storage import Reference


class StepCall:
    """What it takes to decide on a step, to try it, and to recover from its failure.

    Args:
        task: what to run.
        code: the user's code.
        inputs: for each parameter that reads an asset, where its value is; a parameter that is
            missing keeps its function's default.
        context: the run's context values.
        run_date: the date that the run is for.
        store: where values come from and go to.
        verdicts: what the run's shared predicates said; they are evaluated once.
        decided: what the conditions said, if they were evaluated elsewhere.
        cache: where results are found and kept; None runs the step in any case.

    Attributes:
        noted: what is known of the values that were stored or found last.
        nested: what became of the steps of the pipeline that a dynamic step built last.
    """

    def __init__(
        self,
        task: Task,
        code: Code,
        *,
        inputs: Mapping[str, Reference],
        context: Mapping[str, Any],
        run_date: datetime,
        store: ValueStore,
        verdicts: Verdicts | None = None,
        decided: bool | None = None,
        cache: Cache | None = None,
    ) -> None:
        self._task = task
        self._code = code
        self._inputs = inputs
        self._context = context
        self._run_date = run_date
        self._store = store
        self._verdicts = verdicts
        self._decided = decided
        self._cache = cache
        self._key: Key | None = None
        self.noted = NOTHING
        self.nested: Steps = {}

    def wanted(self) -> bool:
        """Evaluate the conditions; the first that says no ends it.

        Raises:
            Exception: whatever a predicate raised; the step has failed.
        """
        if self._decided is not None:
            return self._decided
        if not self._task.when:
            return True
        for number, ((_, negate), guard) in enumerate(
            zip(self._code.conditions, self._task.when, strict=True)
        ):
            ask = partial(self.says, number)
            if (self._shared().once(guard.shared, ask) if guard.shared else ask()) == negate:
                return False
        return True

    def _shared(self) -> Verdicts:
        from flowyml.runtime.verdicts import Verdicts

        self._verdicts = self._verdicts or Verdicts()
        return self._verdicts

    def says(self, number: int) -> bool:
        """Evaluate the predicate of one condition, whatever was said before.

        Raises:
            Exception: whatever the predicate raised.
        """
        return bool(self._answer_of(self._code.conditions[number][0]))

    def _answer_of(self, function: Callable[..., Any]) -> Any:
        with staying():
            return finish(function(**_taken(function, self._named())))

    def key(self, texts: Callable[[Reference], tuple[str, ...]]) -> Key | NoKey:
        """Make the cache key of this call.

        Args:
            texts: gives the texts in a stored value.

        Raises:
            Exception: what a `cache=` function of the user's raised; the step has failed.
        """
        from flowyml.runtime.cache_key import Bound, make_key
        from flowyml.runtime.environment import edited

        return make_key(
            Bound(
                task=self._task,
                code=self._code,
                inputs=self._inputs,
                context=self._context,
                run_date=self._run_date,
                ask=self._answer_of,
                texts=texts,
                edited=self._cache.edited if self._cache else edited,
            )
        )

    def cached(self) -> Mapping[str, Reference] | None:
        """Give the outputs of an earlier run, if this call would make the same.

        Raises:
            Exception: what a `cache=` function of the user's raised; the step has failed.
        """
        if self._cache is None:
            return None
        from flowyml.runtime.cache_key import NoKey

        key = self.key(self._cache.texts)
        if isinstance(key, NoKey):
            return None
        self._key = key
        found = self._cache.find(key)
        if found is None:
            return None
        self.noted = Noted(metrics=found.metrics, texts=found.texts)
        return found.outputs

    def keep(self, outputs: Mapping[str, Reference]) -> None:
        """Let the cache have what the last attempt gave."""
        if self._cache is not None and self._key is not None:
            self._cache.keep(self._key, self._task, outputs, self.noted)

    def attempt(self) -> dict[str, Reference]:
        """Call the function with freshly loaded values, and store what it returned.

        Raises:
            BindError: it cannot be called with what it was given.
            OutputError: it returned something else than it declares.
            Exception: whatever the user's code raised.
        """
        names = self._task.condition_only
        args, kwargs = self._bound()
        kwargs = {name: value for name, value in kwargs.items() if name not in names}
        with staying():
            return self._stored(self._call(args, kwargs))

    def worth_another(self, error: BaseException) -> bool:
        """Tell whether the retry policy names an exception."""
        cause = error.__cause__ if isinstance(error, runtime.NestedError) else None
        return isinstance(error, self._code.on) or isinstance(cause, self._code.on)

    def recover(self, error: Exception) -> dict[str, Reference]:
        """Call the fallback, and store what it returned as the step's outputs.

        Raises:
            Exception: there is no fallback: the error itself; or what the fallback raised, with
                the error as its context.
        """
        fallback = self._code.fallback
        if fallback is None:
            raise error
        try:
            raise error
        except Exception:  # so that a fallback that fails too shows both errors
            values = {**self._named(), "error": error}
            with staying():
                return self._stored(finish(fallback(**_taken(fallback, values))))

    @property
    def can_recover(self) -> bool:
        """Whether there is a fallback."""
        return self._code.fallback is not None

    def _bound(self) -> tuple[list[Any], dict[str, Any]]:
        return bind(
            self._task,
            self._code,
            self._inputs,
            self._context,
            self._run_date,
            self._store,
        )

    def _named(self) -> dict[str, Any]:
        """Load everything, by parameter name: what conditions and fallbacks choose from.

        They get what the step gets, so its own defaults count where nothing is bound.
        """
        args, kwargs = self._bound()
        named = dict(zip(self._task.positional, args, strict=False))
        return {**_defaults(self._code.function), **named, **kwargs}

    def _call(self, args: list[Any], kwargs: dict[str, Any]) -> Any:
        self._check(args, kwargs)
        function = self._code.function
        if self._task.map is not None:
            return self._mapped(args, kwargs, self._task.map)
        if self._code.expand is not None:
            return self._expanded(self._code.expand, args, kwargs)
        return self._timed(function, args, kwargs)

    def _expanded(self, expand: Expand, args: list[Any], kwargs: dict[str, Any]) -> Any:
        from flowyml.runtime.nesting import Place, called

        place = Place(
            step=self._task.name,
            outputs=self._task.outputs,
            run_date=self._run_date,
            store=getattr(self._store, "url", None),
        )
        try:
            work = partial(called, self._code.function, expand, place)
            nested: Nested = self._timed(work, args, kwargs)
        except runtime.NestedError as error:
            self.nested = error.steps
            raise
        self.nested = nested.steps
        return nested.value

    def _timed(self, function: Callable[..., Any], args: list[Any], kwargs: dict[str, Any]) -> Any:
        if self._task.timeout is None:
            return finish(function(*args, **kwargs))
        from flowyml.runtime.supervise import call_in_child

        what = f"step '{self._task.name}'"
        return call_in_child(function, args, kwargs, seconds=self._task.timeout, what=what)

    def _check(self, args: list[Any], kwargs: dict[str, Any]) -> None:
        try:
            inspect.signature(self._code.function).bind(*args, **kwargs)
        except TypeError as error:
            raise runtime.BindError(f"step '{self._task.name}' cannot be called: {error}") from None

    def _mapped(self, args: list[Any], kwargs: dict[str, Any], policy: MapPolicy) -> Any:
        from flowyml.runtime.mapping import run_map

        items = args[0] if args else kwargs.pop(first_parameter(self._code.function))
        what = f"map task '{self._task.name}'"
        return run_map(self._code.function, items, kwargs, policy, what=what)

    def _stored(self, value: Any) -> dict[str, Reference]:
        parts = split(self._task, value)
        stored = {name: self._store.save(name, part) for name, part in parts.items()}
        self.noted = noted(parts, mapped=self._task.map is not None)
        return stored


@contextmanager
def staying() -> Generator[None]:
    """Make `sys.exit()` a failure like any other: a container that ends with 0 has succeeded."""
    try:
        yield
    except SystemExit as left:
        raise runtime.ExitedError(
            f"sys.exit({left.code!r}) was called instead of returning"
        ) from left


def first_parameter(function: Callable[..., Any]) -> str:
    """Name the parameter that a map task takes its collection from: where the item belongs."""
    return next(iter(inspect.signature(function).parameters))


def finish(value: Any) -> Any:
    """Await what an `async` function gave; in a thread of its own where a loop runs already."""
    if not inspect.iscoroutine(value):
        return value
    import asyncio  # slow to import, and every worker would pay for it
    from concurrent.futures import ThreadPoolExecutor

    coroutine = cast("Coroutine[Any, Any, Any]", value)
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(coroutine)
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


def split(task: Task, value: Any) -> dict[str, Any]:
    """Take apart what a step returned (docs/semantics.md §1.5).

    Raises:
        OutputError: the number of values, or the keys, are not those that are declared.
    """
    names = task.outputs
    if len(names) == 1:
        return {names[0]: value}
    if isinstance(value, dict):
        by_name: dict[Any, Any] = cast("Any", value)
        if by_name.keys() == set(names):
            return {name: by_name[name] for name in names}
    elif isinstance(value, tuple | list):
        parts = cast("list[Any]", value)
        if len(parts) == len(names):
            return dict(zip(names, parts, strict=True))
    raise runtime.OutputError(
        f"step '{task.name}' declares {len(names)} outputs ({', '.join(names)}) and returned "
        f"{_shape(value)}; return one value for each, in order, or a dict with these keys"
    )


def _shape(value: Any) -> str:
    if isinstance(value, dict):
        return f"a dict with the keys {', '.join(map(repr, cast('Any', value)))}"
    if isinstance(value, tuple | list):
        return f"{len(cast('list[Any]', value))} values"
    return f"one {type(value).__name__}"


def _defaults(function: Callable[..., Any]) -> dict[str, Any]:
    parameters = inspect.signature(function).parameters.values()
    return {p.name: p.default for p in parameters if p.default is not p.empty}


def _taken(function: Callable[..., Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Choose the values that a function has parameters for."""
    parameters = inspect.signature(function).parameters.values()
    if any(p.kind is p.VAR_KEYWORD for p in parameters):
        return dict(values)
    return {p.name: values[p.name] for p in parameters if p.name in values}

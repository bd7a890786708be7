"""`@step`: a function becomes a step of a pipeline, with what other decorators say of it."""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, cast, overload

from flowyml.api import checked_cache, readable, refuse_unknown
from flowyml.frozen import dataclass

if TYPE_CHECKING:
    from typing_extensions import Never

    from flowyml.api.conditions import Condition
    from flowyml.api.resilience import RetrySpec
    from flowyml.api.resources import Needs


P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T", bound=Callable[..., Any])
_ATTRIBUTE = "__flowyml_marks__"
_WAITING = "__flowyml_waiting__"


@dataclass(frozen=True, kw_only=True)
class Marks:
    """What the decorators around one function say.

    Attributes:
        conditions: in the order in which they are read, the outermost first.
        retry: what `@retry` says.
        fallback: what `@on_failure` names.
    """

    conditions: tuple[Condition, ...] = ()
    retry: RetrySpec | None = None
    fallback: Callable[..., Any] | None = None

    def under(self, outer: Marks) -> Marks:
        """Put the marks of an outer decorator over these.

        Raises:
            TypeError: both say how to retry, or both name a fallback.
        """
        for name, word in (("retry", "@retry"), ("fallback", "@on_failure")):
            if getattr(self, name) is not None and getattr(outer, name) is not None:
                raise TypeError(f"{word} is given twice for one step; keep one of the two")
        return Marks(
            conditions=(*outer.conditions, *self.conditions),
            retry=outer.retry or self.retry,
            fallback=outer.fallback or self.fallback,
        )


def mark(word: str, /, **fields: Any) -> Callable[[T], T]:
    """Make a decorator that marks a function, or a step; `word` is what it is called."""
    marks = Marks(**fields)

    def decorate(target: T) -> T:
        if (marked := getattr(target, "marked", None)) is not None:  # a step gives a copy of itself
            step: T = marked(marks)
            return step
        if not callable(target):
            raise TypeError(f"this decorator takes a function, not {type(target).__name__}")
        setattr(target, _ATTRIBUTE, marks_of(target).under(marks))
        return target

    setattr(decorate, _WAITING, word)
    return decorate


def refuse_bare(target: object) -> None:
    """Refuse `@when` and its like without brackets: they took the step's function for their own.

    Raises:
        TypeError: says what to write.
    """
    if word := getattr(target, _WAITING, None):
        remedy = f"write {word}(…), with a function of its own"
        raise TypeError(f"{word} has decorated nothing yet: {remedy}")


def marks_of(function: Callable[..., Any]) -> Marks:
    """Give what the decorators under `@step` say of a function."""
    found: Marks = getattr(function, _ATTRIBUTE, Marks())
    return found


class Step(Generic[P, R]):
    """A function with its wiring. Calling a step calls the function.

    Attributes:
        function: the user's function.
        name: the step's name; the function's own unless `name=` was given.
        inputs: names of the assets it reads, or None to go by parameter names alone.
        outputs: names of the assets it produces; with none, the value is known by the step's name.
        cache: what `@step(cache=…)` says.
        retry: how to try again, or None for a single attempt.
        timeout: seconds that one attempt may take, or None.
        conditions: what must hold for it to run.
        fallback: what is called when the last attempt failed, or None.
        after: steps, or names of steps, that must not fail before this one starts.
        gate: whether later readers of the same assets wait for it; None lets flowyml decide.
        image: the container image that it runs in, or None for the stack's.
        resources: what it needs of the machine, or None for whatever there is.
    """

    def __init__(
        self,
        function: Callable[P, R],
        *,
        inputs: Sequence[str] | None = None,
        outputs: Sequence[str] | None = None,
        name: str | None = None,
        cache: bool | Callable[..., object] | None = None,
        retry: int = 0,
        timeout: float | None = None,
        condition: Callable[..., object] | None = None,
        after: Sequence[str | Step[..., Any]] = (),
        gate: bool | None = None,
        image: str | None = None,
        resources: Mapping[str, Any] | None = None,
    ) -> None:
        _check(function)
        functools.update_wrapper(self, function)
        self.function = function
        self.name = _name(name, function)
        self.inputs = None if inputs is None else _names("inputs", inputs)
        self.outputs = _names("outputs", outputs or ())
        self.timeout = _limit(timeout)
        self.cache = checked_cache(cache, function)
        marks = marks_of(function)
        if condition is not None:
            marks = marks.under(_asks(condition))
        if retry:
            marks = marks.under(Marks(retry=_repeats(_count("retry", retry))))
        self._take(marks)
        self.after = _steps(after)
        self.gate = gate
        self.image, self.resources = _needed(image, resources)

    def _take(self, marks: Marks) -> None:
        self.conditions: tuple[Condition, ...] = marks.conditions
        self.retry: RetrySpec | None = marks.retry
        self.fallback: Callable[..., Any] | None = marks.fallback

    def marked(self, marks: Marks) -> Step[P, R]:
        """Give a step that carries the marks of a decorator over it, too.

        Raises:
            TypeError: it says again what is said already.
        """
        own = Marks(conditions=self.conditions, retry=self.retry, fallback=self.fallback)
        step = copy.copy(self)
        step._take(own.under(marks))
        return step

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Call the function, as if it were no step."""
        return self.function(*args, **kwargs)

    def __repr__(self) -> str:
        return f"<step '{self.name}'>"


def _check(function: Callable[..., object]) -> None:
    """Refuse what no step can be made of."""
    if not callable(function):
        raise TypeError(f"@step needs a function, not {type(function).__name__}")
    refuse_bare(function)
    if isinstance(function, Step):
        raise TypeError(
            f"{function!r} is a step already, and what it says would be lost: let one "
            "decorator make the step, such as @map_task(inputs=…, outputs=…) without @step"
        )
    readable("@step", function)


@overload
def step(function: Callable[P, R], /) -> Step[P, R]: ...
@overload
def step(
    function: Callable[P, R],
    /,
    *,
    inputs: Sequence[str] | None = None,
    outputs: Sequence[str] | None = None,
    name: str | None = None,
    cache: bool | Callable[..., object] | None = None,
    retry: int = 0,
    timeout: float | None = None,
    condition: Callable[..., object] | None = None,
    after: Sequence[str | Step[..., Any]] = (),
    gate: bool | None = None,
    image: str | None = None,
    resources: Mapping[str, Any] | None = None,
) -> Step[P, R]: ...
@overload
def step(
    *,
    inputs: Sequence[str] | None = None,
    outputs: Sequence[str] | None = None,
    name: str | None = None,
    cache: bool | Callable[..., object] | None = None,
    retry: int = 0,
    timeout: float | None = None,
    condition: Callable[..., object] | None = None,
    after: Sequence[str | Step[..., Any]] = (),
    gate: bool | None = None,
    image: str | None = None,
    resources: Mapping[str, Any] | None = None,
) -> Callable[[Callable[P, R]], Step[P, R]]: ...
def step(
    function: Callable[..., Any] | None = None,
    /,
    *,
    inputs: Sequence[str] | None = None,
    outputs: Sequence[str] | None = None,
    name: str | None = None,
    cache: bool | Callable[..., object] | None = None,
    retry: int = 0,
    timeout: float | None = None,
    condition: Callable[..., object] | None = None,
    after: Sequence[str | Step[..., Any]] = (),
    gate: bool | None = None,
    image: str | None = None,
    resources: Mapping[str, Any] | None = None,
    **unknown: Never,
) -> Any:
    """Make a step of a function: `@step`, `@step(outputs=["data"])` or `step(function, …)`.

    Args:
        function: the function; synchronous or `async`.
        inputs: names of the assets it reads. Names that are no parameter go, in order, to the
            required parameters that nothing else binds. Left out, parameters bind by name.
        outputs: names of the assets it produces: one for the whole value, several for the parts of
            a tuple, list or dict.
        name: the step's name in the pipeline; default: the function's.
        cache: True lets the cache answer for a step even if it reads no asset or file, or returns
            nothing; False never does. A function is called with those of the step's arguments that
            it has parameters for, and what it returns joins the cache key. See
            docs/semantics.md §4.
        retry: repeats after a failed attempt, one second apart; `@retry` says more.
        timeout: seconds that one attempt may take; then its process is ended, and the attempt
            has failed.
        condition: a predicate, as `@when` takes it.
        after: steps, or names of steps, that must not fail before this one starts.
        gate: True makes later readers of its inputs wait for it, False never does; None: a step
            that reads assets and returns nothing is a gate.
        image: the container image that it runs in, on targets that run containers; left out, the
            stack's.
        resources: what it needs there: `cpu` in cores (2, 0.5, "500m"), `memory` ("4Gi"), `gpu`
            (1), and `accelerator`, the kind of these ("nvidia.com/gpu").

    Raises:
        TypeError: an argument of the wrong type, or an unknown keyword.
        ValueError: a negative `retry` or an empty name.

    Example:
        >>> @step(inputs=["raw"], outputs=["clean"])
        ... def clean(raw):
        ...     return [row for row in raw if row]
        >>> clean([1, None, 2])
        [1, 2]
    """
    refuse_unknown(step, unknown)

    def decorate(target: Callable[..., Any]) -> Step[..., Any]:
        return Step(
            _function_of(target),
            inputs=inputs,
            outputs=outputs,
            name=name,
            cache=cache,
            retry=retry,
            timeout=timeout,
            condition=condition,
            after=after,
            gate=gate,
            image=image,
            resources=resources,
        )

    return decorate if function is None else decorate(function)


def _function_of(target: Callable[..., Any]) -> Callable[..., Any]:
    """Take the function for one more step; what a map or a dynamic step does would be lost."""
    if not isinstance(target, Step):
        return target
    if type(cast("Any", target)) is not Step:
        raise TypeError(
            f"{target!r} is a step already, of a kind that @step would not keep: give its own "
            "decorator what @step says, such as @map_task(inputs=…, outputs=…)"
        )
    return target.function


def _needed(
    image: str | None, resources: Mapping[str, Any] | None
) -> tuple[str | None, Needs | None]:
    if image is None and resources is None:
        return None, None
    from flowyml.api.resources import checked_image, checked_resources

    return checked_image("image=", image), checked_resources(resources)


def _asks(condition: Callable[..., object]) -> Marks:
    from flowyml.api.conditions import condition_of

    return Marks(conditions=(condition_of("condition=", condition),))


def _name(name: str | None, function: Callable[..., Any]) -> str:
    found = getattr(function, "__name__", type(function).__name__) if name is None else name
    if not isinstance(found, str):
        raise TypeError(f"name= must be text, not {type(found).__name__}")
    if not found.strip():
        raise ValueError("name= must not be empty")
    return found


def _names(keyword: str, names: Sequence[str]) -> tuple[str, ...]:
    if isinstance(names, str):
        raise TypeError(f'{keyword}= takes a list of names: write {keyword}=["{names}"]')
    for name in names:
        if not isinstance(name, str):
            raise TypeError(f"{keyword}= takes names, not {type(name).__name__}: {name!r}")
    return tuple(names)


def _steps(after: Sequence[str | Step[..., Any]]) -> tuple[str | Step[..., Any], ...]:
    if isinstance(after, str | Step):
        raise TypeError("after= takes a list: write after=[…]")
    return tuple(after)


def _repeats(retries: int) -> RetrySpec:
    from flowyml.api.resilience import RetrySpec

    return RetrySpec(retries + 1, delay=1.0, backoff=1.0, max_delay=60.0, on=(Exception,))


def _limit(timeout: float | None) -> float | None:
    if timeout is None:
        return None
    from flowyml.api.resilience import seconds

    if not seconds("timeout", timeout):
        raise ValueError("timeout=0 leaves no time to run; leave it out for no limit")
    return float(timeout)


def _count(keyword: str, value: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{keyword}= takes a whole number, not {value!r}")
    if value < 0:
        raise ValueError(f"{keyword}= must not be negative, got {value}")
    return value

"""Run one step, here: the one place where a step's meaning is carried out."""

from __future__ import annotations

import asyncio
import inspect
import os
import time
import traceback
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from flowyml.runtime.binding import bind
from flowyml.runtime.errors import BindError, DriftError, OutputError
from flowyml.runtime.outcome import Outcome
from flowyml.runtime.task import RetryPolicy, Task, ValueStore
from flowyml.storage.reference import Reference

ALLOW_DRIFT = "FLOWYML_ALLOW_DRIFT"


def run_attempt(
    task: Task,
    *,
    inputs: Mapping[str, Reference],
    context: Mapping[str, Any],
    run_date: datetime,
    store: ValueStore,
    function: Callable[..., Any] | None = None,
) -> dict[str, Reference]:
    """Try a step once.

    Args:
        task: what to run.
        inputs: for each parameter that reads an asset, where its value is.
        context: the run's context values by key; a key that is missing leaves the parameter to the
            function's own default.
        run_date: the aware UTC date that the run is for.
        store: where values come from and go to.
        function: the function itself, if it is at hand. Else it is imported by its entrypoint, its
            source compared with the compiled digest, and called in its project's folder.

    Returns:
        A reference for each output.

    Raises:
        BindError: the step cannot be called with what it was given.
        OutputError: it returned something else than it declares.
        DriftError: the worker's source is not what was compiled.
        Exception: whatever the user's code raised.
    """
    place: AbstractContextManager[object] = nullcontext()
    if function is None:
        function, place = _load(task)
    with place:
        args, kwargs = bind(task, function, inputs, context, run_date, store)
        value = _call(task, function, args, kwargs)
        return {name: store.save(name, part) for name, part in _split(task, value).items()}


def run_task(
    task: Task,
    *,
    inputs: Mapping[str, Reference],
    context: Mapping[str, Any],
    run_date: datetime,
    store: ValueStore,
    function: Callable[..., Any] | None = None,
    sleep: Callable[[float], object] = time.sleep,
) -> Outcome:
    """Try a step as often as its retry policy allows; a failing step is an outcome, not an error.

    Takes what `run_attempt` takes. `sleep` waits between attempts, in seconds.
    """
    policy = task.retry or RetryPolicy(attempts=1)
    started = time.perf_counter()
    for attempt in range(1, policy.attempts + 1):
        try:
            outputs = run_attempt(
                task,
                inputs=inputs,
                context=context,
                run_date=run_date,
                store=store,
                function=function,
            )
        except Exception as error:
            if attempt == policy.attempts:
                return _failed(error, attempt, started)
            sleep(policy.wait(attempt))
        else:
            seconds = time.perf_counter() - started
            return Outcome(
                state="SUCCEEDED", outputs=outputs, attempts=attempt, duration_seconds=seconds
            )
    raise AssertionError("a retry policy has at least one attempt")


def user_traceback(error: BaseException) -> str:
    """Format a traceback without flowyml's own frames above the user's."""
    frames = error.__traceback__
    while frames is not None and frames.tb_next is not None and _is_ours(frames.tb_frame.f_globals):
        frames = frames.tb_next
    return "".join(traceback.format_exception(type(error), error, frames)).rstrip()


def _is_ours(namespace: dict[str, Any]) -> bool:
    return str(namespace.get("__name__", "")).partition(".")[0] == "flowyml"


def _failed(error: Exception, attempt: int, started: float) -> Outcome:
    return Outcome(
        state="FAILED",
        attempts=attempt,
        error=user_traceback(error),
        exception=error,
        duration_seconds=time.perf_counter() - started,
    )


def _load(task: Task) -> tuple[Callable[..., Any], AbstractContextManager[object]]:
    from flowyml.frontend.digest import source_digest
    from flowyml.frontend.entrypoints import load_function
    from flowyml.frontend.project import project_root, working_directory

    function = load_function(task.step)
    file = Path(inspect.unwrap(function).__code__.co_filename)
    root = project_root(file)
    found = source_digest(function, root)
    if not found.startswith(task.digest) and not os.environ.get(ALLOW_DRIFT):
        raise DriftError(
            f"step '{task.name}': the source of {task.step} on this worker is not the source that "
            f"was compiled (digest {found[: len(task.digest)]}, compiled {task.digest}); compile "
            f"again, deploy the same code, or set {ALLOW_DRIFT}=1 to run it all the same"
        )
    installed = "site-packages" in file.parts
    return function, nullcontext() if installed else working_directory(root)


def _call(task: Task, function: Callable[..., Any], args: list[Any], kwargs: dict[str, Any]) -> Any:
    try:
        inspect.signature(function).bind(*args, **kwargs)
    except TypeError as error:
        raise BindError(f"step '{task.name}' cannot be called: {error}") from None
    value = function(*args, **kwargs)
    if inspect.iscoroutine(value):
        return _finish(cast("Coroutine[Any, Any, Any]", value))
    return value


def _finish(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Await a step; in a thread of its own where this one runs a loop already (a notebook)."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(coroutine)
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


def _split(task: Task, value: Any) -> dict[str, Any]:
    """Take apart what a step returned (docs/semantics.md §1.5)."""
    names = task.outputs
    if len(names) == 1:
        return {names[0]: value}
    if isinstance(value, dict):
        by_name = cast("dict[Any, Any]", value)
        if by_name.keys() == set(names):
            return {name: by_name[name] for name in names}
    elif isinstance(value, tuple | list):
        parts = cast("list[Any]", value)
        if len(parts) == len(names):
            return dict(zip(names, parts, strict=True))
    raise OutputError(
        f"step '{task.name}' declares {len(names)} outputs ({', '.join(names)}) and returned "
        f"{_shape(value)}; return one value for each, in order, or a dict with these keys"
    )


def _shape(value: Any) -> str:
    if isinstance(value, dict):
        return f"a dict with the keys {', '.join(map(repr, cast('dict[Any, Any]', value)))}"
    if isinstance(value, tuple | list):
        return f"{len(cast('list[Any]', value))} values"
    return f"one {type(value).__name__}"

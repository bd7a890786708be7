"""The user's code of one step: found at hand, or imported and compared with what was compiled."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flowyml import runtime
from flowyml.frozen import dataclass
from flowyml.runtime.task import CACHE_ALWAYS, CACHE_NEVER, Task

if TYPE_CHECKING:
    from flowyml.runtime.nesting import Expand

ALLOW_DRIFT = "FLOWYML_ALLOW_DRIFT"


@dataclass(frozen=True, kw_only=True)
class Code:
    """What a step consists of.

    Attributes:
        function: the step's function.
        conditions: predicates, each with whether it must be false.
        fallback: what is called when the last attempt failed.
        on: the exceptions that are worth another attempt.
        expand: runs the pipeline that a dynamic step's function returns.
        annotations: those of the function that are evaluated already: in another process, the names
            in their text may mean nothing.
        cache_key: supplies a part of the cache key.
    """

    function: Callable[..., Any]
    conditions: tuple[tuple[Callable[..., object], bool], ...] = ()
    fallback: Callable[..., Any] | None = None
    on: tuple[type[BaseException], ...] = (Exception,)
    expand: Expand | None = None
    annotations: Mapping[str, Any] | None = None
    cache_key: Callable[..., Any] | None = None

    def hints(self) -> Mapping[str, Any]:
        """Evaluate the annotations, late: only a step that asks for assets needs them."""
        from flowyml.frontend.annotations import hints

        return hints(self.function) if self.annotations is None else self.annotations


def code_of(found: Any) -> Code:
    """Take a Step apart, also from under decorators; a plain function is a step of itself."""
    step = found
    while step is not None and not hasattr(step, "conditions"):
        step = getattr(step, "__wrapped__", None)
    if step is None:
        return Code(function=found)
    retry = step.retry
    return Code(
        function=step.function,
        conditions=tuple(step.conditions),
        fallback=step.fallback,
        on=retry.on if retry else (Exception,),
        expand=getattr(step, "expand", None),
        cache_key=step.cache if callable(step.cache) else None,
    )


def load_code(task: Task) -> tuple[Code, AbstractContextManager[object]]:
    """Import a step by its entrypoint.

    Returns:
        The code, and the working directory that it runs in: its project's folder, unless it is an
        installed package's.

    Raises:
        DriftError: the source here is not the source that was compiled.
    """
    from flowyml.frontend.loader import load_entrypoint
    from flowyml.frontend.project import project_root, working_directory

    code = code_of(load_entrypoint(task.step))
    file = Path(inspect.unwrap(code.function).__code__.co_filename)
    root = project_root(file)
    _compare(task, code, root)
    installed = "site-packages" in file.parts
    return code, nullcontext() if installed else working_directory(root)


def _compare(task: Task, code: Code, root: Path) -> None:
    from flowyml.frontend.digest_kept import digest_here

    if os.environ.get(ALLOW_DRIFT):
        return
    parts = [(task.step, code.function, task.digest)]
    parts += [
        (f"{task.step}#when[{n}]", predicate, guard.digest)
        for n, ((predicate, _), guard) in enumerate(zip(code.conditions, task.when, strict=False))
    ]
    if code.fallback is not None and task.fallback:
        parts.append((f"{task.step}#fallback", code.fallback, task.fallback))
    if code.cache_key is not None and task.cache:
        parts.append((f"{task.step}#cache", code.cache_key, task.cache))
    for name, function, compiled in parts:
        found = digest_here(function, root)
        if not found.startswith(compiled):
            raise runtime.DriftError(_drift(task, name, found, compiled))
    supplied = task.cache not in ("", CACHE_ALWAYS, CACHE_NEVER)
    same = (
        len(code.conditions) == len(task.when)
        and bool(code.fallback) == bool(task.fallback)
        and (code.cache_key is not None) == supplied
    )
    if not same:
        raise runtime.DriftError(
            _drift(task, task.step, "other conditions, fallback or cache=", task.digest)
        )


def _drift(task: Task, name: str, found: str, compiled: str) -> str:
    return (
        f"step '{task.name}': the source of {name} on this worker is not the source that was "
        f"compiled (digest {found[: len(compiled)]}, compiled {compiled}); compile again, deploy "
        f"the same code, or set {ALLOW_DRIFT}=1 to run it all the same"
    )

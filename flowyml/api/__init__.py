"""What users write: where in their code that was, and what its keywords take.

An unknown keyword is an error that names the nearest known one.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import FunctionType
from typing import TYPE_CHECKING, Any, Literal

from flowyml.diagnostics import near
from flowyml.frozen import dataclass

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from flowyml.api.settings import Settings
    from flowyml.stacks import LocalStack, Stack


_PACKAGE = __name__.partition(".")[0]


@dataclass(frozen=True, kw_only=True)
class Place:
    """A line of a module: its name, its file as Python knows it (None in a prompt), the line."""

    module: str
    file: str | None
    line: int


def caller() -> Place | None:
    """Find the nearest line outside flowyml that led here."""
    frame = inspect.currentframe()
    while frame is not None:
        module = str(frame.f_globals.get("__name__", ""))
        if module.partition(".")[0] != _PACKAGE:
            file = frame.f_globals.get("__file__")
            return Place(module=module, file=file, line=frame.f_lineno)
        frame = frame.f_back
    return None


FOLDER = ".flowyml/cache"
"""Where a pipeline's cache is unless it says otherwise."""

_VARIABLE = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


def refuse_unknown(function: Callable[..., Any], unknown: Iterable[str]) -> None:
    """Raise for keywords that a function does not have.

    Raises:
        TypeError: there is one; names the closest keyword that exists.
    """
    for name in unknown:
        kinds = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
        parameters = inspect.signature(function).parameters.values()
        known = [p.name for p in parameters if p.kind in kinds]
        owner = function.__qualname__.removesuffix(".__init__")
        raise TypeError(f"{owner}() has no keyword '{name}'; {near(name, set(known) - {'self'})}")


def flag(keyword: str, value: bool) -> bool:  # noqa: FBT001 - it is what is checked
    """Check a keyword that is on or off: any text would count as on.

    Raises:
        TypeError: neither True nor False.
    """
    if not isinstance(value, bool):
        raise TypeError(f"{keyword}= takes True or False, not {value!r}")
    return value


def checked_text(keyword: str, value: str | None) -> str | None:
    """Check a keyword that takes text.

    Raises:
        TypeError: anything else.
    """
    if value is not None and not isinstance(value, str):
        raise TypeError(f"{keyword}= takes text, not {value!r}")
    return value


def checked_tags(tags: Sequence[str] | None) -> tuple[str, ...]:
    """Check `tags=`.

    Raises:
        TypeError: no list, or one of something else than text.
    """
    if isinstance(tags, str):
        raise TypeError(f'tags= takes a list: write tags=["{tags}"]')
    if odd := [tag for tag in tags or () if not isinstance(tag, str)]:
        raise TypeError(f"tags= takes texts, not {odd[0]!r}")
    return tuple(tags or ())


def checked_where(
    executor: Executor | Literal["thread", "process"] | None, stack: LocalStack | Stack | str | None
) -> tuple[Executor | str | None, LocalStack | Stack | str | None]:
    """Check `executor=` and `stack=`; what is not said needs no module that knows of it."""
    if executor is None and stack is None:
        return None, None
    from flowyml.api.executors import checked_executor, checked_stack

    return checked_executor(executor), checked_stack(stack)


def checked_version(version: str | None) -> str | None:
    """Check `version=`; see `flowyml.api.versioning`."""
    if version is None:
        return None
    from flowyml.api import versioning

    return versioning.checked_version(version)


def checked_settings(settings: Mapping[str, Mapping[str, Any]] | None) -> Settings:
    """Check `settings=`; see `flowyml.api.settings`."""
    if settings is None:
        return {}
    from flowyml.api import settings as known

    return known.checked_settings(settings)


def readable(what: str, function: Callable[..., Any]) -> None:
    """Check that the parameters of a function can be read.

    Args:
        what: who was given the function, for the message: `@step`.
        function: some functions of C extensions do not tell.

    Raises:
        TypeError: they cannot be read.
    """
    if type(function) is FunctionType and not vars(function):
        return  # nothing says otherwise than its code
    try:
        inspect.signature(function)
    except ValueError:
        name = getattr(function, "__name__", type(function).__name__)
        raise TypeError(
            f"{what} cannot read the parameters of {name!r}, which is not written in Python; "
            f"call it in a function of your own"
        ) from None


def checked_cache(
    cache: bool | Callable[..., object] | None,  # noqa: FBT001 - the user's keyword
    function: Callable[..., Any],
) -> bool | Callable[..., object] | None:
    """Check what `cache=` was given.

    Raises:
        TypeError: something else than True, False or a function; or a function that needs an
            argument which the step does not have.
    """
    if cache is None or isinstance(cache, bool):
        return cache
    if not callable(cache):
        raise TypeError(f"cache= takes True, False or a function, not {cache!r}")
    own = inspect.signature(function).parameters
    if any(parameter.kind in _VARIABLE for parameter in own.values()):
        return cache
    for name, parameter in inspect.signature(cache).parameters.items():
        needed = parameter.default is parameter.empty and parameter.kind not in _VARIABLE
        if needed and name not in own:
            raise TypeError(f"cache= takes '{name}', which the step does not; {near(name, own)}")
    return cache


def checked_place(cache_dir: str | os.PathLike[str]) -> str:
    """Check where a cache is to be.

    Raises:
        TypeError: not a path.
        ValueError: an empty path.
    """
    if not isinstance(cache_dir, str | os.PathLike):
        raise TypeError(f"cache_dir= takes a path, not {type(cache_dir).__name__}")
    if not os.fspath(cache_dir):
        raise ValueError("cache_dir= must not be empty")
    return os.fspath(cache_dir)

"""Keywords and what they take: an unknown one is an error that names the nearest known one."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from flowyml.diagnostics import near

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from flowyml.api.settings import Settings
    from flowyml.stacks import LocalStack, Stack


def refuse_unknown(function: Callable[..., Any], unknown: Iterable[str]) -> None:
    """Raise for keywords that a function does not have.

    Raises:
        TypeError: there is one; names the closest keyword that exists.
    """
    for name in unknown:
        known = [
            p.name
            for p in inspect.signature(function).parameters.values()
            if p.kind != p.VAR_KEYWORD
        ]
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

"""Source digests of an earlier process, kept beside the bytecode of their modules.

A worker starts for a single step, and takes much longer to read all that the step reaches than to
run it. So the first one writes down what the digest went by, where Python keeps the bytecode of the
step's module and on the same terms (`PYTHONDONTWRITEBYTECODE`, `PYTHONPYCACHEPREFIX`). The next one
looks whether all of it is as it was: which file each module is and every byte of it, that what was
not of the project still is not, and the values of globals that count by value. What may depend on
more than that is not kept, and what cannot be read is made anew.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import importlib.util
import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path, PurePath
from types import FunctionType
from typing import TYPE_CHECKING, Any

from flowyml.frontend.digest_project import Project, live
from flowyml.frontend.loader import MAIN
from flowyml.frontend.project import is_installed
from flowyml.frozen import dataclass

if TYPE_CHECKING:
    from flowyml.frontend.digest_functions import Own

SHORT = 16
"""Hex digits of a source digest that stand for it: enough to notice drift, short enough to read."""

KNOWN: dict[str, Reach] = {}
"""What the code behind each digest of this process reaches; equal digests reach the same."""


@dataclass(frozen=True, kw_only=True)
class Reach:
    """What a function reaches.

    Attributes:
        packages: third-party top-level modules.
        modules: the project's own modules.
        moving: its globals that the source digest tells by their source, though it is another
            value on another machine or later that counts: what is read from a file or from the
            environment, and what functions change.
    """

    packages: tuple[str, ...]
    modules: tuple[str, ...]
    moving: tuple[tuple[str, str], ...]


def digest_here(function: Callable[..., Any], root: Path) -> str:
    """Give what `source_digest` gives, without a walk if one of an earlier process still holds.

    Args:
        function: as for `source_digest`.
        root: likewise.
    """
    if (kept := find(function, root)) is not None:
        digest, told = kept
        KNOWN[digest[:SHORT]] = Reach(**told)
        return digest
    from flowyml.frontend.digest import digest_and_own

    digest, own = digest_and_own(function, root)
    keep(function, root, own, digest, vars(KNOWN[digest[:SHORT]]))
    return digest


def find(function: Callable[..., Any], root: Path) -> tuple[str, dict[str, Any]] | None:
    """Give what was kept of a function, if nothing that it went by has changed.

    Args:
        function: as for `source_digest`.
        root: the project's folder.

    Returns:
        The digest, and what `Reach` says, by name.
    """
    if (place := _place(function)) is None:
        return None
    try:
        if (text := _lines(place, _heading(function)).get(_key(function))) is None:
            return None
        kept = json.loads(text)
        if not _holds(kept, _project(function, root, kept)):
            return None
        told = {name: tuple(kept["reach"][name]) for name in ("packages", "modules")}
        moving = tuple((module, name) for module, name in kept["reach"]["moving"])
        return kept["digest"], {**told, "moving": moving}
    except (ValueError, KeyError, TypeError, AttributeError, OSError):  # it is none of ours
        return None


def keep(
    function: Callable[..., Any], root: Path, own: Own, digest: str, reach: Mapping[str, Any]
) -> None:
    """Keep what was found out about a function, if it may be kept.

    Args:
        function: the function.
        root: the project's folder.
        own: what belongs to it, with the walk that was made for it.
        digest: its digest.
        reach: what `Reach` says, by name.
    """
    place = _place(function)
    if place is None or sys.dont_write_bytecode or len(own.pieces) != 1 or own.unseen:
        return
    asked = own.walk.asked()
    if asked is None or any(found.unsure for found in asked.values() if found is not None):
        return
    project = own.walk.project
    missing = [name for name, found in asked.items() if found is None]
    tops = {name.partition(".")[0] for name in missing}
    with contextlib.suppress(OSError):  # as Python does with bytecode
        kept = {
            "digest": digest,
            "reach": dict(reach),
            "root": str(root),
            "tops": None if project.tops is None else [_installed(), *sorted(project.tops)],
            "files": {name: (found.file, found.digest) for name, found in asked.items() if found},
            "missing": missing,
            "outside": sorted(filter(project.leaves_out, tops)),
            "data": [(*each, _state(*each)) for each in sorted(own.walk.data)],
        }
        heading = _heading(function)
        _write(place, heading, _lines(place, heading) | {_key(function): json.dumps(kept)})


def _place(function: Callable[..., Any]) -> str | None:
    """Name the file where digests of a plain function's module are kept; None for any other."""
    plain = type(function) is FunctionType and function.__qualname__ == function.__name__
    if not plain or function.__closure__ or hasattr(function, "__wrapped__"):
        return None
    space: dict[str, Any] = getattr(function, "__globals__")  # noqa: B009 - of functions only
    file, name = space.get("__file__"), space.get("__name__")
    if not (isinstance(file, str) and isinstance(name, str)) or name in MAIN:
        return None
    implementation: Any = sys.implementation
    if implementation.cache_tag is None:  # this Python keeps no bytecode
        return None
    return f"{importlib.util.cache_from_source(file).removesuffix('.pyc')}.flowyml"


def _key(function: Callable[..., Any]) -> str:
    code = function.__code__
    file = os.path.basename(code.co_filename)  # noqa: PTH119
    module: object = getattr(function, "__globals__")["__name__"]  # noqa: B009
    parts = (module, function.__module__, function.__name__, code.co_name, code.co_firstlineno)
    return json.dumps((*parts, file))


def _heading(function: Callable[..., Any]) -> str:
    """Tell which edition of a function's module, and of what makes digests, a file is about."""
    return f"{_edition()} {_digest(getattr(function, '__globals__')['__file__'])}"  # noqa: B009


def _lines(place: str, heading: str) -> dict[str, str]:
    """Read what is kept of a module's functions; what is about another edition is nothing."""
    try:
        with open(place, encoding="utf-8") as file:  # noqa: PTH123 - a Path would cost more
            first, *lines = file.read().splitlines()
    except (OSError, ValueError):
        return {}
    if first != heading:
        return {}
    return {key: text for key, tab, text in (line.partition("\t") for line in lines) if tab}


def _write(place: str, heading: str, lines: dict[str, str]) -> None:
    from flowyml.storage.files import write_file

    folder, name = os.path.split(place)
    text = "\n".join((heading, *(f"{key}\t{value}" for key, value in lines.items()), ""))
    write_file(lambda file: file.write(text.encode()), folder, lambda _: name, replace=True)


@functools.cache
def _edition() -> str:
    """Tell by which code, of ours and of Python, digests are made."""
    with os.scandir(os.path.dirname(__file__)) as entries:  # noqa: PTH120
        ours = [(e.name, e.stat()) for e in entries if e.name.endswith(".py")]
    stamps = [f"{name} {status.st_mtime_ns} {status.st_size}" for name, status in sorted(ours)]
    return hashlib.sha256("\n".join((sys.version, *stamps)).encode()).hexdigest()


def _project(function: Callable[..., Any], root: Path, kept: dict[str, Any]) -> Project | None:
    """Give the project of a function; None if it is another one than it was.

    Which distribution an installed module is of takes long to find out, and stays as long as
    nothing is installed or removed in any of the places for that.
    """
    if kept["root"] != str(root):
        return None
    space: dict[str, Any] = getattr(function, "__globals__")  # noqa: B009
    if kept["tops"] is None:
        return Project.around(space["__name__"], space["__file__"], root)
    stamp, *tops = kept["tops"]
    if _installed() != stamp:
        return None
    return Project.known(space["__name__"], space["__file__"], root, frozenset(tops))


def _installed() -> list[list[object]]:
    """Tell what is installed: each place on `sys.path` for it, with the distributions there."""
    places = [p for p in sys.path if is_installed(PurePath(p)) and os.path.isdir(p)]  # noqa: PTH112
    return [[p, os.stat(p).st_mtime_ns, *_distributions(p)] for p in places]  # noqa: PTH116


def _distributions(place: str) -> list[str]:
    return sorted(name for name in os.listdir(place) if name.endswith("-info"))  # noqa: PTH208


def _holds(kept: dict[str, Any], project: Project | None) -> bool:
    return (
        project is not None
        and all(map(project.leaves_out, kept["outside"]))
        and all(_is_missing(name, project, kept["outside"]) for name in kept["missing"])
        and all(
            project.file(name) == file and _digest(file) == digest
            for name, (file, digest) in kept["files"].items()
        )
        and all(_state(module, name) == state for module, name, state in kept["data"])
    )


def _is_missing(name: str, project: Project, outside: list[str]) -> bool:
    """Tell whether a module still is none of the project's.

    One that is loaded may be, also below a name that leads out of it: packages can span folders.
    """
    known_outside = live(name) is None and name.partition(".")[0] in outside
    return known_outside or project.file(name) is None


def _digest(file: str) -> str:
    with open(file, "rb") as source:  # noqa: PTH123
        return hashlib.sha256(source.read()).hexdigest()


def _state(module: str, name: str) -> str:
    """Tell what a global says to a digest: its value, the classes of what has none, or nothing."""
    from flowyml.frontend.digest_values import OpaqueError, encode

    found = live(module)
    if found is None or name not in vars(found):
        return ""
    value = vars(found)[name]
    try:
        text = encode(value).text
    except OpaqueError:
        named = isinstance(value, type | FunctionType)
        text = f"opaque {[] if named else [each.__module__ for each in type(value).__mro__]}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

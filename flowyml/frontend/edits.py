"""Files that were edited after their modules were loaded.

A process goes on with the code that it loaded, and a digest is made of what stands in the files.
Where the two differ, the digest says nothing of what runs.
"""

from __future__ import annotations

import functools
import os
import time
from collections.abc import Iterator
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import TypeAlias, cast

from flowyml.frontend.digest_project import live

Stamp: TypeAlias = "tuple[int, int, int]"

_BOUND: tuple[type, ...] = (staticmethod, classmethod)

_seen: dict[str, tuple[ModuleSpec | ModuleType, Stamp, bool]] = {}
"""By module: what it was loaded as, how its file looked first, and whether it was edited by then.
"""


def is_edited(module: str) -> bool:
    """Tell whether a module's file is no longer the one that the module was loaded from.

    A module that is loaded anew starts anew. In doubt, which is with a file that was written since
    this process began, the functions in it are compiled and compared with those that are loaded.
    """
    loaded = live(module)
    file = getattr(loaded, "__file__", None)
    if loaded is None or not file:
        return False
    try:
        stamp = _stamp(file)
    except OSError:
        return True
    load = loaded.__spec__ or loaded
    known = _seen.get(module)
    if known is None or known[0] is not load:
        known = _seen[module] = (load, stamp, stamp[0] >= _began() and _differs(loaded, file))
    return known[2] or known[1] != stamp


def _stamp(file: str) -> Stamp:
    status = os.stat(file)  # noqa: PTH116 - for every step
    return status.st_mtime_ns, status.st_size, status.st_ino


@functools.cache
def _began() -> int:
    """Give the time at which this process began, in nanoseconds; 0 where nobody tells."""
    try:
        fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
        uptime = float(Path("/proc/uptime").read_text().split()[0])
        age = uptime - int(fields[19]) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError):
        return 0
    return time.time_ns() - int(age * 1e9)


def _differs(module: ModuleType, file: str) -> bool:
    """Tell whether a function that is loaded is not to be found in the file."""
    try:
        whole = compile(Path(file).read_bytes(), file, "exec", dont_inherit=True)
    except (OSError, SyntaxError, ValueError):
        return True
    written = set(_codes(whole))
    return any(
        function.__code__ not in written
        for function in _functions(module)
        if function.__code__.co_filename == file
    )


def _codes(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _codes(constant)


def _functions(module: ModuleType) -> Iterator[FunctionType]:
    """Give the functions in a module and its classes, those in steps and under decorators too."""
    holders: list[object] = [module]
    for holder in holders:
        for value in list(vars(holder).values()):
            if not isinstance(value, type):
                yield from _wrapped(value)
            elif value.__module__ == module.__name__ and value not in holders:
                holders.append(cast("object", value))


def _wrapped(value: object) -> Iterator[FunctionType]:
    found: object = getattr(value, "__func__") if type(value) in _BOUND else value  # noqa: B009
    while found is not None:
        if isinstance(found, FunctionType):
            yield found
        found = getattr(found, "__dict__", {}).get("__wrapped__")

"""The environment of a step: versions of what it reaches, found where it runs."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

from flowyml.frontend.digest import reach_of, unseen_values
from flowyml.frontend.digest_kept import Reach
from flowyml.frontend.digest_project import real_function
from flowyml.frontend.edits import is_edited
from flowyml.frontend.project import project_root

_LIBRARIES = {"npy": ("numpy",), "parquet": ("pandas", "pyarrow")}
"""By format: what gives a value its methods, whether or not a step imports it."""


def reach(digest: str, function: Callable[..., Any]) -> Reach:
    """Say what a step's function reaches; `digest` is its source digest, or its beginning."""
    return reach_of(digest, function, partial(_root, function))


def environment(reach: Reach, formats: Iterable[str]) -> dict[str, str]:
    """Give the versions of Python and of the third-party distributions that a step reaches.

    Args:
        reach: what its function reaches.
        formats: the formats of the values that it reads.
    """
    values = (name for format_ in formats for name in _LIBRARIES.get(format_, ()))
    return _versions(frozenset((*reach.packages, *values)))


def edited(reach: Reach) -> str:
    """Name a module that a step reaches and whose file was edited after it was loaded, or none."""
    return next(filter(is_edited, reach.modules), "")


def taken_along(function: Callable[..., Any]) -> dict[str, Any]:
    """Give the values in a function's closure and the like that its source does not tell."""
    return unseen_values(function, partial(_root, function))


@functools.lru_cache(maxsize=1024)
def _versions(packages: frozenset[str]) -> dict[str, str]:
    from flowyml.storage.distributions import distributions_of

    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    return {"python": python, **distributions_of(packages)}


def _root(function: Callable[..., Any]) -> Path:
    real = real_function(function)
    return _project(inspect.unwrap(real).__code__.co_filename) if real else Path.cwd()


@functools.lru_cache(maxsize=1024)
def _project(file: str) -> Path:
    path = Path(file)
    return project_root(path) if path.is_file() else Path.cwd()

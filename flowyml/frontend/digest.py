"""The source digest: a fingerprint of all project code that a function can reach.

docs/semantics.md §4.1. It is the same on every supported Python, blind to comments, docstrings,
layout and imports that are not used, and over-approximated: when unsure it covers more. flowyml's
own decorators are left out, because the IR states what they say.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FunctionType
from typing import TYPE_CHECKING, Any

from flowyml.frontend.digest_kept import KNOWN, SHORT, Reach
from flowyml.frontend.digest_project import Project, live, own_name, real_function

if TYPE_CHECKING:
    from flowyml.frontend.digest_functions import Own
    from flowyml.frontend.digest_values import Key
    from flowyml.frontend.digest_walk import Piece, Walk


def source_digest(function: Callable[..., Any], root: Path) -> str:
    """Give the sha256 of a function's source and of all project source it reaches, hex.

    Args:
        function: a function, or what a step can be made of: a method, a partial, an object.
        root: the project's folder.
    """
    return digest_and_own(function, root)[0]


def digest_and_own(function: Callable[..., Any], root: Path) -> tuple[str, Own]:
    """Give the same with what belongs to the function itself, and note what it reaches."""
    own, reached = _reach(function, root)
    lines = [piece.text for piece in own.pieces]
    lines += [f"{module}:{name or ''} {piece.text}" for (module, name), piece in reached.items()]
    digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    KNOWN[digest[:SHORT]] = _reached(function, own, reached)
    return digest, own


def reached_distributions(function: Callable[..., Any], root: Path) -> tuple[str, ...]:
    """Name the top-level modules outside of the project and of Python that a function reaches."""
    return _packages(*_reach(function, root))


def reach_of(digest: str, function: Callable[..., Any], root: Callable[[], Path]) -> Reach:
    """Say what a function reaches, without another walk if its digest is known.

    Args:
        digest: at least the first `SHORT` hex digits of the function's source digest.
        function: as for `source_digest`.
        root: gives the project's folder, if it takes a walk.
    """
    key = digest[:SHORT]
    if key not in KNOWN:
        KNOWN[key] = _reached(function, *_reach(function, root()))
    return KNOWN[key]


def moving_values(reach: Reach) -> dict[str, str]:
    """Give digests of what the moving globals hold now, as far as it is plain data."""
    found = {f"{module}.{name}": _value_digest(module, name) for module, name in reach.moving}
    return {name: digest for name, digest in found.items() if digest}


def _value_digest(module: str, name: str) -> str:
    from flowyml.frontend.digest_values import OpaqueError, encode

    try:
        text = encode(vars(live(module))[name]).text
    except (KeyError, TypeError, OpaqueError):  # not there, not loaded, no plain data
        return ""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def unseen_values(function: Callable[..., Any], root: Callable[[], Path]) -> dict[str, Any]:
    """Give the values that a function took along and of which the source digest sees the type only.

    A closure over a data frame, a bound method's object, the arguments of a partial.

    Args:
        function: as for `source_digest`.
        root: gives the project's folder, if it takes a walk.
    """
    if type(function) is FunctionType and not (function.__closure__ or function.__dict__):
        return {}
    return _reach(function, root())[0].unseen


def _reach(function: Callable[..., Any], root: Path) -> tuple[Own, Mapping[Key, Piece]]:
    """Give what belongs to a function itself, and the pieces of the project that it reaches."""
    from flowyml.frontend.digest_functions import Own

    walk = _walk(function, root)
    own = Own(walk)
    own.add(function)
    return own, walk.reach(own.keys)


def _packages(own: Own, reached: Mapping[Key, Piece]) -> tuple[str, ...]:
    names = {name for piece in (*own.pieces, *reached.values()) for name in piece.packages}
    return tuple(sorted(names - sys.stdlib_module_names))


def _reached(function: Callable[..., Any], own: Own, reached: Mapping[Key, Piece]) -> Reach:
    moving = tuple((m, name) for (m, name), piece in reached.items() if name and piece.moving)
    return Reach(
        packages=_packages(own, reached), modules=_modules(function, reached), moving=moving
    )


def _modules(function: Callable[..., Any], reached: Mapping[Key, Piece]) -> tuple[str, ...]:
    real = real_function(function)
    own = own_name(str(real.__globals__.get("__name__", ""))) if real else ""
    return tuple(sorted({own, *(module for module, _ in reached)} - {""}))


def _walk(function: Callable[..., Any], root: Path) -> Walk:
    from flowyml.frontend.digest_walk import Walk

    real = real_function(function)
    space: Mapping[str, Any] = real.__globals__ if real else {}
    file = space.get("__file__")
    if file is None:  # typed in a prompt: no module of the project starts it
        return Walk(Project.around("", str(root / "any"), root), "")
    module = own_name(str(space.get("__name__", "")))
    return Walk(Project.around(module, str(file), root), module)

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
from typing import Any

from flowyml.frontend.digest_functions import Own, real_function
from flowyml.frontend.digest_modules import Project, own_name
from flowyml.frontend.digest_values import Key
from flowyml.frontend.digest_walk import Piece, Walk


def source_digest(function: Callable[..., Any], root: Path) -> str:
    """Give the sha256 of a function's source and of all project source it reaches, hex.

    Args:
        function: a function, or what a step can be made of: a method, a partial, an object.
        root: the project's folder.
    """
    own, reached = _reach(function, root)
    lines = [piece.text for piece in own]
    lines += [f"{module}:{name or ''} {piece.text}" for (module, name), piece in reached.items()]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def reached_distributions(function: Callable[..., Any], root: Path) -> tuple[str, ...]:
    """Name the top-level modules outside of the project and of Python that a function reaches."""
    own, reached = _reach(function, root)
    names = {name for piece in (*own, *reached.values()) for name in piece.packages}
    return tuple(sorted(names - sys.stdlib_module_names))


def _reach(function: Callable[..., Any], root: Path) -> tuple[list[Piece], Mapping[Key, Piece]]:
    """Give the pieces of a function itself, and the others that they reach."""
    walk = _walk(function, root)
    own = Own(walk)
    own.add(function)
    return own.pieces, walk.reach(own.keys)


def _walk(function: Callable[..., Any], root: Path) -> Walk:
    real = real_function(function)
    space: Mapping[str, Any] = real.__globals__ if real else {}
    file = space.get("__file__")
    if file is None:  # typed in a prompt: no module of the project starts it
        return Walk(Project.around("", str(root / "any"), root), "")
    module = own_name(str(space.get("__name__", "")))
    return Walk(Project.around(module, str(file), root), module)

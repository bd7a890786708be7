"""Backends by name, found through entry points: a first-party one like any other."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from importlib.metadata import EntryPoint, entry_points

from flowyml.backend import Backend
from flowyml.diagnostics import UsageError, near

GROUP = "flowyml.backends"


@functools.cache
def _entry_points() -> dict[str, EntryPoint]:
    points = sorted(entry_points(group=GROUP), key=lambda p: p.name)
    found = {point.name: point for point in points}
    if len(found) < len(points):
        _refuse_a_mixture(points)
    return found


def _refuse_a_mixture(points: Iterable[EntryPoint]) -> None:
    """Refuse two of our distributions, which hold the same files, in different versions.

    Raises:
        UsageError: what is imported is part of the one and part of the other.
    """
    from flowyml.diagnostics.missing import OURS

    owners = {p.dist.name: p.dist.version for p in points if p.dist and p.dist.name in OURS}
    if len({*owners.values()}) > 1:
        both = " and ".join(f"{name} {version}" for name, version in sorted(owners.items()))
        raise UsageError(
            f"{both} are both installed and hold the same files, so that neither is whole; run "
            f"'pip uninstall {' '.join(OURS)}', and install one of them"
        )


def backend_names() -> tuple[str, ...]:
    """Name the backends that are installed, sorted."""
    return tuple(_entry_points())


@functools.cache
def load_backend(name: str) -> Backend:
    """Load the backend of that name.

    Raises:
        UsageError: none is installed under that name; says what is.
    """
    points = _entry_points()
    if not points:
        raise UsageError(
            "no backends are installed: flowyml itself is not installed here; "
            "run 'pip install -e .' in its folder"
        )
    if name not in points:
        raise UsageError(f"unknown target '{name}'; {near(name, points)}")
    backend = points[name].load()()
    if not isinstance(backend, Backend):
        raise UsageError(f"the entry point '{name}' of {GROUP} is not a flowyml backend")
    return backend


def compilers() -> tuple[str, ...]:
    """Name the backends that compile to something, sorted."""
    return tuple(name for name in backend_names() if load_backend(name).versions)


def resolve_target(spec: str) -> tuple[Backend, str]:
    """Read `airflow` or `airflow==3.3`.

    Returns:
        The backend and the exact target version, its default if none was given.

    Raises:
        UsageError: an unknown backend or version, or a backend that compiles nothing.
    """
    name, _, version = spec.partition("==")
    backend = load_backend(name)
    if not backend.versions:
        raise UsageError(f"the backend '{name}' runs pipelines and compiles nothing")
    if version and version not in backend.versions:
        raise UsageError(
            f"unknown version '{version}' of target '{name}'; {near(version, backend.versions)}"
        )
    return backend, version or backend.versions[0]

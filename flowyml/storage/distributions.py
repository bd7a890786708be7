"""Which installed distribution a module belongs to."""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterable
from importlib import metadata


def distributions_of(modules: Iterable[str]) -> dict[str, str]:
    """Map the distributions that hold the given modules to their installed versions, sorted.

    The standard library and the project's own modules belong to none.
    """
    tops = {module.partition(".")[0] for module in modules} - sys.stdlib_module_names
    return dict(sorted(found for top in tops if (found := _distribution(top))))


def installed_version(distribution: str) -> str | None:
    """Give the version that is installed here, or None."""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


@functools.cache
def _distribution(top: str) -> tuple[str, str] | None:
    """Find one module's distribution: most have its name, and listing all of them is slow."""
    name = top if installed_version(top) else next(iter(packages().get(top, ())), None)
    version = installed_version(name) if name else None
    return (name, version) if name and version else None


@functools.cache
def packages() -> dict[str, list[str]]:
    """Map top-level modules to the distributions that hold them."""
    if sys.version_info >= (3, 11):
        return dict(metadata.packages_distributions())
    found: dict[str, list[str]] = {}
    for distribution in metadata.distributions():
        for top in _tops(distribution):
            found.setdefault(top, []).append(distribution.metadata["Name"])
    return found


def _tops(distribution: metadata.Distribution) -> set[str]:
    """Name a distribution's top-level modules; 3.10 itself sees only those that are listed."""
    if listed := distribution.read_text("top_level.txt"):
        return set(listed.split())
    files = [file for file in distribution.files or () if file.suffix == ".py"]
    return {file.parts[0] if len(file.parts) > 1 else file.stem for file in files}

"""What a pipeline's functions need beside the project's own code."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flowyml.api.step import Step
from flowyml.frontend.digest import reached_distributions
from flowyml.frontend.digest_project import real_function
from flowyml.frontend.project import project_root
from flowyml.frontend.trace import functions
from flowyml.storage.distributions import distributions_of, installed_version

if TYPE_CHECKING:
    from flowyml.api.pipeline import Pipeline


def dependencies(pipeline: Pipeline) -> dict[str, str]:
    """Map what the steps reach to the versions that are installed: distributions, and `python`.

    Only what the project's own code imports counts, not what that needs in turn; of Python, only
    the minor version.
    """
    own = {id(each): each for step in functions(pipeline).values() for each in own_functions(step)}
    reached = {name for each in own.values() for name in reached_distributions(each, _root(each))}
    versions = {name: installed_version(name) for name in distributions_of(reached)}
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    return {"python": python} | {name: version for name, version in versions.items() if version}


def own_functions(step: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    """Give the functions that a step consists of: its own, its conditions', its fallback."""
    if not isinstance(step, Step):
        yield step
        return
    yield step.function
    yield from (condition.predicate for condition in step.conditions)
    if step.fallback is not None:
        yield step.fallback


def _root(function: Callable[..., Any]) -> Path:
    real = real_function(function)
    file = Path(real.__code__.co_filename) if real else None
    return project_root(file) if file and file.is_file() else Path.cwd()

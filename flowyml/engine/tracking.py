"""Experiment tracking: what a run's record says about where it ran (docs/how-to/tracking.md)."""

from __future__ import annotations

import platform
import threading
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flowyml.engine.git import GitQuestion, GitState
from flowyml.frontend.dependencies import own_functions
from flowyml.frontend.digest import reached_distributions
from flowyml.frontend.project import enclosing_project, project_root
from flowyml.frontend.trace import functions
from flowyml.storage.distributions import distributions_of

if TYPE_CHECKING:
    from flowyml.api.pipeline import Pipeline


class Tracking:
    """Finds out what a run ran with, beside the run: a run waits for next to nothing of it.

    Args:
        pipeline: the user's object.
        root: its project's folder.
        git: asked already, so that the answer is there when it is wanted.
    """

    def __init__(self, pipeline: Pipeline, root: Path, git: GitQuestion) -> None:
        self._pipeline = pipeline
        self._root = root
        self._git = git
        self._versions: dict[str, str] = {}
        self._search: threading.Thread | None = None

    def begin(self) -> GitState:
        """Give what git says, and begin to look for the distributions that the steps reach."""
        steps = functions(self._pipeline).values()
        reached = {id(each): each for step in steps for each in own_functions(step)}
        self._search = threading.Thread(
            target=self._find_versions, args=(reached.values(),), daemon=True
        )
        self._search.start()
        return self._git.answer()

    def environment(self) -> dict[str, str]:
        """Give the versions of Python, flowyml and the distributions that the steps reach."""
        from flowyml import __version__

        if self._search is not None:
            self._search.join()
        return {
            "python": platform.python_version(),
            "platform": f"{platform.system()} {platform.release()} {platform.machine()}",
            "flowyml": __version__,
            **self._versions,
        }

    def _find_versions(self, reaching: Iterable[Callable[..., Any]]) -> None:
        reached = {name for each in reaching for name in reached_distributions(each, self._root)}
        self._versions = distributions_of(reached)


@contextmanager
def tracked(pipeline: Pipeline) -> Generator[Tracking | None]:
    """Track the runs of a pipeline, if it wants that."""
    if not pipeline.enable_experiment_tracking:
        yield None
        return
    root = _root(pipeline)
    with GitQuestion(root) as git:
        yield Tracking(pipeline, root, git)


def _root(pipeline: Pipeline) -> Path:
    place = pipeline.place
    if place is None or place.file is None:
        return enclosing_project(Path.cwd())
    return project_root(Path(place.file))

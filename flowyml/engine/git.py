"""What git says about a project: its commit, and whether the files differ from it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from flowyml.frozen import dataclass

if TYPE_CHECKING:
    from typing_extensions import Self

_COMMIT = "# branch.oid "
_PATIENCE = 5.0  # seconds; a repository on a slow disk must not hold up a run for longer
_QUESTION = ("git", "status", "--porcelain=v2", "--branch", "--untracked-files=no", "--", ".")


@dataclass(frozen=True, kw_only=True)
class GitState:
    """A project's commit, in hex, and whether files that git tracks differ from it."""

    commit: str | None = None
    dirty: bool | None = None


class GitQuestion:
    """Asks git once, and does something else until the answer is wanted.

    Where there is no git, no repository, no commit or no answer, nothing is known, which is no
    error.

    Args:
        folder: the project's; only what lies in it counts.

    Leaving it as a context ends the question, answered or not.
    """

    def __init__(self, folder: Path) -> None:
        self._process = _asked(folder) if _in_repository(folder) else None

    def answer(self) -> GitState:
        """Wait for the answer, some milliseconds; ask for it once."""
        if self._process is None:
            return GitState()
        try:
            text, _ = self._process.communicate(timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            return GitState()
        return _read(text) if self._process.returncode == 0 else GitState()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            with self._process:
                self._process.kill()


def _in_repository(folder: Path) -> bool:
    return any((each / ".git").exists() for each in (folder, *folder.parents))


def _asked(folder: Path) -> subprocess.Popen[str] | None:
    try:
        return subprocess.Popen(  # noqa: S603 - our own words, no shell
            _QUESTION,
            cwd=folder,
            env={**os.environ, "GIT_OPTIONAL_LOCKS": "0"},  # only look: the index is not ours
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            errors="replace",
        )
    except OSError:  # git is not installed here, or not to be run
        return None


def _read(text: str) -> GitState:
    lines = text.splitlines()
    commit = next((line.removeprefix(_COMMIT) for line in lines if line.startswith(_COMMIT)), "")
    if not set(commit) <= set("0123456789abcdef") or not commit:  # "(initial)": none was made yet
        return GitState()
    return GitState(commit=commit, dirty=any(not line.startswith("#") for line in lines))

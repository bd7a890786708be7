"""A revision of a git repository as files, without touching the repository or its work tree."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

from flowyml.diagnostics import UsageError
from flowyml.review.trial import workspace


@contextmanager
def checked_out(revision: str, folder: Path) -> Generator[tuple[Path, Path]]:
    """Write all files of a revision to a folder that is gone afterwards.

    They are read into an index of their own: no work tree is registered, and unlike in an archive
    nothing is left out (`export-ignore`).

    Args:
        revision: what `git rev-parse` takes: `HEAD~1`, `main`, a tag, a commit.
        folder: any folder of the repository.

    Yields:
        The repository's folder, and the one that holds the revision.

    Raises:
        UsageError: no git, no repository, or no such revision.
    """
    home = Path(_git(folder, "rev-parse", "--show-toplevel").rstrip("\n")).resolve()
    commit = _commit(revision, home)
    with workspace() as place:
        copy = place / "tree"
        (copy / ".git").mkdir(parents=True)  # where the project's folder is found by this mark
        index = {"GIT_INDEX_FILE": str(place / "index")}
        _git(home, "read-tree", commit, env=index)
        _git(home, "checkout-index", "--all", "--force", f"--prefix={copy}{os.sep}", env=index)
        yield home, copy


def _commit(revision: str, home: Path) -> str:
    named = ("--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    missing = f"there is no revision '{revision}' in {home}"
    return _git(home, "rev-parse", *named, what=missing).strip()


def _git(
    folder: Path, *arguments: str, what: str = "", env: Mapping[str, str] | None = None
) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - git itself, and no shell
            ["git", *arguments],  # noqa: S607 - the git that the user has
            cwd=folder,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="surrogateescape",
            check=False,
        )
    except OSError as error:
        raise UsageError(f"cannot run git: {error.strerror or error}") from error
    if done.returncode:
        raise UsageError(what or f"git {arguments[0]} failed: {done.stderr.strip()}")
    return done.stdout

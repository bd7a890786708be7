"""Versions of a pipeline: recorded once, compared with what the pipeline means now."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from flowyml.diagnostics import FlowymlError, UsageError

if TYPE_CHECKING:
    from flowyml.api.pipeline import Pipeline
    from flowyml.review.diff import Diff
    from flowyml.stacks.local import LocalStack

_log = logging.getLogger("flowyml")


class VersionTakenError(FlowymlError, ValueError):
    """A version is recorded already, of another pipeline than this one is now."""


def checked_version(version: str | None) -> str | None:
    """Check the `version=` of a pipeline.

    Raises:
        TypeError: not text.
        ValueError: empty.
    """
    if version is not None and not isinstance(version, str):
        raise TypeError(f'version= takes text: write version="{version}"')
    if version is not None and not version.strip():
        raise ValueError("version= must not be empty")
    return version


def save_version(pipeline: Pipeline, stack: LocalStack) -> None:
    """Record the pipeline's version; see `Pipeline.save_version`."""
    found = _record(pipeline, stack)
    if found is not None:
        raise VersionTakenError(
            f"version '{pipeline.version}' of '{pipeline.name}' is recorded, and stays what it "
            f"was; give the changed pipeline another version=\n{found}"
        )


def record_run(pipeline: Pipeline, stack: LocalStack) -> None:
    """Record the version of a pipeline that is about to run, if it has one.

    While a version is worked on it is run again and again, so a change is no error here: the record
    of the version stays, the run's own record holds the digest of what was run, and a warning says
    so.
    """
    found = _record(pipeline, stack) if pipeline.version else None
    if found is not None:
        _log.warning(
            "pipeline '%s' is not what is recorded as version '%s' (%s); the run is recorded with "
            "its own snapshot_hash. Give the changed pipeline another version=; what changed: "
            "compare_with('%s')",
            *(pipeline.name, pipeline.version, found.summary(), pipeline.version),
        )


def compare(pipeline: Pipeline, version: str, stack: LocalStack) -> Diff:
    """Compare with a recorded version; see `Pipeline.compare_with`."""
    from flowyml.review.diff import diff, label
    from flowyml.review.meaning import meaning

    recorded = stack.versions().get(pipeline.name, version).ir
    return diff(recorded, meaning(pipeline), old_name=f"{label(recorded)} (recorded)")


def _record(pipeline: Pipeline, stack: LocalStack) -> Diff | None:
    """Record the version, unless it is; give what changed since then, if that matters to a run."""
    from flowyml.review.diff import diff, label
    from flowyml.review.meaning import meaning

    if pipeline.version is None:
        raise UsageError(
            f"the pipeline '{pipeline.name}' has no version; give it one: "
            f'Pipeline("{pipeline.name}", version="v1.0.0")'
        )
    ir = meaning(pipeline)
    recorded = stack.versions().record(pipeline.version, ir).ir
    found = diff(recorded, ir, old_name=f"{label(recorded)} (recorded)")
    return found if found.graver("behaviour") else None

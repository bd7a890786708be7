"""The part of a `Pipeline` that knows its versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flowyml.frontend.loading import end_loading_if_active

if TYPE_CHECKING:
    from flowyml.api.pipeline import Pipeline
    from flowyml.review.diff import Diff
    from flowyml.stacks import LocalStack, Stack


class Versioned:
    """What every pipeline can do with recorded versions of it."""

    name: str
    stack: LocalStack | Stack | str | None

    def save_version(self, *, stack: LocalStack | Stack | str | None = None) -> None:
        """Record what the pipeline means now under its version, as a run does.

        A version stays what it was when it was first recorded. Saving it again unchanged, or with
        other descriptions and tags, does nothing.

        Args:
            stack: where the records are kept; default: the pipeline's.

        Raises:
            VersionTakenError: the version is recorded, and the pipeline has changed since.
            UsageError: the pipeline has no version.
            CompileError: what is wrong with the pipeline.
        """
        end_loading_if_active()
        from flowyml.api.versioning import save_version

        save_version(_of(self), self._kept(stack))

    def list_versions(self, *, stack: LocalStack | Stack | str | None = None) -> list[str]:
        """Name the recorded versions of the pipeline, the oldest first."""
        end_loading_if_active()
        return list(self._kept(stack).versions().names(self.name))

    def compare_with(self, version: str, *, stack: LocalStack | Stack | str | None = None) -> Diff:
        """Compare the pipeline as it is now with a recorded version; print it to read it.

        Raises:
            UnknownVersionError: it was never recorded; lists those that were.
            CompileError: what is wrong with the pipeline.
        """
        end_loading_if_active()
        from flowyml.api.versioning import compare

        return compare(_of(self), version, self._kept(stack))

    def _kept(self, stack: LocalStack | Stack | str | None) -> LocalStack:
        from flowyml.stacks import records_of

        return records_of(stack, self.stack)


def _of(part: Versioned) -> Pipeline:
    return cast("Pipeline", part)

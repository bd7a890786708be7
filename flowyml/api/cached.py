"""What a pipeline can do with the cache."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from flowyml.api.pipeline import Pipeline
    from flowyml.api.step import Step
    from flowyml.engine.cache import CacheStats


class Cached:
    """The part of a `Pipeline` that asks the cache, and empties it."""

    def cache_stats(self) -> CacheStats:
        """Say what the cache holds for this pipeline, and how often it answered.

        Raises:
            OSError: the cache cannot be read.
        """
        from flowyml.engine.cache import stats

        return stats(cast("Pipeline", self))

    def invalidate_cache(self, step: str | Step[..., Any] | None = None) -> int:
        """Forget what the cache holds for this pipeline, so that its steps run again.

        Args:
            step: a step, or its name in the pipeline; None forgets all of them.

        Returns:
            How many entries were removed. The stored values stay: run records name them.

        Raises:
            UsageError: no such step; names the closest.
        """
        from flowyml.engine.cache import invalidate

        return invalidate(cast("Pipeline", self), step)

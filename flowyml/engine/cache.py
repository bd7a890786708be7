"""A pipeline's cache from outside of a run: what it holds, and forgetting it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypedDict

from flowyml.diagnostics import UsageError, near
from flowyml.frontend.digest_kept import SHORT
from flowyml.frontend.trace import functions, trace
from flowyml.passes import check
from flowyml.runtime import Cache
from flowyml.stacks import records_of
from flowyml.storage.cache import CacheIndex, Entry, size_of

if TYPE_CHECKING:
    from flowyml.api.pipeline import Pipeline
    from flowyml.api.step import Step
    from flowyml.ir import StepNode
    from flowyml.storage import ArtifactStore


class CacheStats(TypedDict):
    """What a cache holds for a pipeline, and how often it answered.

    Attributes:
        entries: results that are kept.
        size_bytes: of the stored values that they name, each counted once.
        hits: steps of recorded runs that were CACHED.
        misses: steps of recorded runs that ran and SUCCEEDED.
        hit_rate: the share of hits in both; 0 if there were none.
    """

    entries: int
    size_bytes: int
    hits: int
    misses: int
    hit_rate: float


def open_cache(pipeline: Pipeline, store: ArtifactStore) -> Cache:
    """Open a pipeline's cache, relative to the present working directory."""
    index = CacheIndex(pipeline.cache_dir)
    index.sweep()
    return Cache(index, store)


def stats(pipeline: Pipeline) -> CacheStats:
    """Count; see `Pipeline.cache_stats`."""
    mine = _made_by(_nodes(pipeline).values())
    entries = [entry for entry in CacheIndex(pipeline.cache_dir).entries() if mine(entry)]
    with records_of(pipeline.stack).records() as records:
        states = records.count_states(pipeline.name)
    hits, misses = states.get("CACHED", 0), states.get("SUCCEEDED", 0)
    return CacheStats(
        entries=len(entries),
        size_bytes=size_of(entries),
        hits=hits,
        misses=misses,
        hit_rate=hits / (hits + misses) if hits else 0.0,
    )


def invalidate(pipeline: Pipeline, step: str | Step[..., Any] | None) -> int:
    """Remove entries; see `Pipeline.invalidate_cache`."""
    nodes = _nodes(pipeline)
    if step is not None:
        name = step if isinstance(step, str) else _name(pipeline, step)
        if name not in nodes:
            raise UsageError(f"no step '{name}' in '{pipeline.name}'; {near(name, nodes)}")
        nodes = {name: nodes[name]}
    return CacheIndex(pipeline.cache_dir).remove(_made_by(nodes.values()))


def _nodes(pipeline: Pipeline) -> dict[str, StepNode]:
    """Give the steps by name; a pipeline that needs run(inputs=…) has them too."""
    return {node.name: node for node in check(trace(pipeline)).ir.steps}


def _name(pipeline: Pipeline, step: Step[..., Any]) -> str:
    return next((n for n, own in functions(pipeline).items() if own is step), step.name)


def _made_by(nodes: Any) -> Callable[[Entry], bool]:
    """Tell the entries of steps: by the function's name, or by its code if it had another name."""
    functions = [node.function for node in nodes]
    names = {function.entrypoint for function in functions}
    digests = {function.digest[:SHORT] for function in functions}
    return lambda entry: entry.step in names or entry.parts.get("code") in digests

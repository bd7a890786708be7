"""Pipelines within pipelines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from flowyml.api import Place, caller
from flowyml.frozen import dataclass

if TYPE_CHECKING:
    from flowyml.api.pipeline import Pipeline


@dataclass(frozen=True, kw_only=True)
class SubPipeline:
    """A pipeline as a part of another one; see `Pipeline.add_sub_pipeline`."""

    pipeline: Pipeline
    name: str
    inputs: tuple[str, ...] | None
    outputs: tuple[str, ...] | None
    input_mapping: tuple[tuple[str, str], ...]
    output_mapping: tuple[tuple[str, str], ...]
    place: Place | None = None


def sub_pipeline(
    pipeline: Pipeline,
    name: str | None,
    inputs: Sequence[str] | None,
    outputs: Sequence[str] | None,
    input_mapping: Mapping[str, str] | None,
    output_mapping: Mapping[str, str] | None,
) -> SubPipeline:
    """Check the types of what `Pipeline.add_sub_pipeline` was given."""
    if name is not None and not isinstance(name, str):
        raise TypeError(f"name= takes text, not {type(name).__name__}")
    return SubPipeline(
        pipeline=pipeline,
        name=pipeline.name if name is None else name,
        inputs=_names("inputs", inputs),
        outputs=_names("outputs", outputs),
        input_mapping=_pairs("input_mapping", input_mapping),
        output_mapping=_pairs("output_mapping", output_mapping),
        place=caller(),
    )


def _names(keyword: str, names: Sequence[str] | None) -> tuple[str, ...] | None:
    if names is None:
        return None
    if isinstance(names, str):
        raise TypeError(f'{keyword}= takes a list of names: write {keyword}=["{names}"]')
    if not all(isinstance(name, str) for name in names):
        raise TypeError(f"{keyword}= takes a list of names")
    return tuple(names)


def _pairs(keyword: str, mapping: Mapping[str, str] | None) -> tuple[tuple[str, str], ...]:
    if mapping is None:
        return ()
    if not isinstance(mapping, Mapping):
        raise TypeError(f"{keyword}= takes a dict of names, not {type(mapping).__name__}")
    if not all(isinstance(name, str) for pair in mapping.items() for name in pair):
        raise TypeError(f"{keyword}= takes a dict of names")
    return tuple(mapping.items())

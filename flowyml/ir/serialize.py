"""The IR as text: canonical JSON, its digest, its JSON Schema."""

from __future__ import annotations

import hashlib
import json
from typing import Any, cast

from flowyml.ir.nodes import PipelineIR

_WITHOUT_MEANING = frozenset({"span", "description", "source", "version"})
_LINES = frozenset({"line"})


def to_json(ir: PipelineIR, *, lines: bool = True) -> str:
    """Write the IR as canonical JSON: sorted keys, UTF-8, defaults left out, a final newline.

    Args:
        ir: any IR.
        lines: False leaves out line numbers, so that moving a step in its file changes nothing.

    Raises:
        ValueError: a number that JSON cannot hold (NaN or an infinity).
    """
    data = ir.model_dump(mode="python")
    return _canonical(data if lines else _without(_LINES, data), indent=1) + "\n"


def from_json(text: str) -> PipelineIR:
    """Read what `to_json` wrote; equal to what was written.

    Raises:
        pydantic.ValidationError: the text is not an IR of this schema version.
    """
    return PipelineIR.model_validate_json(text)


def digest(ir: PipelineIR) -> str:
    """Give the sha256 over everything that has meaning: no spans, docs, places or version."""
    data = ir.model_dump(mode="python")
    return hashlib.sha256(_canonical(_without(_WITHOUT_MEANING, data)).encode()).hexdigest()


def json_schema() -> dict[str, Any]:
    """Give the JSON Schema of the IR, as published in the documentation."""
    schema = PipelineIR.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _canonical(data: Any, *, indent: int | None = None) -> str:
    return json.dumps(data, sort_keys=True, ensure_ascii=False, allow_nan=False, indent=indent)


def _without(keys: frozenset[str], data: Any) -> Any:
    """Drop keys at every depth, but leave a default alone: it is the user's own value."""
    if isinstance(data, dict):
        fields = cast("dict[str, Any]", data)
        return {
            key: value if key == "default" else _without(keys, value)
            for key, value in fields.items()
            if key not in keys
        }
    if isinstance(data, list | tuple):
        return [_without(keys, item) for item in cast("list[Any]", data)]
    return data

"""The IR as text: canonical JSON, its digest, its JSON Schema."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from flowyml.ir.kept import kept
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
    return _canonical(ir.plain() if lines else ir.without(_LINES), indent=1) + "\n"


def from_json(text: str) -> PipelineIR:
    """Read what `to_json` wrote; equal to what was written.

    Raises:
        pydantic.ValidationError: the text is not an IR of this schema version.
    """
    return PipelineIR.model_validate_json(text)


@kept
def digest(ir: PipelineIR) -> str:
    """Give the sha256 over everything that has meaning: no spans, docs, places or version."""
    return hashlib.sha256(_canonical(ir.without(_WITHOUT_MEANING)).encode()).hexdigest()


def json_schema() -> dict[str, Any]:
    """Give the JSON Schema of the IR, as published in the documentation."""
    schema = PipelineIR.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _canonical(data: Any, *, indent: int | None = None) -> str:
    return json.dumps(data, sort_keys=True, ensure_ascii=False, allow_nan=False, indent=indent)

"""What the launcher fills into a container's command (2.5: `launcher_v2.go`, getPlaceholders)."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from flowyml_kubeflow.simulate.model import TaskError
from flowyml_kubeflow.simulate.values import to_text


def fill(words: Sequence[str], request: dict[str, Any]) -> list[str]:
    """Fill in the placeholders of a command.

    The launcher replaces them one after the other in an order that changes from run to run, so a
    value that holds a placeholder may be changed too. Here each place is filled once.

    Raises:
        TaskError: a parameter without a value, which the launcher cannot write.
    """
    known = _known(request)
    pattern = re.compile("|".join(map(re.escape, known)))
    return [pattern.sub(lambda match: known[match[0]], word) for word in words]


def _known(request: dict[str, Any]) -> dict[str, str]:
    inputs, outputs = request["inputs"], request["outputs"]
    known = {"{{$}}": json.dumps(request, ensure_ascii=False)}
    for key, value in inputs.get("parameterValues", {}).items():
        if value is None:
            raise TaskError(f"the parameter '{key}' is null, which the launcher cannot write")
        known[f"{{{{$.inputs.parameters['{key}']}}}}"] = to_text(value)
    for key, stated in outputs.get("parameters", {}).items():
        known[f"{{{{$.outputs.parameters['{key}'].output_file}}}}"] = stated["outputFile"]
    for side, part in (("inputs", inputs), ("outputs", outputs)):
        lists = {key: each["artifacts"] for key, each in part.get("artifacts", {}).items()}
        for key, artifacts in lists.items():
            if not artifacts:
                continue
            uri = artifacts[0]["uri"]
            for attribute in ("uri", "path"):  # one and the same here: nothing is fetched
                known[f"{{{{$.{side}.artifacts['{key}'].{attribute}}}}}"] = uri
    return known

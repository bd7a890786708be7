"""What becomes of a container's command: clauses that are decided, placeholders that are filled in.

The clauses are the driver's (2.17: `driver/util.go`, resolveContainerArgs; a backend before that
hands their text to the command), the placeholders the launcher's (2.5: `launcher_v2.go`,
getPlaceholders).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flowyml_kubeflow.json_data import is_array, is_object
from flowyml_kubeflow.simulate.model import TaskError
from flowyml_kubeflow.simulate.values import to_text

_CLAUSE = '{"IfPresent":'


def decide(words: Sequence[str], given: Mapping[str, Any]) -> Iterator[str]:
    """Decide on what a command says only if an input has a value.

    Args:
        words: the command.
        given: the parameters that the task was given; a default of its own does not count.

    Raises:
        TaskError: a clause that the driver does not understand.
    """
    for word in words:
        if word.strip().startswith(_CLAUSE) and "$.outputs" not in word:
            yield from _decided(word, given)
        else:
            yield word


def _decided(word: str, given: Mapping[str, Any]) -> list[str]:
    try:
        clause = json.loads(word)["IfPresent"]
    except ValueError as error:
        raise TaskError(f"IfPresent is not JSON: {error}") from None
    if not is_object(clause):
        raise TaskError("IfPresent is no object")
    present = given.get(clause.get("InputName", "")) is not None
    said: Any = clause.get("Then" if present else "Else") or []
    words: list[Any] = said if is_array(said) else [said]
    if not all(isinstance(each, str) for each in words):
        raise TaskError(f"IfPresent chooses {said!r:.80}, which is not text")
    return words


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

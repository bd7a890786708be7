"""Text that Airflow's templates render: of users', which they must leave alone, and of ours."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

from flowyml.ir import FromAsset, StepNode
from flowyml_airflow import names

_CHANGED = re.compile(r"\{[{%#]|[\r\n]|\.(sh|bash|env|json|ya?ml)$")
"""What Airflow would change: markup, line ends, and what looks like the name of a template file."""

_JSON = "| tojson"
CONTEXT = f"{{{{ params {_JSON} }}}}"
DATE = "{{ (dag_run.logical_date or dag_run.run_after).isoformat() }}"
"""Airflow: a run that was triggered without a logical date has none."""
LAST = f"{{{{ (ti.try_number > ti.max_tries) {_JSON} }}}}"


def raw(text: str) -> str:
    """Write text so that rendering it gives the text.

    Example:
        >>> raw("plain"), raw("/etc/app.json")
        ('plain', '{{ "/etc/app.json" }}')
    """
    if not _CHANGED.search(text):
        return text
    escaped = text.encode("unicode_escape").decode("ascii").replace('"', r"\"")
    return f'{{{{ "{escaped}" }}}}'


def raw_all(data: Any) -> Any:
    """Write every text in JSON data so, but the keys, which Airflow leaves alone."""
    if isinstance(data, str):
        return raw(data)
    if isinstance(data, Mapping):
        mapping: Mapping[str, Any] = cast("Any", data)
        return {key: raw_all(value) for key, value in mapping.items()}
    if isinstance(data, list | tuple):
        return [raw_all(item) for item in cast("Sequence[Any]", data)]
    return data


def unexpanded(text: str) -> str:
    """Write text so that Kubernetes gives the text.

    Kubernetes puts a variable's value in the place of `$(NAME)`, and takes `$$` for `$`.
    """
    return text.replace("$", "$$").replace(_JSON, f'{_JSON} | replace("$", "$$")')


def as_json(spec: str | Mapping[str, Any]) -> str:
    """Write what a task is told as JSON text, for a command."""
    written = json.dumps(spec, sort_keys=True, allow_nan=False)
    return raw(written.replace(_JSON, _JSON.replace("|", r"\u007c")))


def pulled(task_id: str, key: str) -> str:
    """Ask for an XCom, as JSON."""
    asked = f"ti.xcom_pull(task_ids={json.dumps(task_id)}, key={json.dumps(key)})"
    return f"{{{{ {asked} {_JSON} }}}}"


def pulled_inputs(step: StepNode, task_ids: Mapping[str, str]) -> str:
    """Ask for the references of all that a step reads, as a JSON object by parameter.

    Args:
        step: the step.
        task_ids: the ids of the tasks by the steps' names.
    """
    read = {p.name: p.binding for p in step.reads if isinstance(p.binding, FromAsset)}
    parts = (f"{json.dumps(name)}: {_asked(binding, task_ids)}" for name, binding in read.items())
    return f"{{{', '.join(parts)}}}"


def _asked(binding: FromAsset, task_ids: Mapping[str, str]) -> str:
    key = names.xcom_key(binding.output)
    first = pulled(task_ids[binding.step], key)
    if binding.otherwise is None:
        return first
    return f"[{first}, {pulled(task_ids[binding.otherwise], key)}]"

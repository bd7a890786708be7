"""The parts of the documentation that are made from the code, by file name."""

from __future__ import annotations

import ast
import inspect
import json
import re
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from types import FunctionType
from typing import Any

from flowyml.diagnostics import CODES
from tests.conformance.case import said_of

ROOT = Path(__file__).parents[2]
MADE = "<!-- Made from the code by `make docs`; do not edit. -->\n"


def ir_schema() -> str:
    """The JSON Schema of the IR."""
    from flowyml.ir import json_schema

    return json.dumps(json_schema(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def file_schema() -> str:
    """The JSON Schema of flowyml.yaml."""
    from flowyml.stacks.schema import json_schema

    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


def support_matrix() -> str:
    """What each target does with each construct."""
    from flowyml.constructs import CONSTRUCTS
    from flowyml.registry import backend_names, load_backend

    tables = {
        f"{name}=={version}": backend.capabilities(version)
        for name, backend in ((name, load_backend(name)) for name in backend_names())
        for version in backend.versions
    }
    rows = [
        f"| {what} | `{key}` | "
        + " | ".join(table[key].grade if key in table else "refused" for table in tables.values())
        + " |"
        for key, what in CONSTRUCTS.items()
    ]
    said: dict[tuple[str, str, str], list[str]] = {}
    for target, table in tables.items():
        for key, support in table.items():
            if support.note:
                said.setdefault((target.partition("==")[0], key, support.note), []).append(target)
    notes = [
        f"- **{', '.join(targets)}**, {CONSTRUCTS[key]} ({tables[targets[0]][key].grade}): {note}."
        for (_, key, note), targets in said.items()
    ]
    return "\n".join(
        [
            "# Support matrix",
            "",
            MADE,
            "The local runner carries out everything that the language has. The grades are "
            "explained in [semantics](../semantics.md), section 5. The key in the second column is "
            "what `--allow` takes.",
            "",
            f"| construct | key | {' | '.join(tables)} |",
            f"|---|---|{'---|' * len(tables)}",
            *rows,
            "",
            *notes,
            "",
        ]
    )


def kubeflow_fields() -> str:
    """Which fields of its format are written for each version of Kubeflow."""
    from flowyml_kubeflow.capabilities import VERSIONS
    from flowyml_kubeflow.fields import LATER, fields
    from flowyml_kubeflow.validate.pods import LATER as LATER_OF_PODS
    from flowyml_kubeflow.versions import version

    targets = [version(name) for name in VERSIONS]
    rows = [
        f"| `{field}` | "
        + " | ".join("yes" if not need or on.knows(need) else "" for on in targets)
        + " |"
        for field, need in fields().items()
    ]
    of_pods = {f"pod.{'.'.join(way)}": first for way, first in LATER_OF_PODS.items()}
    later = [f"| `{field}` | {first} |" for field, first in {**LATER, **of_pods}.items()]
    return "\n".join(
        [
            "# Fields for Kubeflow",
            "",
            MADE,
            "Every field that the compiler writes, as `Message.field` of the PipelineSpec, and the "
            "versions that it is written for. `pod` is what the second document says of an "
            "executor. A backend refuses a field that it does not know; within executors, it "
            "leaves it aside without a word.",
            "",
            f"| field | {' | '.join(VERSIONS)} |",
            f"|---|{'---|' * len(VERSIONS)}",
            *rows,
            "",
            "Fields that came after 2.5, which `flowyml check FILE.yaml --target kubeflow==VERSION`"
            " goes by:",
            "",
            "| field | from |",
            "|---|---|",
            *later,
            "",
        ]
    )


def command_line() -> str:
    """The help of every command."""
    import click

    from flowyml.cli.group import flowyml

    def text(command: click.Command, name: str) -> str:
        wide = {"max_content_width": 98, "terminal_width": 98, **flowyml.context_settings}
        context = click.Context(command, info_name=name, **wide)
        return f"```text\n{command.get_help(context).rstrip()}\n```\n"

    parts = ["# Command line", "", MADE, text(flowyml, "flowyml")]
    root = click.Context(flowyml, info_name="flowyml")
    for name in flowyml.list_commands(root):
        command = flowyml.get_command(root, name)
        assert command is not None
        parts += [f"## flowyml {name}", "", text(command, f"flowyml {name}")]
        for inner, each in getattr(command, "commands", {}).items():
            title = f"flowyml {name} {inner}"
            parts += [f"### {title}", "", text(each, title)]
    return "\n".join(parts)


def python_names() -> str:
    """What can be imported from `flowyml`."""
    import flowyml

    parts = ["# Python", "", MADE, "Everything here is imported from `flowyml`.", ""]
    for name in flowyml.__all__:
        if not name.startswith("__"):
            parts += _entry(name, getattr(flowyml, name))
    return "\n".join(parts)


def diagnostics_index() -> str:
    """The table of codes."""

    rows = [f"| [{code}]({code}.md) | {what} |" for code, what in CODES.items()]
    return "\n".join(["# Diagnostics", "", MADE, "| code | meaning |", "|---|---|", *rows, ""])


def conformance() -> str:
    """What became of every case of the conformance suite on each target."""
    from tests.conformance.cases import CASES

    targets = ("airflow==3.3", "airflow==2.11", "kubeflow==2.5")
    rows, notes = [], []
    for target in targets:
        refused = {case.name: code for case in CASES if (code := said_of(target, case.refused))}
        gaps = {case.name: why for case in CASES if (why := said_of(target, case.gaps))}
        same = len(CASES) - len(refused) - len(gaps)
        rows.append(f"| {target} | {len(CASES)} | {same} | {len(refused)} | {len(gaps)} |")
        notes += [
            f"- **{target}** refuses `{name}`: [{code}](../diagnostics/{code}.md), {CODES[code]}."
            for name, code in refused.items()
        ]
        notes += [f"- **{target}** differs in `{name}`: {why}." for name, why in gaps.items()]
    return "\n".join(
        [
            "# Conformance",
            "",
            MADE,
            "Every case is a pipeline of `tests/pipelines`, run here, and run as it was compiled: "
            "in a real Airflow of that version, and by the simulator for Kubeflow. The same means: "
            "the same states, attempts and values ([semantics](../semantics.md), section 6). The "
            "tests fail if a case is not what this table says, also where a refusal or a "
            "difference is gone.",
            "",
            "| target | cases | the same | refused | different |",
            "|---|---|---|---|---|",
            *rows,
            "",
            *notes,
            "",
            "The cases: " + ", ".join(f"`{case.name}`" for case in CASES) + ".",
            "",
        ]
    )


PAGES: dict[str, Callable[[], str]] = {
    "docs/ir.schema.json": ir_schema,
    "docs/flowyml.schema.json": file_schema,
    "docs/reference/support-matrix.md": support_matrix,
    "docs/reference/kubeflow-fields.md": kubeflow_fields,
    "docs/reference/conformance.md": conformance,
    "docs/reference/cli.md": command_line,
    "docs/reference/api.md": python_names,
    "docs/diagnostics/README.md": diagnostics_index,
}


def _entry(name: str, value: Any) -> Iterator[str]:
    yield f"## {name}"
    yield ""
    if not (inspect.isclass(value) or inspect.isfunction(value)):
        yield f"{_documented_below(name)}\n"
        return
    if not _is_error(value):
        yield f"```text\n{name}{_signature(value)}\n```\n"
    yield _prose(value)
    if inspect.isclass(value):
        for member, function in _members(value):
            if _is_public_method(member, function):
                yield f"### {name}.{member}\n"
                yield f"```text\n{member}{_signature(getattr(value, member))}\n```\n"
                yield _prose(getattr(value, member))


def _members(value: type) -> Iterator[tuple[str, Any]]:
    """Its own members, and those of bases that have no entry of their own."""
    import flowyml

    for part in value.__mro__:
        ours = part.__module__.startswith("flowyml.")
        if part is value or (ours and part.__name__ not in flowyml.__all__):
            yield from vars(part).items()


def _documented_below(name: str) -> str:
    """The text under an assignment, which is how a name that is no class is documented."""
    import flowyml

    homes = [home for home, names in flowyml._HOMES.items() if name in names]
    body = ast.parse(inspect.getsource(sys.modules[homes[0]])).body
    for assignment, text in pairwise(body):
        if isinstance(assignment, ast.AnnAssign) and ast.unparse(assignment.target) == name:
            assert isinstance(text, ast.Expr)
            return inspect.cleandoc(ast.literal_eval(text.value))
    raise LookupError(f"{name} is not documented")


def _is_error(value: Any) -> bool:
    return inspect.isclass(value) and issubclass(value, BaseException)


def _is_public_method(name: str, value: Any) -> bool:
    return not name.startswith("_") and isinstance(value, (FunctionType, classmethod, staticmethod))


def _signature(value: Any) -> str:
    signature = inspect.signature(value)
    own = [p for p in signature.parameters.values() if p.name not in ("self", "unknown")]
    signature = signature.replace(parameters=own)
    text = _unquoted(str(signature))
    if len(text) <= 90:
        return text
    pieces = [_unquoted(str(parameter)) for parameter in own]
    keywords = [i for i, p in enumerate(own) if p.kind is p.KEYWORD_ONLY]
    if keywords and not any(p.kind is p.VAR_POSITIONAL for p in own):
        pieces.insert(keywords[0], "*")
    returns = _unquoted(str(signature.replace(parameters=[])))[2:]
    return f"(\n{''.join(f'    {piece},' + chr(10) for piece in pieces)}){returns}"


def _unquoted(signature: str) -> str:
    """Drop the quotes around annotations that are kept as text."""
    return re.sub(r"(: |-> )(['\"])(.*?)\2(?=[,)= ]|$)", r"\1\3", signature)


def _prose(value: Any) -> str:
    """A docstring; its sections become lists and blocks."""
    text = inspect.getdoc(value) or ""
    return f"```text\n{text}\n```\n" if ":\n    " in text else f"{text}\n"

"""Check a whole file, whoever made it: its documents, their form, and every rule at once."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, cast

from flowyml.frozen import dataclass
from flowyml_kubeflow.json_data import is_array, is_object
from flowyml_kubeflow.messages import FormatError, to_dict, to_message
from flowyml_kubeflow.validate import findings
from flowyml_kubeflow.validate.pods import pods
from flowyml_kubeflow.validate.schema import misfits
from flowyml_kubeflow.validate.size import Weight, weigh
from flowyml_kubeflow.validate.spec import Data, Finding, Path
from flowyml_kubeflow.versions import Version, version

if TYPE_CHECKING:
    import yaml


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A finding, and the 1-based line of the file where it stands."""

    finding: Finding
    line: int | None = None


@dataclass(frozen=True, kw_only=True)
class Inspected:
    """What is to be said of a file; without a weight where it holds no specification."""

    found: tuple[Placed, ...]
    weight: Weight | None = None


def inspect(text: str, on: Version | None = None) -> Inspected:
    """Check YAML or JSON text: a PipelineSpec, and after it at most one PlatformSpec.

    Args:
        text: the whole file.
        on: the version of the target; by default the oldest.
    """
    import yaml

    loader = cast("Any", getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    try:
        documents = list(yaml.load_all(text, Loader=loader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = None if mark is None else mark.line + 1
        problem = getattr(error, "problem", None) or str(error)
        finding = Finding(path=(), message=f"not YAML: {problem}")
        return Inspected(found=(Placed(finding=finding, line=line),))
    there = [each for each in documents if each is not None]
    found, spec = _documents(there, on or version("2.5"))
    nodes = [node for node in yaml.compose_all(text, Loader=loader) if node] if found else []
    weight = weigh(text, spec) if spec else None
    return Inspected(found=tuple(_placed(found, nodes)), weight=weight)


def _documents(documents: Sequence[Any], on: Version) -> tuple[list[tuple[int, Finding]], Data]:
    """Find everything, with the number of its document, and the specification as far as it fits."""
    if not documents:
        return [(0, Finding(path=(), message="there is no document in it"))], {}
    spec, found = _spec(documents[0], on)
    placed = [(0, each) for each in found]
    if len(documents) > 2:
        message = f"{len(documents)} documents; one PipelineSpec and one PlatformSpec at most"
        placed.append((2, Finding(path=(), message=message)))
    if len(documents) > 1:
        placed += [(1, each) for each in _platform(documents[1], spec, on)]
    return placed, spec


def _spec(document: Any, on: Version) -> tuple[Data, tuple[Finding, ...]]:
    """Read a specification as far as it has the format's form, and apply the rules to that."""
    fitting, wrong = misfits(document, "PipelineSpec", on=on)
    if not is_object(fitting):
        return {}, wrong
    wrong += read_deployment(fitting, on)
    try:
        spec = to_dict(to_message("PipelineSpec", fitting))
    except FormatError as error:  # whatever the walk above did not see
        return {}, wrong or (Finding(path=(), message=str(error)),)
    return spec, wrong + findings(spec)


def read_deployment(spec: dict[str, Any], on: Version | None = None) -> tuple[Finding, ...]:
    """Leave in a specification what fits of its deployment, which is free-form to its own class.

    Returns:
        What did not fit.
    """
    if "deploymentSpec" not in spec:
        return ()
    fitting, wrong = misfits(
        spec["deploymentSpec"], "PipelineDeploymentConfig", ("deploymentSpec",), on
    )
    spec["deploymentSpec"] = fitting or {}
    return tuple(map(_in_deployment, wrong))


def _in_deployment(finding: Finding) -> Finding:
    """The backend leaves unknown fields there aside without a word."""
    if not re.search("no such field|does not know", finding.message):
        return finding
    message = f"{finding.message}; the backend leaves it aside"
    return dataclasses.replace(finding, message=message, severity="warning")


def _platform(document: Any, spec: Data, on: Version) -> Iterator[Finding]:
    fitting, wrong = misfits(document, "PlatformSpec", on=on)
    yield from wrong
    if is_object(fitting):
        yield from pods(fitting, on)
    known = spec.get("deploymentSpec", {}).get("executors", {})
    platforms: dict[str, Any] = fitting.get("platforms", {}) if is_object(fitting) else {}
    for name, platform in platforms.items():
        executors: dict[str, Any] = platform.get("deploymentSpec", {}).get("executors", {})
        for label in sorted(executors.keys() - known.keys()):
            path = ("platforms", name, "deploymentSpec", "executors", label)
            yield Finding(path=path, message="the pipeline has no such executor")


def _placed(found: Sequence[tuple[int, Finding]], nodes: Sequence[yaml.Node]) -> Iterator[Placed]:
    for number, finding in found:
        node = nodes[number] if number < len(nodes) else None
        yield Placed(finding=finding, line=_line(node, finding.path) if node else None)


def _line(node: yaml.Node, path: Path) -> int:
    """Follow the keys as far as they lead."""
    line: int = node.start_mark.line
    for key in path:
        pairs = {str(name): (mark, inner) for name, mark, inner in _children(node)}
        if (found := pairs.get(key) or pairs.get(_snake(key))) is None:
            break
        line, node = found
    return line + 1


def _children(node: Any) -> Iterator[tuple[Any, int, Any]]:
    """Give what is directly in a node: its key, the line of that, and the node."""
    value: object = node.value
    inner = value if is_array(value) else []
    for number, each in enumerate(inner):
        if isinstance(each, tuple):
            key, entry = cast("tuple[Any, Any]", each)
            yield key.value, key.start_mark.line, entry
        else:
            yield number, each.start_mark.line, each


def _snake(key: str) -> str:
    """Give the other form in which names of fields may stand in a file."""
    return re.sub(r"([A-Z])", lambda match: f"_{match[1].lower()}", key)

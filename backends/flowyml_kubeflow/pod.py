"""The files around one container: what the launcher hands over, and what it collects.

The rules are the launcher's own (its source, 2.5): where a URI lies on disk, that output files get
their folders, and that `executor_output.json` may hold no field that the backend does not know.
Standard library only, and the artifact store when a value moves.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from flowyml.diagnostics import FlowymlError
from flowyml.storage import AssetInfo, Reference
from flowyml_kubeflow.names import OUTPUT, key_name

if TYPE_CHECKING:
    from flowyml.runtime.outcome import Outcome
    from flowyml_kubeflow.shown import Facts

_SKIPPED = "skipped"
"""The key in the metadata of an artifact whose step was skipped."""
_CACHED = "cached"
"""The key in the metadata of an artifact that came from the cache."""
_TOLD = "flowyml outcome: "
"""What the last line of a pod's log begins with."""
_READ_AGAIN = 100_000_000
"""Bytes of a value beyond which its rows are not worth the time of reading it."""
_MOUNTS = {"gs://": "/gcs/", "s3://": "/s3/", "minio://": "/minio/"}


class PodError(FlowymlError, RuntimeError):
    """The container was started in a way that this worker does not understand."""


@dataclasses.dataclass(frozen=True)
class ExecutorInput:
    """What the launcher puts in the place of `{{$}}`: the `ExecutorInput` message as JSON."""

    data: Mapping[str, Any]

    @classmethod
    def read(cls, text: str) -> ExecutorInput:
        """Read the argument of `--executor-input`.

        Raises:
            PodError: the text is not a JSON object, for example `{{$}}` itself.
        """
        try:
            data = json.loads(text)
        except ValueError as error:
            raise PodError(
                f"--executor-input is not JSON ({error}); only Kubeflow's launcher, or "
                "'flowyml run --simulate kubeflow', starts this container properly"
            ) from None
        if not isinstance(data, dict):
            raise PodError("--executor-input is not a JSON object")
        return cls(cast("dict[str, Any]", data))

    @property
    def parameters(self) -> dict[str, Any]:
        """The values of the input parameters; one without a value is not there."""
        return dict(self.data.get("inputs", {}).get("parameterValues", {}))

    @property
    def artifacts(self) -> dict[str, dict[str, Any]]:
        """The first artifact of each input."""
        return _first(self.data.get("inputs", {}))

    def listed(self, name: str) -> list[dict[str, Any]]:
        """All artifacts of an input: what each iteration of a loop made."""
        found: list[dict[str, Any]] = self.data["inputs"]["artifacts"][name]["artifacts"]
        return found

    @property
    def outputs(self) -> dict[str, dict[str, Any]]:
        """The first artifact of each output, as it is to be made."""
        return _first(self.data["outputs"])

    def output(self, name: str) -> tuple[str, dict[str, Any]]:
        """Give the key of a step's output in the interface, and its artifact."""
        key = _key(name, self.outputs)
        return key, self.outputs[key]

    @property
    def output_file(self) -> Path:
        """Where `executor_output.json` goes."""
        return Path(self.data["outputs"]["outputFile"])

    def write_output(self, text: str) -> None:
        """Write `executor_output.json`."""
        self.output_file.parent.mkdir(parents=True, exist_ok=True)
        self.output_file.write_text(text, encoding="utf-8")

    def parameter_file(self, name: str) -> Path:
        """Where the text of an output parameter goes."""
        return Path(self.data["outputs"]["parameters"][name]["outputFile"])


class PodStore:
    """Saves values where the launcher picks them up; a `flowyml.runtime.ValueStore`.

    Args:
        outputs: the artifacts to make, by name.
        everything: the one output that whatever is saved goes to, if there is one.

    """

    def __init__(
        self, outputs: Mapping[str, Mapping[str, Any]], *, everything: str | None = None
    ) -> None:
        self._outputs = outputs
        self._everything = everything
        self._facts: dict[str, Facts] = {}

    def save(self, name: str, value: Any) -> Reference:
        """Write the value of an output to the file that the launcher chose."""
        from flowyml.storage import write_value
        from flowyml_kubeflow.shown import shown

        self._facts[name] = shown(name, value)
        return write_value(value, local_path(self._artifact(name)["uri"]))

    def place(self, name: str, reference: Reference) -> Reference:
        """Copy a value from the cache to the file that the launcher chose."""
        from flowyml.storage import copy_value

        return copy_value(reference, local_path(self._artifact(name)["uri"]))

    def facts(self, name: str, reference: Reference) -> Facts:
        """Say what Kubeflow's pages are to show of an output.

        What another process saved, for example that of a step with a time limit, is read again,
        unless it is large.
        """
        if name not in self._facts and reference.size <= _READ_AGAIN:
            from flowyml.storage import load_asset
            from flowyml_kubeflow.shown import shown

            self._facts[name] = shown(name, load_asset(reference))
        return self._facts.get(name, {})

    def load(self, reference: Reference) -> Any:
        """Read a value that the launcher fetched, verified against its digest."""
        from flowyml.storage import load_value

        return load_value(reference)

    def _artifact(self, name: str) -> Mapping[str, Any]:
        return self._outputs[self._everything or _key(name, self._outputs)]


def local_path(uri: str) -> str:
    """Say where the launcher keeps the object of a URI.

    Raises:
        PodError: a scheme that the launcher does not fetch.

    Example:
        >>> local_path("minio://mlpipeline/v2/model")
        '/minio/mlpipeline/v2/model'
    """
    for scheme, folder in _MOUNTS.items():
        if uri.startswith(scheme):
            return folder + uri[len(scheme) :]
    if "://" in uri:
        raise PodError(f"Kubeflow's launcher does not fetch {uri}; it knows {', '.join(_MOUNTS)}")
    return uri


def metadata(reference: Reference) -> dict[str, Any]:
    """State a reference as an artifact's metadata.

    Kubeflow turns true into 1 and rounds large numbers there, so the facts of an asset are JSON
    text.
    """
    data: dict[str, Any] = {
        "digest": reference.digest,
        "format": reference.format,
        "size": reference.size,
    }
    if reference.content:
        data["content"] = reference.content
    if (asset := reference.asset) is not None:
        facts = {"type": asset.type, "name": asset.name, "metadata": dict(asset.metadata)}
        data["asset"] = json.dumps(facts, sort_keys=True, ensure_ascii=False)
    return data


def reference(name: str, artifact: Mapping[str, Any]) -> Reference:
    """Read what `metadata` stated.

    Args:
        name: the input's name, for the error.
        artifact: a `RuntimeArtifact` as JSON data.

    Raises:
        PodError: the artifact was not made by flowyml.
    """
    facts = artifact.get("metadata", {})
    missing = [key for key in ("digest", "format", "size") if key not in facts]
    if missing:
        raise PodError(
            f"the input artifact '{name}' has no {', '.join(missing)} in its metadata: it was not "
            "made by a flowyml step, or that step failed"
        )
    asset = AssetInfo(**json.loads(facts["asset"])) if "asset" in facts else None
    return Reference(
        uri=local_path(artifact["uri"]),
        digest=facts["digest"],
        format=facts["format"],
        size=int(facts["size"]),
        asset=asset,
        content=facts.get("content", ""),
    )


def was_skipped(artifact: Mapping[str, Any]) -> bool:
    """Tell whether an artifact only says that the step which makes it was skipped."""
    return _SKIPPED in artifact.get("metadata", {})


def skip_markers(given: ExecutorInput) -> str:
    """Mark every output as skipped, and write `executor_output.json` for them.

    Each gets a file too, so that the launcher has something to upload, and readers to fetch.
    """
    marked: dict[str, Any] = {}
    for key, stated in given.outputs.items():
        Path(local_path(stated["uri"])).write_text("skipped\n", encoding="utf-8")
        artifact = {field: stated[field] for field in ("name", "uri") if field in stated}
        marked[key] = {"artifacts": [artifact | {"metadata": {_SKIPPED: "true"}}]}
    return json.dumps({"artifacts": marked}, sort_keys=True, ensure_ascii=False)


def executor_output(given: ExecutorInput, outcome: Outcome, store: PodStore) -> str:
    """Write `executor_output.json` for the outputs of a step.

    Args:
        given: what the launcher handed over.
        outcome: what was made, by the output's name, and whether it came from the cache.
        store: where that was saved, which knows what Kubeflow's pages are to show of it. They call
            it by its `display_name`.
    """
    artifacts: dict[str, Any] = {}
    cached = {_CACHED: "true"} if outcome.state == "CACHED" else {}
    for name, made in outcome.outputs.items():
        key, stated = given.output(name)
        artifact = {field: stated[field] for field in ("name", "uri") if field in stated}
        ours = {"display_name": name, **metadata(made), **cached}
        said = _beside(store.facts(name, made), ours)
        artifacts[key] = {"artifacts": [artifact | {"metadata": said}]}
    return json.dumps({"artifacts": artifacts}, sort_keys=True, ensure_ascii=False)


def _beside(facts: Facts, ours: dict[str, Any]) -> dict[str, Any]:
    """Add facts to metadata; a figure that is called as an entry of ours gets another name."""
    return {f"{key}_" if key in ours else key: fact for key, fact in facts.items()} | ours


def told_outcome(given: ExecutorInput, outcome: Outcome) -> str:
    """Write the outcome as a line for the log, its outputs with the URIs that others find them by.

    Kubeflow's API tells neither attempts nor artifacts, and a pod's log is read through it.
    """
    told = outcome.to_dict()
    for name, output in told["outputs"].items():
        stated: Mapping[str, Any] = given.outputs.get(_key(name, given.outputs), {})
        output["uri"] = stated.get("uri", output["uri"])
    return _TOLD + json.dumps(told, ensure_ascii=False)


def read_log(text: str) -> tuple[list[str], Outcome | None]:
    """Tell what a pod printed itself, line by line, from the outcome that it told of, if it did."""
    read = [(line, _outcome(line)) for line in text.splitlines()]
    told = [outcome for _, outcome in read if outcome]
    return [line for line, outcome in read if outcome is None], told[-1] if told else None


def _outcome(line: str) -> Outcome | None:
    """Read a line of a log as an outcome; a step may print what only looks like one.

    An object store of the cluster's own is named `minio`, and speaks as S3 does.
    """
    from flowyml.runtime.outcome import Outcome

    if not line.startswith(_TOLD):
        return None
    try:
        data = json.loads(line.removeprefix(_TOLD))
        for output in data["outputs"].values():
            output["uri"] = re.sub("^minio://", "s3://", output["uri"])
        return Outcome.from_dict(data)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def artifact_output(given: ExecutorInput, key: str, made: Reference, **more: int) -> str:
    """Write `executor_output.json` for one artifact, with more in its metadata."""
    stated = given.outputs[key]
    artifact = {field: stated[field] for field in ("name", "uri") if field in stated}
    said = {"artifacts": [artifact | {"metadata": {**metadata(made), **more}}]}
    return json.dumps({"artifacts": {key: said}}, sort_keys=True, ensure_ascii=False)


def _key(name: str, outputs: Mapping[str, object]) -> str:
    """Name an output of a step in the interface, where a single one is `output`."""
    key = key_name(name)
    return key if key in outputs else OUTPUT


def _first(part: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    lists = part.get("artifacts", {})
    return {name: each["artifacts"][0] for name, each in lists.items() if each.get("artifacts")}

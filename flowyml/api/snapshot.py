"""`freeze_pipeline`: a seal over what a pipeline means and what it was installed with."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from flowyml.diagnostics import FlowymlError
from flowyml.frontend.loading import end_loading_if_active
from flowyml.frozen import dataclass

if TYPE_CHECKING:
    from flowyml.api.pipeline import Pipeline
    from flowyml.ir import PipelineIR
    from flowyml.review.diff import Diff

SCHEMA = "flowyml.snapshot/v1"


class SnapshotError(FlowymlError, ValueError):
    """A file that is no snapshot, or not the one that was saved."""


class SnapshotChangedError(FlowymlError, AssertionError):
    """What was frozen has changed. `diff.changes` holds what, and `str()` tells it."""

    def __init__(self, diff: Diff) -> None:
        self.diff = diff
        super().__init__(f"the pipeline is not what was frozen\n{diff}")


@dataclass(frozen=True, kw_only=True)
class PipelineSnapshot:
    """What a pipeline meant when it was frozen: code, graph, context, dependencies. Immutable.

    Attributes:
        ir: what the pipeline meant; a digest stands for the code of each step.
        dependencies: the versions of the distributions that the steps reach, and of `python`.
        code: `files` if the code is that of the files; `process` if they could not be loaded
            anew, and it is what the freezing process had.

    Example:
        >>> from flowyml import Pipeline, freeze_pipeline, step
        >>> @step(outputs=["total"])
        ... def add():
        ...     return 1 + 2
        >>> snapshot = freeze_pipeline(Pipeline("sums").add_step(add))
        >>> len(snapshot.snapshot_hash), snapshot.verify()
        (64, True)
    """

    ir: PipelineIR
    dependencies: Mapping[str, str]
    code: Literal["files", "process"]
    _pipeline: Pipeline | None = dataclasses.field(default=None, compare=False, repr=False)

    @property
    def snapshot_hash(self) -> str:
        """The sha256 over all of it, hex; descriptions, places and the version are left out."""
        from flowyml.ir import digest

        ordered = {
            "steps": tuple(sorted(self.ir.steps, key=lambda step: step.name)),
            "parameters": tuple(sorted(self.ir.parameters, key=lambda parameter: parameter.key)),
        }
        meaning = digest(self.ir.model_copy(update=ordered))
        return _sha256({"ir": meaning, "dependencies": dict(self.dependencies)})

    def verify(self, pipeline: Pipeline | None = None) -> Literal[True]:
        """Hold the seal against what is there now.

        Graph and context are those of the pipeline that was frozen; after `load()`, those of its
        module. The code is read from the files again, unless they could not be loaded then.

        Args:
            pipeline: what to compare with instead.

        Returns:
            True. What has changed is never merely returned.

        Raises:
            SnapshotChangedError: something is different; says which step's code, which part of the
                graph, which context value, which dependency.
            CompileError: the pipeline cannot be read any more.
            UsageError: a loaded snapshot of a pipeline that no module holds; pass the pipeline.
        """
        end_loading_if_active()
        from flowyml.review.sealed import changes

        found = changes(self, pipeline or self._pipeline)
        if not found.same:
            raise SnapshotChangedError(found)
        return True

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the snapshot to a JSON file, whole or not at all; makes the folder when needed.

        Raises:
            OSError: it cannot be written.
        """
        place = Path(path)
        body = self._body()
        text = json.dumps({**body, "sha256": _sha256(body)}, indent=1, ensure_ascii=False)
        place.parent.mkdir(parents=True, exist_ok=True)
        unfinished = place.with_name(f".{place.name}.{os.getpid()}.part")
        unfinished.write_text(f"{text}\n", encoding="utf-8")
        unfinished.replace(place)
        return place

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> PipelineSnapshot:
        """Read a saved snapshot.

        Raises:
            SnapshotError: it cannot be read, is no snapshot, or is not what was saved.
        """
        from flowyml.ir import from_json

        try:
            body: dict[str, Any] = json.loads(Path(path).read_text(encoding="utf-8"))
            seal, schema = body.pop("sha256"), body["schema"]
        except OSError as error:
            raise SnapshotError(f"cannot read the snapshot '{path}': {error.strerror}") from error
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise SnapshotError(f"'{path}' is no snapshot of a pipeline") from error
        if schema != SCHEMA:
            raise SnapshotError(
                f"'{path}' is of the schema '{schema}'; this flowyml reads {SCHEMA}"
            )
        if seal != _sha256(body):
            raise SnapshotError(f"'{path}' was changed after it was saved, so it proves nothing")
        return cls(
            ir=from_json(json.dumps(body["ir"])),
            dependencies=MappingProxyType(body["dependencies"]),
            code=body["code"],
        )

    def __hash__(self) -> int:
        return hash(self.snapshot_hash)

    def _body(self) -> dict[str, Any]:
        from flowyml.ir import to_json

        return {
            "schema": SCHEMA,
            "snapshot_hash": self.snapshot_hash,
            "dependencies": dict(self.dependencies),
            "code": self.code,
            "ir": json.loads(to_json(self.ir)),
        }


def freeze_pipeline(pipeline: Pipeline) -> PipelineSnapshot:
    """Seal a pipeline: what it means, and the versions of what its steps reach.

    Its module is loaded in a new process, as a worker loads it, so that the code is that of the
    files. A pipeline that cannot be found that way is sealed as it is in this process.

    Raises:
        TypeError: not a pipeline.
        CompileError: what is wrong with it.
    """
    from flowyml.api.pipeline import Pipeline
    from flowyml.review.sealed import seal

    end_loading_if_active()
    if not isinstance(pipeline, Pipeline):
        raise TypeError(f"freeze_pipeline() takes a pipeline, not {type(pipeline).__name__}")
    found = seal(pipeline)
    return PipelineSnapshot(
        ir=found.ir,
        dependencies=MappingProxyType(dict(found.dependencies)),
        code=found.code,
        _pipeline=pipeline,
    )


def _sha256(data: Mapping[str, Any]) -> str:
    text = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

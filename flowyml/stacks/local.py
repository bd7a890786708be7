"""The local stack: runs happen here, and what they make is kept in folders of one's choice."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flowyml.storage import ArtifactStore
    from flowyml.storage.records import RunRecords
    from flowyml.storage.versions import PipelineVersions


@dataclasses.dataclass(frozen=True)
class LocalStack:
    """Where local runs keep what they make. Making one touches no disk.

    Attributes:
        artifact_path: the folder of the artifacts, or an fsspec URL such as `s3://bucket/runs`.
        metadata_path: the SQLite file of the run records.

    Relative paths are relative to the working directory at the time of the run.

    Raises:
        TypeError: something else than a path.
        ValueError: an empty path, or a URL that fsspec cannot open here.

    Example:
        >>> LocalStack(artifact_path="/data/artifacts").metadata_path
        '.flowyml/metadata.db'
    """

    artifact_path: str | os.PathLike[str] = ".flowyml/artifacts"
    metadata_path: str | os.PathLike[str] = ".flowyml/metadata.db"

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if not isinstance(value, str | os.PathLike):
                raise TypeError(f"{field.name}= takes a path, not {type(value).__name__}")
            if not os.fspath(value):
                raise ValueError(f"{field.name}= must not be empty")
        if "://" in (url := os.fspath(self.artifact_path)):
            from flowyml.storage.protocols import missing_package, wrong_url

            if why := wrong_url(url) or missing_package(url):
                raise ValueError(f"artifact_path= cannot be {url!r}: {why}")

    def artifacts(self) -> ArtifactStore:
        """Open the store of the artifacts, relative to the present working directory."""
        from flowyml.storage import ArtifactStore

        return ArtifactStore(self.artifact_path)

    def records(self) -> RunRecords:
        """Open the run records, relative to the present working directory."""
        from flowyml.storage.records import RunRecords

        return RunRecords(Path(self.metadata_path).absolute())

    def versions(self) -> PipelineVersions:
        """Open the recorded versions, which lie with the run records."""
        from flowyml.storage.versions import PipelineVersions

        return PipelineVersions(Path(self.metadata_path).absolute())

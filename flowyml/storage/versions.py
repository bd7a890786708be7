"""Recorded versions: what a pipeline meant when a version of it was first recorded.

They lie in the database of run records, in a table of their own. A version is written once and
never changed.
"""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flowyml.diagnostics import FlowymlError, near
from flowyml.frozen import dataclass
from flowyml.ir import PipelineIR, digest, from_json, to_json
from flowyml.storage.records import RecordsError

if TYPE_CHECKING:
    from flowyml.storage.versions_table import VersionsTable


class UnknownVersionError(FlowymlError, LookupError):
    """No version of that name was recorded."""


@dataclass(frozen=True, kw_only=True)
class RecordedVersion:
    """A version, as it was recorded.

    Attributes:
        pipeline: the pipeline's name.
        version: the version's name.
        snapshot_hash: the digest of the IR.
        recorded_at: aware UTC.
        ir: what the pipeline meant.
    """

    pipeline: str
    version: str
    snapshot_hash: str
    recorded_at: datetime
    ir: PipelineIR


class PipelineVersions:
    """The versions in one SQLite file; nothing is created before the first is recorded.

    Args:
        path: the database file of the run records.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)

    def record(self, version: str, ir: PipelineIR) -> RecordedVersion:
        """Record a version, unless there is one of that name already: then nothing is written.

        Returns:
            What is recorded under that name, just now or before.

        Raises:
            RecordsError: the database cannot be used.
        """
        now = datetime.now(timezone.utc).isoformat(timespec="microseconds")
        row = {
            "pipeline": ir.name,
            "version": version,
            "snapshot_hash": digest(ir),
            "recorded_at": now,
            "ir": to_json(ir, lines=False),
        }
        with self._open() as table:
            table.add(row)
            return self._recorded(table.find(ir.name, version) or row)

    def get(self, pipeline: str, version: str) -> RecordedVersion:
        """Read a recorded version.

        Raises:
            UnknownVersionError: there is none of that name; lists those there are.
            RecordsError: the database cannot be used.
        """
        known = self.names(pipeline)
        if version not in known:
            hint = near(version, known)
            listed = f"; recorded are: {', '.join(known)}" if known else "; none was recorded yet"
            raise UnknownVersionError(
                f"there is no version '{version}' of '{pipeline}' in {self.path}{listed}"
                + (f"; {hint}" if hint.startswith("did") else "")
            )
        with self._open() as table:
            return self._recorded(table.find(pipeline, version) or {})

    def names(self, pipeline: str) -> tuple[str, ...]:
        """Name the recorded versions of a pipeline, the oldest first."""
        if not self.path.exists():
            return ()
        with self._open() as table:
            return table.names(pipeline)

    def _open(self) -> VersionsTable:
        from flowyml.diagnostics.missing import Needs

        with Needs("sqlalchemy"):
            from flowyml.storage.versions_table import VersionsTable
        return VersionsTable(self.path)

    def _recorded(self, row: dict[str, Any]) -> RecordedVersion:
        try:
            read: dict[str, Any] = {
                "recorded_at": datetime.fromisoformat(row["recorded_at"]),
                "ir": from_json(row["ir"]),
            }
            return RecordedVersion(**{**row, **read})
        except (ValueError, TypeError, KeyError) as error:
            raise RecordsError(
                f"a version in {self.path} cannot be read: it is damaged, or another flowyml wrote "
                f"it ({str(error).splitlines()[0]})"
            ) from error

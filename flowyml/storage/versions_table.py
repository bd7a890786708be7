"""The table of recorded versions, in the database of run records."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateTable

from flowyml.storage.records_database import Database

if TYPE_CHECKING:
    from typing_extensions import Self

_versions = sa.Table(
    "pipeline_versions",
    sa.MetaData(),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("pipeline", sa.String, nullable=False),
    sa.Column("version", sa.String, nullable=False),
    sa.Column("snapshot_hash", sa.String, nullable=False),
    sa.Column("recorded_at", sa.String, nullable=False),
    sa.Column("ir", sa.String, nullable=False),
    sa.UniqueConstraint("pipeline", "version"),
)
_said = [column for column in _versions.columns if column.name != "number"]


class VersionsTable(Database):
    """The database of run records, opened for its versions.

    Raises:
        RecordsError: the file cannot be opened, is no such database, or is from a newer flowyml.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._write(lambda c: c.execute(CreateTable(_versions, if_not_exists=True)))

    def add(self, row: dict[str, Any]) -> None:
        """Add a version; of several that do so at the same time, one is the first."""
        statement = sqlite.insert(_versions).on_conflict_do_nothing()
        self._write(lambda c: c.execute(statement, row))

    def find(self, pipeline: str, version: str) -> dict[str, Any] | None:
        """Read a version, None if there is none."""
        of = (_versions.c.pipeline == pipeline) & (_versions.c.version == version)
        found = self._read(sa.select(*_said).where(of))
        return dict(found[0]) if found else None

    def names(self, pipeline: str) -> tuple[str, ...]:
        """Name the versions of a pipeline in the order in which they were recorded."""
        query = sa.select(_versions.c.version).where(_versions.c.pipeline == pipeline)
        return tuple(row["version"] for row in self._read(query.order_by(_versions.c.number)))

    def _read(self, query: sa.Select[Any]) -> list[sa.RowMapping]:
        with self._lock, self._clear_errors(), self._connection.begin():
            return list(self._connection.execute(query).mappings())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

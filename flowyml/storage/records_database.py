"""The database of run records: SQLAlchemy Core over SQLite."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool
from sqlalchemy.schema import CreateColumn, CreateTable

from flowyml.storage import Reference
from flowyml.storage.errors import remedy
from flowyml.storage.records import RecordsError, RunHead, RunRecord, StepRecord

VERSION = 1
_PATIENCE = 30  # seconds to wait for another process that writes

# A new column is nullable, and None means that it was not kept yet: opening an older file adds the
# columns that it lacks, and an older flowyml goes on with a newer file. So `VERSION` changes only
# when an older flowyml would misread the file.
_ELSEWHERE = "choose another file with LocalStack(metadata_path=…)"

_metadata = sa.MetaData()
_schema = sa.Table("flowyml_schema", _metadata, sa.Column("version", sa.Integer, primary_key=True))
_runs = sa.Table(
    "runs",
    _metadata,
    sa.Column("run_id", sa.String, primary_key=True),
    sa.Column("pipeline", sa.String, nullable=False),
    sa.Column("project", sa.String),
    sa.Column("snapshot_hash", sa.String, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("run_date", sa.String, nullable=False),
    sa.Column("started_at", sa.String, nullable=False),
    sa.Column("ended_at", sa.String),
    sa.Column("duration_seconds", sa.Float),
    sa.Column("context", sa.String, nullable=False),
    sa.Column("inputs", sa.String, nullable=False),
    sa.Column("git_commit", sa.String),
    sa.Column("git_dirty", sa.Boolean),
    sa.Column("environment", sa.String),
    sa.Column("source", sa.String),
    sa.Column("checkpointing", sa.Boolean),
    sa.Column("resumed_from", sa.String),
    sa.Column("process", sa.String),
    sa.Column("version", sa.String),
    sa.Column("stack", sa.String),
    sa.Column("remote", sa.String),
    sa.Column("url", sa.String),
)
_steps = sa.Table(
    "steps",
    _metadata,
    sa.Column("run_id", sa.String, sa.ForeignKey("runs.run_id"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("outputs", sa.String, nullable=False),
    sa.Column("error", sa.String),
    sa.Column("started_at", sa.String),
    sa.Column("duration_seconds", sa.Float, nullable=False),
    sa.Column("recovered", sa.Boolean, nullable=False),
    sa.Column("items", sa.String),
    sa.Column("metrics", sa.String),
    sa.Column("bindings", sa.String),
    sa.Column("from_run", sa.String),
    sa.Column("digest", sa.String),
    sa.Column("nested", sa.String),
    sqlite_with_rowid=False,
)
_version_if_empty = sa.select(sa.literal(VERSION)).where(~sa.exists(sa.select(_schema.c.version)))
_insert_run = sa.insert(_runs)
_INSERT_STEP = str(sa.insert(_steps).compile(dialect=sqlite.dialect(paramstyle="qmark")))
"""As the driver takes it: what SQLAlchemy does for each row costs more than writing it."""


class Database:
    """One connection, used by one thread at a time.

    Raises:
        RecordsError: the file cannot be opened, is no such database, or is from a newer flowyml.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        with self._clear_errors():
            path.parent.mkdir(parents=True, exist_ok=True)
            url = URL.create("sqlite", database=str(path))
            engine = sa.create_engine(
                url,
                poolclass=NullPool,
                future=True,  # SQLAlchemy 1.4, which Airflow up to 3.0 holds fast
                connect_args={"timeout": _PATIENCE, "check_same_thread": False},
            )
            self._connection = engine.connect()
            self._prepare()

    def insert_run(self, run: RunHead, steps: Iterable[tuple[int, StepRecord]]) -> None:
        """Add a run, with steps that it takes from another."""
        rows = [_step_row(run.run_id, position, step) for position, step in steps]

        def insert(connection: sa.Connection) -> None:
            connection.execute(_insert_run, _run_row(run))
            if rows:
                connection.exec_driver_sql(_INSERT_STEP, rows)

        self._write(insert)

    def insert_steps(self, run_id: str, steps: Iterable[tuple[int, StepRecord]]) -> None:
        """Add finished steps, each with its position in the pipeline."""
        rows = [_step_row(run_id, position, step) for position, step in steps]
        if rows:
            self._write(lambda c: c.exec_driver_sql(_INSERT_STEP, rows))

    def end_run(self, run: RunHead) -> None:
        """Set how a run ended."""
        row = _run_row(run)
        ended = {key: row[key] for key in ("state", "ended_at", "duration_seconds", "environment")}
        statement = sa.update(_runs).where(_runs.c.run_id == run.run_id).values(ended)
        self._write(lambda c: c.execute(statement))

    def read_run(self, run_id: str) -> RunRecord | None:
        """Read a run with its steps, None if there is none."""
        of_run = sa.select(_steps).where(_steps.c.run_id == run_id).order_by(_steps.c.position)
        with self._reading() as connection:
            head = connection.execute(sa.select(_runs).where(_runs.c.run_id == run_id))
            row = head.mappings().one_or_none()
            rows = connection.execute(of_run).mappings().all()
            if row is None:
                return None
            return RunRecord(**_head(row), steps={each["name"]: _step(each) for each in rows})

    def read_heads(self, where: Mapping[str, str], limit: int | None) -> tuple[RunHead, ...]:
        """Read the latest runs that have these values in these columns, newest first."""
        query = sa.select(_runs).order_by(_runs.c.started_at.desc(), _runs.c.run_id.desc())
        query = query.where(*(_runs.c[column] == value for column, value in where.items()))
        with self._reading() as connection:
            rows = connection.execute(query.limit(limit)).mappings().all()
            return tuple(RunHead(**_head(row)) for row in rows)

    def read_ids(self, start: str) -> tuple[str, ...]:
        """Read the ids that begin like that, oldest first."""
        query = sa.select(_runs.c.run_id).where(_runs.c.run_id.startswith(start, autoescape=True))
        with self._reading() as connection:
            return tuple(connection.execute(query.order_by(_runs.c.run_id)).scalars())

    def count_states(self, pipeline: str) -> dict[str, int]:
        """Count the steps of all runs of a pipeline by their states."""
        query = (
            sa.select(_steps.c.state, sa.func.count())
            .join(_runs, _runs.c.run_id == _steps.c.run_id)
            .where(_runs.c.pipeline == pipeline)
            .group_by(_steps.c.state)
        )
        with self._lock, self._clear_errors(), self._connection.begin():
            rows = self._connection.execute(query).all()
        return {row[0]: row[1] for row in rows}

    def close(self) -> None:
        """Close the connection."""
        with self._lock, self._clear_errors():
            self._connection.close()

    def _write(self, statement: Callable[[sa.Connection], object]) -> None:
        with self._lock, self._clear_errors(), self._connection.begin():
            if not self._path.exists():  # SQLite would write on into the deleted file
                raise RecordsError(
                    f"the run records in {self._path} were removed while a run was on; what was "
                    "recorded is lost, so run the pipeline again"
                )
            statement(self._connection)

    @contextmanager
    def _reading(self) -> Generator[sa.Connection, None, None]:
        with self._lock, self._clear_errors(), self._connection.begin():
            try:
                yield self._connection
            except (ValueError, TypeError, KeyError) as error:  # texts that nobody here wrote
                raise OSError(f"a record in it is damaged: {error}") from error

    def _prepare(self) -> None:
        """Make the tables, or add what an older flowyml did not keep: all of it or nothing.

        Several processes may do so at once.
        """
        connection = self._connection
        connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        connection.exec_driver_sql("PRAGMA synchronous=NORMAL")
        connection.commit()
        with connection.begin():
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            connection.execute(CreateTable(_schema, if_not_exists=True))
            connection.execute(sa.insert(_schema).from_select(["version"], _version_if_empty))
            self._check(connection.execute(sa.select(_schema.c.version)).scalar_one())
            for table in (_runs, _steps):
                connection.execute(CreateTable(table, if_not_exists=True))
                self._complete(table)

    def _complete(self, table: sa.Table) -> None:
        connection = self._connection
        present = connection.exec_driver_sql(f"PRAGMA table_info({table.name})")
        names = {row.name for row in present}
        for column in (column for column in table.columns if column.name not in names):
            if not column.nullable:
                raise RecordsError(
                    f"{self._path} is a database of something else: its table '{table.name}' has "
                    f"no '{column.name}'; {_ELSEWHERE}"
                )
            definition = CreateColumn(column).compile(dialect=connection.dialect)
            connection.exec_driver_sql(f"ALTER TABLE {table.name} ADD COLUMN {definition}")

    def _check(self, version: int) -> None:
        if version > VERSION:
            raise RecordsError(
                f"the run records in {self._path} were written by a newer flowyml (schema "
                f"{version}, this one knows {VERSION}); upgrade flowyml, or {_ELSEWHERE}"
            )

    @contextmanager
    def _clear_errors(self) -> Generator[None, None, None]:
        try:
            yield
        except (SQLAlchemyError, OSError) as error:
            reason = error.orig if isinstance(error, DBAPIError) else error
            raise RecordsError(
                f"cannot use the run records in {self._path}: {reason}; {_remedy(reason)}"
            ) from error


def _remedy(reason: BaseException | None) -> str:
    text = str(reason)
    if "is full" in text:
        return f"free space on that disk and rerun the run, or {_ELSEWHERE}"
    if "not a database" in text or "malformed" in text:
        return f"move that file away, or {_ELSEWHERE}"
    if "disk I/O" in text:
        return f"see whether that disk is full or gone, or {_ELSEWHERE}"
    return remedy(reason, _ELSEWHERE)


def _run_row(run: RunHead) -> dict[str, Any]:
    return {
        "run_id": run.run_id,
        "pipeline": run.pipeline,
        "project": run.project,
        "version": run.version,
        "snapshot_hash": run.snapshot_hash,
        "state": run.state,
        "run_date": _text(run.run_date),
        "started_at": _text(run.started_at),
        "ended_at": _text(run.ended_at),
        "duration_seconds": run.duration_seconds,
        "context": json.dumps(dict(run.context)),
        "inputs": _references_text(run.inputs),
        "git_commit": run.git_commit,
        "git_dirty": run.git_dirty,
        "environment": _mapping_text(run.environment),
        "source": run.source,
        "checkpointing": run.checkpointing,
        "resumed_from": run.resumed_from,
        "process": run.process,
        "stack": run.stack,
        "remote": run.remote,
        "url": run.url,
    }


def _step_row(run_id: str, position: int, step: StepRecord) -> tuple[Any, ...]:
    """Give the values of a row, in the order of the columns."""
    return (
        run_id,
        position,
        step.name,
        step.state,
        step.attempts,
        _references_text(step.outputs),
        step.error,
        _text(step.started_at),
        step.duration_seconds,
        step.recovered,
        None if step.items is None else json.dumps(step.items),
        _mapping_text(step.metrics),
        _mapping_text(step.bindings),
        step.from_run,
        step.digest,
        _mapping_text(step.nested),
    )


def _head(row: sa.RowMapping) -> dict[str, Any]:
    return {
        **_plain(row, _runs),
        "run_date": _time(row["run_date"]),
        "started_at": _time(row["started_at"]),
        "ended_at": _time(row["ended_at"]),
        "context": json.loads(row["context"]),
        "inputs": _references(row["inputs"]),
        "environment": _mapping(row["environment"]),
    }


def _step(row: sa.RowMapping) -> StepRecord:
    values = _plain(row, _steps)
    values |= {
        "outputs": _references(row["outputs"]),
        "started_at": _time(row["started_at"]),
        "items": row["items"] and tuple(json.loads(row["items"])),
        "metrics": _mapping(row["metrics"]),
        "bindings": _mapping(row["bindings"]),
        "nested": _mapping(row["nested"]),
    }
    del values["run_id"], values["position"]
    return StepRecord(**values)


def _plain(row: sa.RowMapping, table: sa.Table) -> dict[str, Any]:
    return {column.name: row[column.name] for column in table.columns}


def _references_text(references: Mapping[str, Reference]) -> str:
    return json.dumps({name: reference.to_dict() for name, reference in references.items()})


def _references(text: str) -> dict[str, Reference]:
    return {name: Reference.from_dict(data) for name, data in json.loads(text).items()}


def _mapping_text(mapping: Mapping[str, Any]) -> str | None:
    return json.dumps(dict(mapping)) if mapping else None


def _mapping(text: str | None) -> dict[str, Any]:
    return json.loads(text) if text else {}


def _text(time: datetime | None) -> str | None:
    """Write a time so that texts sort as times do: UTC, always with microseconds."""
    return (
        None if time is None else time.astimezone(timezone.utc).isoformat(timespec="microseconds")
    )


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)

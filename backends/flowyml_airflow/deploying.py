"""Hand a DAG file to an Airflow: write it, and wait until Airflow has taken it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote

from flowyml.backend import Delivery, Deployed
from flowyml.deploy import RefusedError, TargetError, UnauthorizedError, UnreachableError
from flowyml.review.bundle import put
from flowyml.review.files import Kept, write_files
from flowyml_airflow.capabilities import CAPABILITIES
from flowyml_airflow.lowering import lower
from flowyml_airflow.model import DagFile
from flowyml_airflow.names import dag_id
from flowyml_airflow.place import Place, dag_path, place_of
from flowyml_airflow.settings import are_contained, places, settings_of
from flowyml_airflow.taken import is_taken

BETWEEN = 1.0
"""Seconds between two looks."""


def deploy(delivery: Delivery, pause: Callable[[float], object] = time.sleep) -> Deployed:
    """Write the compiled files into the folder of an Airflow, and wait until it has parsed them.

    A file that Airflow has already is not written again. One that it cannot import is taken away,
    and what was there before put back.

    Args:
        delivery: what was compiled, and for which stack.
        pause: waits between two looks, in seconds.

    Raises:
        UsageError: the stack does not say enough, or its folder cannot be used.
        CompileError: what is in the folder is not as flowyml wrote it (FML306), or another
            module's (FML310).
        TargetError: Airflow is down, refuses who asks, has the DAG paused though a run is to
            follow, has another DAG of that name, cannot import the file, or does not parse it.
    """
    return _Handover(delivery, place_of(delivery), pause).done()


def unpaused(delivery: Delivery, place: Place) -> None:
    """Make sure that Airflow runs a DAG that is asked to run.

    Raises:
        TargetError: it is paused, and nobody said that this is to end.
    """
    dag = dag_id(delivery.ir.name)
    if not place.get(dag_path(dag))["is_paused"]:
        return
    if not delivery.activate:
        raise TargetError(_paused(dag, place))
    place.send("PATCH", dag_path(dag), {"is_paused": False})


def url_of(place: Place, dag: str) -> str:
    """Give the page of a DAG in Airflow's own pages."""
    return f"{place.service.url}/{dag_path(dag)}"


class _Handover:
    """One deployment."""

    def __init__(self, delivery: Delivery, place: Place, pause: Callable[[float], object]) -> None:
        version = delivery.options.version
        self._delivery = delivery
        self._place = place
        self._pause = pause
        self._file: DagFile = lower(delivery.ir, delivery.options, CAPABILITIES[version])
        self._dag = dag_id(delivery.ir.name)
        self._path = dag_path(self._dag)

    def done(self) -> Deployed:
        """Hand over."""
        known = self._place.find(self._path)
        if known is not None:
            self._refuse_known(known)
        self._hand_code_over()
        kept = Kept(self._delivery.files, self._place.folder)
        changed = known is None or kept.differs or not self._has_it()
        if changed:
            before = self._errors()
            self._say(f"writing {self._file.path} into {self._place.folder}")
            write_files(
                self._delivery.files, self._place.folder, overwrite=self._delivery.overwrite
            )
            self._wait(known, before, kept)
        if self._delivery.activate:
            unpaused(self._delivery, self._place)
        (latest,) = self._place.get(
            f"{self._path}/dagVersions", order_by="-version_number", limit=1
        )["dag_versions"]
        return Deployed(
            name=self._dag,
            version=str(latest["version_number"]),
            changed=changed,
            url=url_of(self._place, self._dag),
            notes=tuple(self._notes()),
        )

    def _hand_code_over(self) -> None:
        """Put the project's code where containers find it: in the stack's artifact store.

        Raises:
            UsageError: the store is a secret that cannot be had, or needs a package.
            TargetError: the store refuses.
        """
        delivery = self._delivery
        if not are_contained(places(delivery.ir, delivery.options)):
            return
        for name, data in delivery.files.items():
            if isinstance(data, bytes):
                store = str(delivery.stack.store())
                try:
                    put(store, name, data)
                except OSError as error:
                    raise TargetError(
                        f"the project's code cannot be put into {store}: {error}; nothing was "
                        "deployed"
                    ) from error

    def _refuse_known(self, known: Mapping[str, Any]) -> None:
        """Refuse what would not do any good, before anything is written."""
        if self._delivery.runs and known["is_paused"] and not self._delivery.activate:
            raise TargetError(f"{_paused(self._dag, self._place)}; nothing was written")
        other = Path(known["fileloc"])
        if not known["is_stale"] and not self._is_ours(other):
            raise TargetError(
                f"{self._place.service.name} at {self._place.service.url} has a DAG "
                f"'{self._dag}' already, from {other}; rename the pipeline, or take that file "
                "away; nothing was written"
            )

    def _is_ours(self, file: Path) -> bool:
        """Tell whether Airflow's file is the one to write; it may see the folder at another path.

        Of two files with one DAG, Airflow would go by the one and the other in turns.
        """
        if file.name != self._file.path:
            return False
        return not file.exists() or file.parent.samefile(self._place.folder)

    def _wait(self, known: Mapping[str, Any] | None, before: set[str], kept: Kept) -> None:
        """Wait until Airflow has taken the file.

        Raises:
            TargetError: it cannot import it, or takes too long.
        """
        if known is not None:
            with suppress(RefusedError, UnauthorizedError):  # it comes to it by itself
                self._place.send("PUT", f"parseDagFile/{known['file_token']}")
        self._say(f"waiting for Airflow {self._place.version} to parse it")
        limit = time.monotonic() + self._place.patience
        silence: UnreachableError | None = None
        while time.monotonic() < limit:
            try:
                if error := self._error(before):
                    kept.put_back()
                    raise TargetError(self._refused(error, kept))
                if self._has_it():
                    return
                silence = None
            except UnreachableError as error:
                silence = error
            self._pause(BETWEEN)
        raise TargetError(self._overdue()) from silence

    def _has_it(self) -> bool:
        """Tell whether Airflow goes by these files: by their text, and by their tasks.

        Of a DAG that it has put away, as after an import error, it still has both.
        """
        found = self._place.find(self._path)
        if found is None or found["is_stale"]:
            return False
        source = self._place.find(f"dagSources/{self._dag}")
        if source is None or source["content"] != self._delivery.files[self._file.path]:
            return False
        tasks = self._place.get(f"{self._path}/tasks")["tasks"]
        return is_taken(self._delivery.ir, self._file, tasks)

    def _errors(self) -> set[str]:
        """Tell apart the import errors that were there before; of each parse its own."""
        return {each["timestamp"] for each in self._import_errors()}

    def _error(self, before: set[str]) -> str | None:
        fresh = (e["stack_trace"] for e in self._import_errors() if e["timestamp"] not in before)
        return next(fresh, None)

    def _import_errors(self) -> list[Any]:
        """List the import errors of this file; Airflow names files from the bundle's folder."""
        found = self._place.listed("importErrors", "import_errors")
        own = self._place.folder.name, self._file.path
        return [
            each
            for each in found
            for parts in [PurePosixPath(each["filename"]).parts]
            if parts[-1:] == own[1:] and (parts[-2:] == own or len(parts) == 1)
        ]

    def _refused(self, error: str, kept: Kept) -> str:
        now = "what was there before has been put back" if kept.any else "it was taken away again"
        return f"Airflow cannot import {self._file.path}, so {now}; it says:\n{error.rstrip()}"

    def _overdue(self) -> str:
        return (
            f"{self._file.path} is in {self._place.folder}, and Airflow at "
            f"{self._place.service.url} has not taken it within {self._place.patience:g} s "
            f"(airflow.parse_timeout): is this the folder of one of its bundles? {self._health()}"
        )

    def _health(self) -> str:
        """Say what Airflow says of what parses files."""
        try:
            found = self._place.get("monitor/health")["dag_processor"]
        except TargetError as error:
            return str(error)
        return f"its DAG processor is {found['status']}"

    def _notes(self) -> Iterator[str]:
        compiled = self._delivery.options.version
        if not self._place.version.startswith(f"{compiled}."):
            yield f"it is Airflow {self._place.version}, and this was compiled for {compiled}"
        for pool in sorted(self._pools()):
            with suppress(UnauthorizedError):  # who deploys need not see pools
                if self._place.find(f"pools/{quote(pool, safe='')}") is None:
                    yield f"it has no pool '{pool}', so the tasks in it wait until it has one"

    def _pools(self) -> set[str]:
        settings = settings_of(self._delivery.options)
        steps = [settings.steps.get(step.name) for step in self._delivery.ir.steps]
        return {pool for each in steps if (pool := (each and each.pool) or settings.pool)}

    def _say(self, text: str) -> None:
        self._delivery.say(text)


def _paused(dag: str, place: Place) -> str:
    return (
        f"Airflow at {place.service.url} has the DAG '{dag}' paused, so a run of it would wait "
        "for ever; let it run with --unpause, or in its own pages"
    )

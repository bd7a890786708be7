"""The Airflow that a stack names: its folder of DAG files, and its REST API."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flowyml.backend import Delivery
from flowyml.deploy import RefusedError, TargetError
from flowyml.deploy.http import Credentials, Service, bearer, revealed
from flowyml.diagnostics import UsageError
from flowyml.frozen import dataclass
from flowyml.stacks import Stack
from flowyml_airflow.deploy_settings import DeploySettings
from flowyml_airflow.settings import settings_of

PAGE = 100
"""Entries that one answer holds at most. Airflow: `api.maximum_page_limit`."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """One Airflow.

    Attributes:
        folder: where DAG files go.
        service: its REST API.
        patience: seconds that it may take to parse a file.
        version: what it says that it is: `3.3.2`.
    """

    folder: Path
    service: Service
    patience: float
    version: str

    def get(self, path: str, **parameters: Any) -> Any:
        """Read what is at a path of REST v2; raises what `Service.send` raises."""
        return self.service.get(f"/api/v2/{path}", **parameters)

    def find(self, path: str, **parameters: Any) -> Any:
        """Read what is at a path of REST v2, None if nothing is."""
        try:
            return self.get(path, **parameters)
        except RefusedError as error:
            if error.status != 404:
                raise
            return None

    def send(self, method: str, path: str, body: Any = None) -> Any:
        """Ask for a change; raises what `Service.send` raises."""
        return self.service.send(method, f"/api/v2/{path}", body)

    def listed(self, path: str, key: str) -> list[Any]:
        """Read all pages of a list."""
        found: list[Any] = []
        while True:
            page = self.get(path, limit=PAGE, offset=len(found))
            found += page[key]
            if not page[key] or len(found) >= page["total_entries"]:
                return found


def dag_path(dag: str) -> str:
    """Give the path of a DAG in REST v2."""
    return f"dags/{quote(dag, safe='')}"


def place_of(delivery: Delivery) -> Place:
    """Find the Airflow that a delivery goes to: ask it once, and look at the folder.

    Raises:
        UsageError: the stack does not say enough, or the folder cannot be used.
        TargetError: Airflow cannot be reached, does not accept who asks, or is another version.
    """
    stack, settings = delivery.stack, settings_of(delivery.options)
    _refuse_lacking(stack, settings, delivery.options.version)
    folder = _usable(stack.folder / Path(str(settings.dags_folder)).expanduser(), stack)
    service = Service("Airflow", str(settings.url), _credentials(stack, settings))
    version = _version(service)
    if version.partition(".")[0] != delivery.options.version.partition(".")[0]:
        raise TargetError(
            f"at {service.url} there is Airflow {version}, and the stack '{stack.name}' compiles "
            f"for {delivery.options.version}; nothing was written"
        )
    return Place(folder=folder, service=service, patience=settings.parse_timeout, version=version)


def _refuse_lacking(stack: Stack, settings: DeploySettings, version: str) -> None:
    if version.startswith("2."):
        raise UsageError(
            f"the stack '{stack.name}' is Airflow {version}, and deploying takes REST v2, which "
            f"Airflow has from 3.0 on; compile into its folder: "
            f"flowyml compile PIPELINE --stack {stack.name} -o DAGS_FOLDER"
        )
    lacking = [key for key in ("dags_folder", "url") if getattr(settings, key) is None]
    if (settings.username is None) != (settings.password is None):
        lacking.append("password" if settings.password is None else "username")
    if lacking:
        keys, said = " and ".join(lacking), ", ".join(f"{key}: …" for key in lacking)
        raise UsageError(
            f"the stack '{stack.name}' says no {keys}, which deploying to Airflow takes; add to it "
            f"in flowyml.yaml: airflow: {{{said}}}"
        )
    if settings.token is not None and settings.username is not None:
        raise UsageError(
            f"the stack '{stack.name}' says airflow.token and airflow.username; one of them counts"
        )


def _usable(folder: Path, stack: Stack) -> Path:
    where = f"airflow.dags_folder of the stack '{stack.name}'"
    if not folder.exists():
        raise UsageError(f"{where}: there is no folder '{folder}'")
    if not folder.is_dir():
        raise UsageError(f"{where}: '{folder}' is no folder")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise UsageError(f"{where}: '{folder}' cannot be written to")
    return folder


def _credentials(stack: Stack, settings: DeploySettings) -> Credentials | None:
    """Find who asks: by a token, or by what Airflow gives one for.

    Airflow: `POST /auth/token`, which both of its own auth managers have.
    """
    if settings.token is not None:
        token = settings.token.secret
        return lambda _: bearer(stack, token)
    if settings.username is None or settings.password is None:
        return None
    user, password = settings.username, settings.password.secret

    def log_in(service: Service) -> Mapping[str, str]:
        said = {"username": user, "password": revealed(stack, password, "password")}
        return {
            "Authorization": f"Bearer {service.ask('POST', '/auth/token', said)['access_token']}"
        }

    return log_in


def _version(service: Service) -> str:
    try:
        return str(service.get("/api/v2/version")["version"])
    except RefusedError as error:
        if error.status != 404:
            raise
        raise TargetError(
            f"what answers at {service.url} is no Airflow from 3.0 on: it has no /api/v2/version; "
            "is its url in the stack right?"
        ) from None

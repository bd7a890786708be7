"""What keeps tasks from keeping values where they are told to."""

from __future__ import annotations

from collections.abc import Iterator

from flowyml.backend import CompileOptions
from flowyml.runtime.task import STORE
from flowyml.stacks.stack import Secret
from flowyml_airflow.apart import Apart
from flowyml_airflow.places import DockerSettings, PlaceSettings

_HERE = PlaceSettings()
NAMES = {"docker": "a container", "kubernetes": "a pod"}
_SHARED = "give artifact_store: in the stack a URL that all tasks can reach, such as s3://bucket"


def diagnose_store(place: Apart | None, options: CompileOptions) -> Iterator[tuple[str, str]]:
    """Say why a step cannot keep its values, and the remedy.

    Args:
        place: where it runs, if not in the worker's process.
        options: what the stack says.
    """
    settings = place.settings if place else _HERE
    yield from _code(settings, options)
    store, inside = _store(settings, options), settings.run_in in ("docker", "kubernetes")
    if store is None and inside:
        what = "what it stores in its container would be lost with it, and no artifact store is"
        yield f"{what} named", f"{_SHARED}, or environment: {{{STORE}: …}}"
    if not isinstance(store, str):
        return
    scheme, remote, path = store.rpartition("://")
    if scheme in ("", "file", "local") and (inside or not _is_of_machine(path, options)):
        yield from _folder(path if remote else store, settings)


def unusable_store(store: str) -> str:
    """Say why no task could use a stack's artifact store; empty if one can."""
    if store.startswith("memory://"):
        return "it is in the memory of one process, and each task of Airflow is one of its own"
    return ""


def _code(settings: PlaceSettings, options: CompileOptions) -> Iterator[tuple[str, str]]:
    """Say why a container cannot have the project's code, which comes through the store."""
    if options.code != "bundle" or settings.run_in not in ("docker", "kubernetes"):
        return
    store = options.store
    if store is None:
        yield (
            f"code: bundle lies beside the DAG file, which {NAMES[settings.run_in]} does not see, "
            "and there is no artifact_store: that it could come through",
            f"{_SHARED}; or put the project into the image ('flowyml image'): code: import",
        )
    elif isinstance(store, str) and store != _store(settings, options) and "://" not in store:
        yield from _folder(store, settings)


def _store(settings: PlaceSettings, options: CompileOptions) -> str | Secret | None:
    """Give the store that counts where a step runs, as far as it is known here."""
    if said := settings.environment.get(STORE):
        return said
    own = settings.kubernetes
    handed = settings.run_in == "kubernetes" and (*own.secrets, *own.config_maps)
    if any(STORE in each.env for each in handed or ()):
        return Secret("env", STORE)
    return options.store


def _is_of_machine(path: str, options: CompileOptions) -> bool:
    """Tell whether a folder is there whatever becomes of the project's."""
    return options.code != "bundle" or path.startswith(("/", "~"))


def _folder(path: str, settings: PlaceSettings) -> Iterator[tuple[str, str]]:
    """Say why a folder will not do."""
    if not path.startswith("/"):
        yield (
            f"its artifact store '{path}' is relative to the project's folder, which is lost with "
            "a container, and with code: bundle",
            _SHARED,
        )
    elif settings.run_in == "kubernetes":
        yield f"its artifact store '{path}' would be lost with its pod", _SHARED
    elif not _is_mounted(path, settings.docker):
        yield (
            f"its artifact store '{path}' would be lost with its container",
            f"mount it: docker: {{mounts: [{{source: {path}, target: {path}}}]}}, or {_SHARED}",
        )


def _is_mounted(path: str, docker: DockerSettings) -> bool:
    return any(
        not each.read_only and f"{path}/".startswith(f"{each.target.rstrip('/')}/")
        for each in docker.mounts
    )

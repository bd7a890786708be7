"""Which part may import which; the reasons are in docs/architecture.md."""

from __future__ import annotations

import pytest

import flowyml
from tests.packaging.project import Import, imports, modules

BACKENDS = ("flowyml_local", "flowyml_airflow", "flowyml_kubeflow")
MODULES = modules()
FORBIDDEN = {
    "flowyml": (*BACKENDS, "airflow", "kfp"),
    "flowyml.ir": ("flowyml",),
    "flowyml.diagnostics": (
        "flowyml.api", "flowyml.passes", "flowyml.frontend", "flowyml.runtime", "flowyml.engine",
        "flowyml.review", "flowyml.stacks",
    ),
    "flowyml.passes": (
        "flowyml.api", "flowyml.frontend", "flowyml.runtime", "flowyml.engine", "flowyml.review",
        "flowyml.stacks", "flowyml.storage", "flowyml.registry",
    ),
    "flowyml.runtime": (
        "flowyml.api.pipeline", "flowyml.passes", "flowyml.engine", "flowyml.review",
        "flowyml.registry",
    ),
    "flowyml.storage": (
        "flowyml.api.pipeline", "flowyml.passes", "flowyml.engine", "flowyml.review",
        "flowyml.registry", "flowyml.frontend.trace",
    ),
    "flowyml.rendering": ("flowyml.api", "flowyml.engine", "flowyml.review", "flowyml.runtime"),
    "flowyml_local": ("flowyml_airflow", "flowyml_kubeflow", "flowyml.cli"),
    "flowyml_airflow": ("flowyml_local", "flowyml_kubeflow", "flowyml.cli"),
    "flowyml_kubeflow": ("flowyml_local", "flowyml_airflow", "flowyml.cli"),
}  # fmt: skip


def test_every_package_has_modules() -> None:
    packages = {name.partition(".")[0] for name in MODULES}
    assert packages >= {"flowyml", "flowyml_airflow", "flowyml_kubeflow", "flowyml_local"}


@pytest.mark.parametrize("part", FORBIDDEN)
def test_no_arrow_runs_backwards(part: str) -> None:
    assert [
        f"{name}:{line} imports {imported}"
        for name, path in MODULES.items()
        if _within(name, (part,))
        for imported, line, _ in map(_resolve, imports(path))
        if _within(imported, FORBIDDEN[part]) and not _within(imported, (part,))
    ] == []


def test_only_the_command_line_imports_the_command_line() -> None:
    assert [
        name
        for name, path in MODULES.items()
        if not _within(name, ("flowyml.cli", "flowyml.__main__"))
        for imported in imports(path)
        if _within(imported.name, ("flowyml.cli",))
    ] == []


def test_backends_load_the_target_only_when_used() -> None:
    assert [
        f"{name}:{line} imports {imported}"
        for name, path in MODULES.items()
        for imported, line, at_import in imports(path)
        if at_import
        and _within(imported, ("airflow", "kfp"))
        # the format's own protobuf classes: a core dependency without the SDK
        and not _within(imported, ("kfp.pipeline_spec",))
    ] == []


def _within(name: str, parts: tuple[str, ...]) -> bool:
    return any(name == part or name.startswith(part + ".") for part in parts)


def _resolve(imported: Import) -> Import:
    """Follow `from flowyml import Pipeline` to the module that the name comes from."""
    package, _, name = imported.name.rpartition(".")
    if package == "flowyml" and f"flowyml.{name}" not in MODULES:
        home = getattr(getattr(flowyml, name), "__module__", "flowyml")
        return imported._replace(name=f"{home}.{name}")
    return imported

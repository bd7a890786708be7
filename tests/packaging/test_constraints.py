"""constraints.txt: a version for everything that is installed, and nothing else."""

from __future__ import annotations

import re
import sys

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.packaging.project import ROOT

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LINES = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
PINS = [Requirement(line) for line in LINES]
PYTHONS = ("3.10", "3.11", "3.12", "3.13")


def _wanted() -> list[Requirement]:
    project = PROJECT["project"]
    groups = [*project["optional-dependencies"].values(), *PROJECT["dependency-groups"].values()]
    texts = [*project["dependencies"], *(text for group in groups for text in group)]
    return [r for r in map(Requirement, texts) if r.name != project["name"]]


def _environment(python: str) -> dict[str, str]:
    return {
        "python_version": python,
        "python_full_version": f"{python}.1",
        "sys_platform": "linux",
        "platform_python_implementation": "CPython",
        "implementation_name": "cpython",
    }


def test_lines_are_names_and_exact_versions() -> None:
    pin = re.compile(
        r"[a-z0-9-]+==[\w.!+]+( ; (python_full_version|sys_platform|platform_|imp).+)?"
    )
    assert [line for line in LINES if not pin.fullmatch(line)] == []


@pytest.mark.parametrize("python", PYTHONS)
def test_each_name_has_one_version_on_each_python(python: str) -> None:
    active = [p for p in PINS if p.marker is None or p.marker.evaluate(_environment(python))]
    names = [canonicalize_name(p.name) for p in active]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("wanted", _wanted(), ids=str)
def test_what_the_project_asks_for_is_pinned_to_a_fitting_version(
    wanted: Requirement, python: str
) -> None:
    (version,) = (
        next(iter(pin.specifier)).version
        for pin in PINS
        if canonicalize_name(pin.name) == canonicalize_name(wanted.name)
        and (pin.marker is None or pin.marker.evaluate(_environment(python)))
    )
    assert wanted.specifier.contains(version)


def test_classifiers_name_the_supported_pythons() -> None:
    prefix = "Programming Language :: Python :: 3."
    named = [
        c.rpartition(" ")[2] for c in PROJECT["project"]["classifiers"] if c.startswith(prefix)
    ]
    assert tuple(named) == PYTHONS

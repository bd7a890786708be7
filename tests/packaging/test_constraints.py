"""The constraints: a version for everything that is installed, on each Python, and nothing else.

There are two files, as Airflow 2.11 and Airflow 3 do not fit into one environment.
"""

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
PYTHONS = ("3.10", "3.11", "3.12", "3.13")


def _asked(*groups: list[str]) -> list[Requirement]:
    """Give what is installed with the project, the project itself left out."""
    project = PROJECT["project"]
    texts = [*project["dependencies"], *(text for group in groups for text in group)]
    return [r for r in map(Requirement, texts) if r.name != project["name"]]


EXTRAS = PROJECT["project"]["optional-dependencies"]
EVERYTHING = _asked(*EXTRAS.values(), *PROJECT["dependency-groups"].values())
OLD = [*_asked(EXTRAS["examples"], EXTRAS["pandas"]), Requirement("apache-airflow==2.11.*")]
FILES = {
    "constraints.txt": (EVERYTHING, PYTHONS),
    "constraints-airflow-2.11.txt": (OLD, PYTHONS[:-1]),
}
PINS = {
    name: [Requirement(line) for line in (ROOT / name).read_text(encoding="utf-8").splitlines()]
    for name in FILES
}
WANTED = [
    pytest.param(name, wanted, python, id=f"{wanted}-{python}-{name}")
    for name, (asked, pythons) in FILES.items()
    for wanted in asked
    for python in pythons
]


def _versions(name: str, python: str) -> list[tuple[str, str]]:
    """Give the names and versions that are installed on a Python."""
    environment = {
        "python_version": python,
        "python_full_version": f"{python}.1",
        "sys_platform": "linux",
        "platform_machine": "x86_64",
        "platform_python_implementation": "CPython",
        "implementation_name": "cpython",
    }
    return [
        (canonicalize_name(pin.name), next(iter(pin.specifier)).version)
        for pin in PINS[name]
        if pin.marker is None or pin.marker.evaluate(environment)
    ]


@pytest.mark.parametrize("name", FILES)
def test_lines_are_names_and_exact_versions(name: str) -> None:
    pin = re.compile(
        r"[a-z0-9-]+==[\w.!+]+( ; (python_full_version|sys_platform|platform_|imp).+)?"
    )
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not pin.fullmatch(line)] == []


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("python", PYTHONS)
def test_each_name_has_one_version_on_each_python(name: str, python: str) -> None:
    names = [found for found, _ in _versions(name, python)]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize(("name", "wanted", "python"), WANTED)
def test_what_is_asked_for_is_pinned_to_a_fitting_version(
    name: str, wanted: Requirement, python: str
) -> None:
    pinned = dict(_versions(name, python))
    assert wanted.specifier.contains(pinned[canonicalize_name(wanted.name)])


def test_classifiers_name_the_supported_pythons() -> None:
    prefix = "Programming Language :: Python :: 3."
    named = [
        c.rpartition(" ")[2] for c in PROJECT["project"]["classifiers"] if c.startswith(prefix)
    ]
    assert tuple(named) == PYTHONS

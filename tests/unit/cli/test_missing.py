"""A package that is not installed: what is said of it, and how it ends a command."""

from __future__ import annotations

import sys
from importlib import import_module, metadata

import pytest

from flowyml.cli.errors import described, exit_code
from flowyml.diagnostics import FlowymlError, UsageError
from flowyml.diagnostics.missing import MissingPackageError, Needs, how_to_install


@pytest.fixture
def installed(monkeypatch):
    """Say which of our distributions are installed."""

    def say(*names):
        def version(name):
            if name not in names:
                raise metadata.PackageNotFoundError(name)
            return "1.0"

        monkeypatch.setattr(metadata, "version", version)

    return say


def test_an_import_that_fails_says_what_needs_it_and_what_to_install(monkeypatch, installed):
    installed("flowyml")
    monkeypatch.setitem(sys.modules, "black", None)
    with pytest.raises(MissingPackageError) as caught, Needs("black"):
        import_module("black")
    assert isinstance(caught.value, FlowymlError | ImportError)
    assert described(caught.value).splitlines() == [
        "error[FML401]: writing a DAG file needs black, which is not installed",
        "  help: run pip install black",
        "1 error",
    ]
    assert exit_code(caught.value) == exit_code(UsageError("…")) == 2


def test_what_a_package_itself_lacks_is_left_as_it_is():
    with pytest.raises(ModuleNotFoundError, match="no tokens"), Needs("black"):
        raise ModuleNotFoundError("no tokens", name="blib2to3")


@pytest.mark.parametrize(
    ("there", "module", "command"),
    [
        (("flowyml",), "sqlalchemy", "pip install SQLAlchemy"),
        (("flowyml",), "httpx", "pip install 'flowyml[deploy]'"),
        (("flowyml-skinny",), "httpx", "pip install 'flowyml-skinny[deploy]'"),
        (("flowyml-skinny",), "black", "pip install 'flowyml-skinny[airflow]'"),
        (("flowyml-skinny",), "sqlalchemy", "pip install 'flowyml-skinny[all]'"),
        (("flowyml", "flowyml-skinny"), "rich", "pip install rich"),
        ((), "pandas", "pip install 'flowyml[pandas]'"),
    ],
)
def test_what_is_installed_goes_with_the_flowyml_that_is_here(installed, there, module, command):
    installed(*there)
    assert how_to_install(module) == command

"""Files that were edited after their modules were loaded."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from types import ModuleType

import pytest

from flowyml.frontend.edits import is_edited

SOURCE = """
import functools
from json import loads
from pathlib import Path
from flowyml import step, when

LIMIT = 1

def plain(x):
    return [n for n in x if n]

def around(function):
    @functools.wraps(function)
    def wrapper(*args):
        return function(*args)
    return wrapper

@around
def decorated(x):
    return x

@step
@when(lambda x: x)
def a_step(x):
    return x

class Holder:
    def method(self):
        return 1

    @staticmethod
    def static():
        return 2

    @classmethod
    def of_class(cls):
        return 3

    class Inner:
        def deep(self):
            return 4

Holder.again = Holder
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    name = f"edits_{tmp_path.name}"
    (tmp_path / f"{name}.py").write_text(SOURCE)
    return importlib.import_module(name)


def rewrite(module: ModuleType, text: str) -> None:
    """Write the file, later than it was."""
    path = Path(str(module.__file__))
    later = path.stat().st_mtime_ns + 10**9
    path.write_text(text)
    os.utime(path, ns=(later, later))


def test_what_was_not_touched_is_not_edited(module: ModuleType) -> None:
    assert not is_edited(module.__name__)
    assert not is_edited(module.__name__)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("if n]", "if not n]"),
        ("return x\n\n@step", "return -x\n\n@step"),
        ("    return x\n\nclass", "    return -x\n\nclass"),
        ("return 1", "return 10"),
        ("return 2", "return 20"),
        ("return 3", "return 30"),
        ("return 4", "return 40"),
        ("import functools", "# a comment\nimport functools"),
        ("LIMIT = 1", "LIMIT = ("),
    ],
)
def test_a_change_before_anybody_looked_is_found(module: ModuleType, old: str, new: str) -> None:
    assert old in SOURCE
    rewrite(module, SOURCE.replace(old, new))
    assert is_edited(module.__name__)


def test_any_change_after_a_look_is_found_until_it_is_loaded(module: ModuleType) -> None:
    assert not is_edited(module.__name__)
    rewrite(module, SOURCE.replace("LIMIT = 1", "LIMIT = 2"))
    assert is_edited(module.__name__)
    importlib.reload(module)
    assert not is_edited(module.__name__)
    Path(str(module.__file__)).unlink()
    assert is_edited(module.__name__)


def test_what_is_not_loaded_or_has_no_file_is_not_edited() -> None:
    assert not is_edited("no_such_module")
    assert not is_edited("sys")

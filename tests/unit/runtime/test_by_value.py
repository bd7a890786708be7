"""What travels between processes: by itself where it can, else by value."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from flowyml.diagnostics.missing import MissingPackageError
from flowyml.runtime.by_value import dumps

PROMPT = """
import sys
from flowyml.runtime.by_value import dumps

class Mine:
    number = 7

sys.stdout.buffer.write(dumps([Mine()]))
"""


def test_data_and_names_of_modules_need_no_cloudpickle(monkeypatch):
    monkeypatch.setitem(sys.modules, "cloudpickle", None)
    value = (Path, {"a": [1, None, "text"]}, ValueError("why"))
    kind, data, error = pickle.loads(dumps(value))
    assert (kind, data, error.args) == (Path, {"a": [1, None, "text"]}, ("why",))


def test_without_it_what_has_no_name_says_what_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "cloudpickle", None)
    with pytest.raises(MissingPackageError, match="handing values on needs cloudpickle"):
        dumps(lambda: 1)


def test_a_function_without_a_name_travels_by_value():
    assert pickle.loads(dumps(lambda number: number + 1))(1) == 2


def test_what_a_prompt_defines_travels_by_value():
    made = subprocess.run([sys.executable, "-c", PROMPT], capture_output=True, check=True).stdout
    (found,) = pickle.loads(made)
    assert found.number == 7

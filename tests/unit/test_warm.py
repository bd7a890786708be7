"""A forked process is one of its own, and what a fork cannot be is started."""

from __future__ import annotations

import json
import os
import sys

import pytest

from tests.warm import Warm

SCRIPT = """
import json, os, sys
import fractions
told = [__name__, sys.argv, sys.path[0], os.getcwd(), os.environ.get("TOLD"), os.getppid()]
print(json.dumps([*told, fractions.__file__, hash("text")]), flush=True)
print("said", file=sys.stderr)
sys.exit(7)
"""


@pytest.fixture(scope="module")
def warm():
    opened = Warm("fractions", env={"PYTHONHASHSEED": "1"})
    yield opened
    opened.close()


@pytest.fixture
def call(warm, tmp_path):
    (tmp_path / "script.py").write_text(SCRIPT)
    (tmp_path / "elsewhere").mkdir()

    def run(**more):
        with (tmp_path / "out").open("wb") as out, (tmp_path / "err").open("wb") as err:
            code = warm.call(
                [sys.executable, tmp_path / "script.py", "-x"],
                cwd=tmp_path / "elsewhere",
                env={**os.environ, "PYTHONHASHSEED": "1", **more},
                stdout=out,
                stderr=err,
            )
        assert (code, (tmp_path / "err").read_text()) == (7, "said\n")
        return json.loads((tmp_path / "out").read_text())

    return run


def test_a_fork_has_what_it_was_given(call, tmp_path):
    name, words, first, folder, told, parent, *_ = call(TOLD="yes")
    assert (name, words) == ("__main__", [str(tmp_path / "script.py"), "-x"])
    assert (first, folder, told) == (str(tmp_path), str(tmp_path / "elsewhere"), "yes")
    assert parent != os.getpid()


def test_another_hash_seed_is_started_anew(call):
    (*_, parent, _, same), (*_, parents, _, other) = call(), call(PYTHONHASHSEED="2")
    assert (parent != os.getpid(), parents) == (True, os.getpid())
    assert same != other


def test_a_file_that_hides_what_is_loaded_is_met(call, tmp_path):
    (tmp_path / "elsewhere" / "fractions.py").touch()
    assert call(PYTHONPATH=str(tmp_path / "elsewhere"))[6] == str(
        tmp_path / "elsewhere" / "fractions.py"
    )

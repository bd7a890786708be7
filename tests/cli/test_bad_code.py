"""Mistakes in a user's files that only running shows: a message, a state, and nothing lost."""

from __future__ import annotations

import json

import pytest

INVALID = 3
STEP = """
from flowyml import Pipeline, step

@step(timeout=600)
def one():
    return 1

pipeline = Pipeline("p").add_step(one)
"""


@pytest.mark.parametrize("executor", ["thread", "process"])
def test_a_file_called_like_a_module_of_pythons_own(flowyml, write, executor):
    """Neither a child nor a worker looks for it in the working directory."""
    for name in ("logging", "ast", "struct", "queue"):
        write(f"{name}.py", "raise RuntimeError('not the one')\n")
    write("pipe.py", STEP.replace('"p"', f'"p", executor="{executor}"'))
    done = flowyml("run", "pipe.py")
    assert (done.code, "not the one" in done.err) == (0, False)


def test_one_that_is_found_instead_of_pythons_own(flowyml, write):
    write("sqlite3.py", "connect = None\n")
    write("pipe.py", STEP)
    done = flowyml("run", "pipe.py")
    assert done.code == INVALID
    assert "error: ImportError: cannot import name" in done.err
    assert "sqlite3.py': Python, and what uses it, finds that instead" in done.err
    assert "Traceback" not in done.err


def test_one_that_breaks_an_import_of_the_users(flowyml, write):
    write("colorsys.py", "import nothing_like_that\n")
    write("pipe.py", "import colorsys\n" + STEP)
    done = flowyml("compile", "pipe.py", "-t", "airflow", "--stdout")
    assert (done.code, done.out) == (INVALID, "")
    assert "error[FML001]: pipe.py cannot be imported: ModuleNotFoundError" in done.err
    assert "help: rename '" in done.err
    assert "colorsys.py'" in done.err


@pytest.mark.parametrize("option", ["-c", "--input"])
def test_a_key_that_is_given_twice(flowyml, project, option):
    done = flowyml("run", "sums.py", option, "count=1", option, "count=2")
    assert (done.code, done.out) == (2, "")
    assert "'count' is given 2 times: 1, 2; which one counts?" in done.err
    assert not (project / ".flowyml").exists()


def test_an_output_that_cannot_be_stored(flowyml, write):
    """It says which type and what to do, in few words, wherever the step ran."""
    write("bad.py", UNSTORABLE)
    done = flowyml("run", "bad.py", "--json")
    assert done.code == 1
    steps = json.loads(done.out)["steps"]
    for name, (start, kind) in EXPECTED.items():
        error = steps[name]["error"]
        assert steps[name]["state"] == "FAILED"
        assert error.startswith(start)
        assert f" is a {kind}, which cannot be stored" in error
        assert "return the data in it instead" in error
        assert "Traceback" not in error


UNSTORABLE = """
import threading
from flowyml import Pipeline, map_task, step

@step(outputs=["model"])
def plain():
    return {"weights": [1], "lock": threading.Lock()}

@step(outputs=["file"], timeout=600)
def timed():
    return [threading.Lock()]

@step(outputs=["items"])
def items():
    return [1, 2]

@map_task(inputs=["items"], outputs=["mapped"])
def mapped(item):
    return (n for n in range(item))

pipeline = Pipeline("p").add_steps([plain, timed, items, mapped])
"""
OTHER = "flowyml.storage.UnserializableError: "
STORED = f"{OTHER}output "
EXPECTED = {
    "plain": (f"{STORED}'model' cannot be stored: value['lock']", "_thread.lock"),
    "timed": (f"{OTHER}what was returned cannot leave its process: value[0]", "_thread.lock"),
    "mapped": (f"{STORED}'mapped' cannot be stored: value.results[0]", "generator"),
}


def test_a_relative_import_without_a_package(flowyml, write):
    write("lonely.py", "from .rows import load\n")
    done = flowyml("check", "lonely.py")
    assert done.code == 3
    assert "a relative import needs a package: put an __init__.py into the folder" in done.out

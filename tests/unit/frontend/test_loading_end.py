"""What a script does around its `run()` while it is loaded (docs/semantics.md §0.1)."""

from __future__ import annotations

import sys
import threading

import pytest

from flowyml.diagnostics import CompileError

HEAD = """import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from flowyml import Pipeline, step

@step
def work(): raise AssertionError("nothing may run")

p = Pipeline("p").add_step(work)
def main(): p.run()
ran = []
"""
FIRST = HEAD.count("\n") + 1


@pytest.mark.parametrize(
    "start",
    [
        "threading.Thread(target=p.run)",
        "threading.Thread(target=main)",
        "threading.Thread(target=lambda: (p.run(), ran.append(1)))",
    ],
)
def test_a_thread_of_the_script_runs_nothing_and_says_nothing(project, monkeypatch, capfd, start):
    monkeypatch.setattr(threading, "excepthook", threading.__excepthook__)  # pytest has its own
    loaded = project.load({"pipe.py": f"{HEAD}t = {start}\nt.start()\nt.join()\nafter = 1"})
    assert (loaded.ended_at, loaded.module.after, loaded.module.ran) == (None, 1, [])
    assert capfd.readouterr() == ("", "")


def test_an_executor_of_the_script_ends_it_where_it_asks(project):
    ending = "with ThreadPoolExecutor() as pool:\n    pool.submit(p.run).result()\nafter = 1"
    loaded = project.load({"pipe.py": HEAD + ending})
    assert loaded.ended_at == FIRST + 1
    assert not hasattr(loaded.module, "after")


def test_a_thread_that_was_there_before_runs_on(project):
    """It runs another pipeline than the one that is loaded, and nothing of that module led it."""
    sys.modules["other_of_test"] = other = type(sys)("other_of_test")
    exec(
        "from flowyml import Pipeline, step\n"
        "def run():\n"
        "    return Pipeline('p').add_step(step(lambda: 1, name='one')).run()['one']\n",
        vars(other),
    )
    text = (
        "import threading, other_of_test\n"
        "found = []\n"
        "class T(threading.Thread):\n"
        "    pass\n"
        "t = threading.Thread(target=other_of_test.run)\n"
        "t.start()\nt.join()\n"
    )
    assert project.load({"pipe.py": text}).ended_at is None
    del sys.modules["other_of_test"]


@pytest.mark.parametrize(
    ("ending", "line"),
    [
        ("try:\n    p.run()\nexcept BaseException:\n    ran.append(1)", 1),
        ("try:\n    p.run()\nexcept:\n    raise ValueError('mine')", 1),
        ("try:\n    main()\nexcept BaseException as e:\n    raise SystemExit(2)", 1),
        ("def go():\n    try:\n        p.run()\n    finally:\n        return\ngo()", 5),
    ],
)
def test_catching_the_end_is_refused(project, ending, line):
    with pytest.raises(CompileError) as caught:
        project.load({"pipe.py": f"{HEAD}{ending}\n"})
    (found,) = caught.value.diagnostics
    assert (found.code, found.file, found.line) == ("FML001", "pipe.py", FIRST + line)
    assert "it catches the end of its loading" in found.message
    assert "except Exception" in (found.help or "")
    assert "pipe" not in sys.modules


def test_letting_it_through_is_fine(project):
    ending = "try:\n    p.run()\nexcept BaseException:\n    done = True\n    raise\nafter = 1"
    loaded = project.load({"pipe.py": HEAD + ending})
    assert (loaded.ended_at, loaded.module.done) == (FIRST + 1, True)
    assert not hasattr(loaded.module, "after")

"""What of a step's code and surroundings invalidates its cached result (docs/semantics.md §4.1).

Each run is a process of its own, as in life: a changed file is met by one that knows no other.
"""

from __future__ import annotations

import os
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.warm import Warm

HELPERS = """
FACTOR = 2
UNUSED = 1

class Scale:
    def __init__(self, factor):
        self.factor = factor

def double(x):
    return x * FACTOR

def unrelated(x):
    return x
"""
PIPELINE = """
import acme
from flowyml import Pipeline, step
from helpers import FACTOR, double

OFFSET = 0

@step(outputs=["base"], cache=True)
def base():
    return 10

def made(summand):
    @step(name="closed", inputs=["base"], outputs=["closed"], cache=True)
    def closed(base):
        return base + summand
    return closed

@step(inputs=["base"], outputs=["result"], cache=True)
def work(base, more=0):
    return double(base) + OFFSET + more

@step(inputs=["base"], outputs=["versioned"], cache=True)
def versioned(base):
    return acme.shift(base)

pipeline = Pipeline("p").add_steps([base, work, versioned, made(1)])

if __name__ == "__main__":
    result = pipeline.run()
    assert result.success, result.summary()
    print(*(name for name, found in result.step_results.items() if not found.cached))
"""


class Project:
    """A project's folder beside a folder of installed distributions."""

    def __init__(self, folder: Path, warm: Warm) -> None:
        self.folder = folder / "project"
        self._warm = warm
        self.site = folder / "site-packages"
        self.folder.mkdir()
        self.write("flowyml.yaml", "")
        self.write("helpers.py", HELPERS)
        self.write("flow.py", PIPELINE)
        self.install("1.0")

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(textwrap.dedent(text))

    def edit(self, name: str, old: str, new: str) -> None:
        path = self.folder / name
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new))

    def install(self, version: str) -> None:
        for found in self.site.glob("acme-*"):
            (found / "METADATA").unlink()
            found.rmdir()
        about = self.site / f"acme-{version}.dist-info"
        about.mkdir(parents=True)
        (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: acme\nVersion: {version}\n")
        (self.site / "acme.py").write_text("def shift(x):\n    return x + 1\n")

    def ran(self, **environment: str) -> set[str]:
        """Run the pipeline; gives the steps that the cache did not answer for."""
        return set(self.run("flow.py", **environment).split())

    def run(self, script: str, **environment: str) -> str:
        path = os.pathsep.join([str(self.site), os.environ.get("PYTHONPATH", "")])
        printed = [self.folder.with_name(name) for name in ("out", "err")]
        with printed[0].open("wb") as out, printed[1].open("wb") as err:
            code = self._warm.call(
                [sys.executable, script],
                cwd=self.folder,
                env={**os.environ, "PYTHONPATH": path, **environment},
                stdout=out,
                stderr=err,
            )
        assert code == 0, printed[1].read_text()
        return printed[0].read_text()


@pytest.fixture(scope="module")
def warm() -> Iterator[Warm]:
    server = Warm("flowyml", "flowyml.engine.run", "flowyml.storage.records_database")
    yield server
    server.close()


@pytest.fixture
def project(tmp_path: Path, warm: Warm) -> Project:
    made = Project(tmp_path, warm)
    assert made.ran() == {"base", "work", "versioned", "closed"}
    return made


def test_another_process_and_hash_seed_find_it(project: Project) -> None:
    assert project.ran(PYTHONHASHSEED="1") == project.ran(PYTHONHASHSEED="2") == set()


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("flow.py", "import acme", "# acme\nimport os\nimport acme"),
        ("flow.py", "    return double(base)", '    """Work."""\n\n    return double( base )'),
        ("flow.py", 'Pipeline("p")', 'Pipeline("another")'),
        ("helpers.py", "UNUSED = 1", "UNUSED = 2"),
        ("helpers.py", "def unrelated(x):\n    return x", "def unrelated(x):\n    return -x"),
    ],
)
def test_what_a_step_does_not_reach_changes_nothing(
    project: Project, file: str, old: str, new: str
) -> None:
    project.edit(file, old, new)
    assert project.ran() == set()


@pytest.mark.parametrize(
    ("file", "old", "new", "ran"),
    [
        ("flow.py", "+ OFFSET + more", "+ OFFSET - more", {"work"}),
        ("flow.py", "more=0", "more=1", {"work"}),
        ("flow.py", "OFFSET = 0", "OFFSET = 1", {"work"}),
        ("flow.py", "OFFSET = 0", "OFFSET = 2 - 1", {"work"}),
        ("flow.py", "made(1)", "made(2)", {"closed"}),
        ("helpers.py", "return x * FACTOR", "return FACTOR * x", {"work"}),
        ("helpers.py", "FACTOR = 2", "FACTOR = 3", {"work"}),
        ("flow.py", "return 10", "return 5 + 5", {"base"}),
        ("flow.py", "return 10", "return 11", {"base", "work", "versioned", "closed"}),
    ],
)
def test_what_it_reaches_runs_it_again(
    project: Project, file: str, old: str, new: str, ran: set[str]
) -> None:
    project.edit(file, old, new)
    assert project.ran() == ran
    assert project.ran() == set()
    project.edit(file, new, old)
    assert project.ran() == set()


def test_another_version_of_a_library_runs_what_reaches_it(project: Project) -> None:
    project.install("1.1")
    assert project.ran() == {"versioned"}
    project.install("1.0")
    assert project.ran() == set()


@pytest.mark.parametrize(
    ("module", "value"),
    [
        ("pathlib", "len(pathlib.Path(__file__).with_name('n.txt').read_text())"),
        ("os", "int(os.environ.get('N', '2'))"),
    ],
)
def test_a_global_made_from_a_file_or_the_environment_counts_by_its_value(
    project: Project, module: str, value: str
) -> None:
    project.write("n.txt", "ab")
    project.edit("helpers.py", "FACTOR = 2\n", f"import {module}\nFACTOR = {value}\n")
    assert project.ran() == {"work"}
    assert project.ran() == set()
    project.write("n.txt", "abc")
    assert project.ran(N="3") == {"work"}
    assert project.ran(N="3") == set()


def test_a_global_that_functions_change_counts_by_its_value(project: Project) -> None:
    setter = "FACTOR = 2\n\ndef configure(value):\n    global FACTOR\n    FACTOR = value\n"
    project.edit("helpers.py", "FACTOR = 2\n", setter)
    project.edit("flow.py", "import FACTOR, double", "import configure, double")
    project.edit("flow.py", "\nOFFSET = 0", "\nOFFSET = 0\nconfigure(2)")
    assert project.ran() == {"work"}
    assert project.ran() == set()
    project.edit("flow.py", "configure(2)", "configure(3)")
    assert project.ran() == {"work"}


def test_an_object_in_a_closure_counts_by_its_content(project: Project) -> None:
    project.edit("flow.py", "FACTOR, double", "FACTOR, Scale, double")
    project.edit("flow.py", "base + summand", "base + summand.factor")
    project.edit("flow.py", "made(1)", "made(Scale(1))")
    assert project.ran() == {"closed"}
    assert project.ran() == set()
    project.edit("flow.py", "made(Scale(1))", "made(Scale(2))")
    assert project.ran() == {"closed"}


def test_what_cannot_be_told_apart_is_not_cached(project: Project) -> None:
    project.edit("flow.py", "import acme", "import threading\nimport acme")
    project.edit("flow.py", "base + summand", "base + (1 if summand.locked() else 2)")
    project.edit("flow.py", "made(1)", "made(threading.Lock())")
    assert project.ran() == {"closed"}
    assert project.ran() == {"closed"}


LONG = """
import importlib
from pathlib import Path
import flow

def ran():
    result = flow.pipeline.run()
    return {name for name, found in result.step_results.items() if not found.cached}

path = Path("flow.py")
before = path.read_text()
print(*ran())
path.write_text(before.replace("+ OFFSET + more", "* 100 + OFFSET + more"))
old = flow.pipeline.run()["work"]
assert old == 20, old
print(*ran())
importlib.reload(flow)
assert flow.pipeline.run()["work"] == 2000
print(*ran())
"""


def test_code_that_is_not_that_of_its_file_is_not_cached(project: Project) -> None:
    """A notebook or a server goes on with what it loaded while somebody edits the file."""
    project.write("long.py", LONG)
    done = project.run("long.py")
    assert [set(line.split()) for line in done.split("\n")] == [
        set(),
        {"base", "work", "versioned", "closed"},
        set(),
        set(),
    ]
    assert project.ran() == set()


def test_a_file_edited_before_the_first_run_is_found_out(project: Project) -> None:
    project.write(
        "early.py",
        """
        from pathlib import Path
        import helpers, flow
        path = Path("helpers.py")
        path.write_text(path.read_text().replace("x * FACTOR", "x * FACTOR * 100"))
        print(flow.pipeline.run()["work"])
        """,
    )
    assert project.run("early.py").strip() == "20"
    assert project.ran() == {"work"}
    project.write("now.py", "import flow\nprint(flow.pipeline.run()['work'])\n")
    assert project.run("now.py").strip() == "2000"

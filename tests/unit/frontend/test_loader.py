"""The loader: names, the end at run(), and what it says of broken files (docs/semantics.md §0)."""

from __future__ import annotations

import sys
import threading

import pytest

from flowyml.diagnostics import CompileError, UsageError
from flowyml.frontend.loader import (
    bound_after_end,
    load_entrypoint,
    load_file,
    load_module,
)
from flowyml.frontend.loading import LoadingEnded, end_loading_if_active

RUNS = """
from flowyml import Pipeline, step
before = 1

@step
def work(): raise AssertionError("nothing may run")

pipeline = Pipeline("p").add_step(work)
result = pipeline.run()
after = 2
"""


def failure(load):
    with pytest.raises(CompileError) as caught:
        load()
    (found,) = caught.value.diagnostics
    assert found.code == "FML001"
    return found, caught.value


def test_the_module_is_the_one_that_python_knows(project):
    loaded = project.load({"a/pipe.py": "x = __name__"}, "a/pipe.py")
    assert loaded.name == loaded.module.x == "a.pipe"
    assert sys.modules["a.pipe"] is loaded.module
    assert (loaded.import_root, loaded.project_root) == (project.folder, project.folder)
    assert loaded.ended_at is None
    assert sys.path.count(str(project.folder)) == 1


def test_loading_twice_gives_the_same_module(project):
    files = {"pipe.py": RUNS}
    first = project.load(files)
    assert load_file(project.folder / "pipe.py") == first
    assert load_module("pipe") == first
    assert first.module.__spec__.loader.get_source("pipe") == RUNS


def test_run_ends_the_module_and_runs_nothing(project):
    loaded = project.load({"pipe.py": RUNS})
    assert loaded.ended_at == 9
    assert (loaded.module.before, loaded.module.pipeline.name) == (1, "p")
    assert not hasattr(loaded.module, "result")
    assert not hasattr(loaded.module, "after")


def test_the_finder_and_the_guard_are_gone_after_a_load(project):
    finders = list(sys.meta_path)
    project.load({"pipe.py": RUNS})
    assert sys.meta_path == finders
    assert end_loading_if_active() is None


@pytest.mark.parametrize(
    ("ending", "line"),
    [
        ("def main():\n    p.run()\nmain()", 5),
        ("try:\n    p.run()\nexcept Exception:\n    raise\nfinally:\n    done = True", 4),
        ("with open(__file__):\n    p.rerun(run_id='x')", 4),
        ("for n in range(3):\n    (p\n     .run())", 5),
    ],
)
def test_run_ends_the_module_from_wherever_it_is_called(project, ending, line):
    source = "from flowyml import Pipeline\np = Pipeline('p')\n" + ending + "\nafter = 1\n"
    if "rerun" in ending:
        pytest.importorskip("flowyml.api.pipeline")
        source = source.replace("p.rerun(run_id='x')", "p.run()")
    loaded = project.load({"pipe.py": source})
    assert loaded.ended_at == line
    assert not hasattr(loaded.module, "after")


def test_an_imported_module_ends_alone(project):
    outer = "import inner\nfrom inner import before\nafter = before + 1"
    loaded = project.load({"pipe.py": outer, "inner.py": RUNS})
    assert (loaded.ended_at, loaded.module.after) == (None, 2)
    assert load_module("inner").ended_at == 9


def test_a_main_guard_is_not_entered(project):
    loaded = project.load({"pipe.py": "if __name__ == '__main__':\n    1 / 0"})
    assert loaded.ended_at is None


def test_other_threads_import_as_ever(project):
    """Only the thread that loads is guarded; a run elsewhere goes on."""
    outcome = []

    def other():
        try:
            end_loading_if_active()
            outcome.append("ran")
        except LoadingEnded:
            outcome.append("ended")

    sys.modules["pipe_of_test"] = module = type(sys)("pipe_of_test")
    module.other = other
    thread = "import threading, pipe_of_test\nt = threading.Thread(target=pipe_of_test.other)\n"
    project.load({"pipe.py": thread + "t.start()\nt.join()"})
    del sys.modules["pipe_of_test"]
    assert outcome == ["ran"]


def test_threads_load_one_after_the_other(project):
    names = [f"p{n}" for n in range(8)]
    project.write({f"{name}.py": f"{RUNS}" for name in names})
    found = []
    threads = [
        threading.Thread(target=lambda n=n: found.append(load_file(project.folder / f"{n}.py")))
        for n in names
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted((each.name, each.ended_at) for each in found) == [(name, 9) for name in names]


def test_names_bound_after_the_end(project):
    loaded = project.load({"pipe.py": RUNS + "if 1:\n    def late(): pass\nclass K: pass\n"})
    late = ("after", "late", "K", "K.method", "result")
    assert [name for name in late if bound_after_end(loaded, name)] == list(late)
    assert not any(bound_after_end(loaded, name) for name in ("before", "pipeline", "nowhere"))


def test_an_entrypoint_bound_after_the_end_says_so(project):
    project.load({"pipe.py": RUNS})
    with pytest.raises(UsageError, match=r"pipe\.py binds no 'after' before its run\(\) .* line 9"):
        load_entrypoint("pipe:after")


def test_entrypoints(project):
    project.load({"pipe.py": "class K:\n    class L:\n        def m(self): return 1"})
    assert load_entrypoint("pipe:K.L.m") is sys.modules["pipe"].K.L.m


@pytest.mark.parametrize(
    ("entrypoint", "says"),
    [
        ("pipe:trian", "pipe.py binds no 'trian'; did you mean 'train'?"),
        ("pipe:train.x", "pipe.py binds no 'train.x'"),
        ("pipez:train", "there is no module 'pipez'; did you mean 'pipe'?"),
        ("pack.n:train", "there is no module 'pack.n'; there is: m"),
        ("pipe.n:train", "there is no module 'pipe.n'"),
        ("pipe", "'pipe' is not an entrypoint; write module:name"),
        (":train", "':train' is not an entrypoint"),
        ("sys:path", "the module 'sys' has no source file"),
    ],
)
def test_missing_entrypoints_name_what_is_near(project, entrypoint, says):
    project.load({"pipe.py": "def train(): pass", "pack/__init__.py": "", "pack/m.py": ""})
    with pytest.raises(UsageError) as caught:
        load_entrypoint(entrypoint)
    assert says in str(caught.value)


@pytest.mark.parametrize("where", [".", "src"])
def test_a_module_is_found_from_inside_its_project(project, monkeypatch, where):
    root = project.write({f"{where}/pack/__init__.py": "", f"{where}/pack/m.py": "x = 1"})
    (root / "deep").mkdir()
    monkeypatch.chdir(root / "deep")
    loaded = load_module("pack.m")
    assert loaded.import_root == (root / where).resolve()
    assert loaded.project_root == root


@pytest.mark.parametrize("name", ["missing.py", "a", "text.txt"])
def test_what_is_no_python_file(project, name):
    project.write({"a/b.py": "", "text.txt": ""})
    with pytest.raises(UsageError, match="no Python file"):
        load_file(project.folder / name)


@pytest.mark.parametrize(
    ("files", "file", "line", "says", "helps"),
    [
        ({"pipe.py": "x = 1\n1 / 0"}, "pipe.py", 2, "ZeroDivisionError: division by zero", "top"),
        ({"pipe.py": "x = (\n"}, "pipe.py", 1, "SyntaxError: '(' was never closed", ""),
        ({"pipe.py": "import json\njson.loads('{')"}, "pipe.py", 2, "JSONDecodeError", ""),
        (
            {"pipe.py": "import lib", "lib.py": "def g():\n    raise KeyError('a')\ng()"},
            "lib.py",
            2,
            "pipe.py cannot be imported: KeyError: 'a'",
            "",
        ),
        ({"pipe.py": "import lib", "lib.py": "\n\nx = = 1"}, "lib.py", 3, "SyntaxError", ""),
        ({"pipe.py": "\nimport hepler", "helper.py": ""}, "pipe.py", 2, "hepler", "'helper'"),
        ({"pipe.py": "import no_such_lib.x"}, "pipe.py", 1, "no_such_lib", "pip install no_such_l"),
        ({"pipe.py": "raise SystemExit(3)"}, "pipe.py", 1, "SystemExit: 3", "must not exit"),
        ({"pipe.py": "raise ValueError"}, "pipe.py", 1, "cannot be imported: ValueError", ""),
    ],
)
def test_errors_name_the_users_line(project, files, file, line, says, helps):
    found, error = failure(lambda: project.load(files))
    assert (found.file, found.line) == (file, line)
    assert says in found.message
    assert helps in (found.help or "")
    assert error.__cause__ is not None
    assert "pipe" not in sys.modules


def test_an_error_in_a_package_is_the_users_too(project, monkeypatch):
    root = project.write({"pack/__init__.py": "\n1 / 0", "pack/m.py": ""})
    monkeypatch.chdir(root)
    for load in (lambda: load_module("pack.m"), lambda: load_file(root / "pack/m.py")):
        found, _ = failure(load)
        assert (found.file, found.line) == ("pack/__init__.py", 2)


def test_diagnostics_of_a_pipeline_pass_through(project):
    source = "from flowyml import Pipeline\nPipeline('empty').build()"
    with pytest.raises(CompileError) as caught:
        project.load({"pipe.py": source})
    assert [found.code for found in caught.value.diagnostics] == ["FML111"]


@pytest.mark.parametrize("name", ["json.py", "antigravity.py", "yaml/pipe.py", "pytest.py"])
def test_a_name_that_leads_elsewhere_is_refused(project, name):
    found, _ = failure(lambda: project.load({name: ""}, name))
    top = name.partition("/")[0].removesuffix(".py")
    assert f"an import of '{top}' finds " in found.message
    assert ("rename the folder 'yaml'" if "/" in name else f"rename '{name}'") in found.help


def test_the_name_below_the_top_may_be_any(project):
    assert project.load({"flows/json.py": "x = 1"}, "flows/json.py").module.x == 1


def test_two_files_of_one_name_are_not_taken_for_each_other(project):
    project.load({"pipe.py": "x = 1"})
    other = project.write({"pipe.py": "x = 2"}, root="other")
    found, _ = failure(lambda: load_file(other / "pipe.py"))
    assert str(project.folder / "pipe.py") in found.message


def test_scripts_import_their_neighbours(project):
    files = {"a/pipe.py": "from lib import x", "a/lib.py": "x = 1", "b/lib.py": "x = 2"}
    assert project.load(files, "a/pipe.py").module.x == 1
    project.write({"b/other.py": "x = 3", "b/pipe.py": "import lib"})
    assert load_file(project.folder / "b/other.py").module.x == 3
    found, _ = failure(lambda: load_file(project.folder / "b/pipe.py"))
    assert "an import of 'lib' finds" in found.message

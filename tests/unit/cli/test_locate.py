"""Finding the pipeline that a command line names."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from flowyml import CompileError, UsageError
from flowyml.frontend.locate import locate

STEP = """
from flowyml import Pipeline, step

@step
def work():
    return 1

"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A folder to work in; what is imported from it is forgotten afterwards."""
    (tmp_path / "flowyml.yaml").write_text("")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    yield tmp_path
    for name in [name for name in sys.modules if "locate_" in name]:
        del sys.modules[name]


def write(path: Path, *lines: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(STEP + "\n".join(lines) + "\n")
    return path


def name_of(spec: str) -> str:
    return locate(spec).pipeline.name


def code_of(spec: str) -> tuple[str, str]:
    with pytest.raises(CompileError) as error:
        locate(spec)
    (diagnostic,) = error.value.diagnostics
    return diagnostic.code, str(diagnostic)


def usage_of(spec: str) -> str:
    with pytest.raises(UsageError) as error:
        locate(spec)
    return str(error.value)


def test_the_only_pipeline_of_a_file(project):
    write(project / "locate_one.py", "flow = Pipeline('p').add_step(work)")
    found = locate("locate_one.py")
    assert (found.pipeline.name, found.variable) == ("p", "flow")
    assert found.loaded.project_root == project
    assert found.loaded.file == project / "locate_one.py"


def test_a_name_chooses_among_several(project):
    write(project / "locate_two.py", "a = Pipeline('first')", "b = Pipeline('second')")
    assert name_of("locate_two.py:b") == "second"


def test_a_module_by_its_dotted_name(project):
    write(project / "locate_pkg" / "inner.py", "flow = Pipeline('in')", "more = Pipeline('more')")
    (project / "locate_pkg" / "__init__.py").write_text("")
    assert name_of("locate_pkg.inner:flow") == "in"
    assert code_of("locate_pkg.inner")[0] == "FML003"


def test_one_pipeline_under_two_names_counts_once(project):
    write(project / "locate_alias.py", "flow = Pipeline('p')", "pipeline = flow")
    assert locate("locate_alias.py").variable == "flow"
    assert name_of("locate_alias.py:pipeline") == "p"


def test_the_working_directory_is_the_projects_while_loading_and_then_as_before(project):
    write(
        project / "deep" / "locate_where.py",
        "import os",
        "cwd = os.getcwd()",
        "flow = Pipeline('p')",
    )
    (project / "elsewhere").mkdir()
    here = Path.cwd()
    found = locate("deep/locate_where.py")
    assert found.loaded.module.cwd == str(project)
    assert Path.cwd() == here


@pytest.mark.parametrize(
    "statement",
    [
        "from locate_made import flow",
        "from locate_made import flow as mine",
        "from locate_made import *",
    ],
)
def test_imported_pipelines_count_only_if_named(project, statement):
    write(project / "locate_made.py", "flow = Pipeline('made')")
    write(project / "locate_user.py", statement, "own = Pipeline('own')")
    write(project / "locate_bare.py", statement)
    assert name_of("locate_user.py") == "own"
    name = "mine" if "mine" in statement else "flow"
    code, text = code_of("locate_bare.py")
    assert code == "FML002"
    assert f"name it: locate_bare.py:{name}" in text
    assert name_of(f"locate_bare.py:{name}") == "made"


def test_a_pipeline_that_a_function_made_elsewhere_counts(project):
    write(project / "locate_maker.py", "def make():", "    return Pipeline('made')")
    write(project / "locate_made_here.py", "from locate_maker import make", "flow = make()")
    assert name_of("locate_made_here.py") == "made"


def test_no_pipeline(project):
    write(project / "locate_none.py")
    code, text = code_of("locate_none.py")
    assert code == "FML002"
    assert "locate_none.py" in text
    assert "pipeline = Pipeline(…)" in text


def test_no_pipeline_because_run_ends_the_loading(project):
    write(
        project / "locate_ended.py",
        "def main():",
        "    Pipeline('hidden').add_step(work).run()",
        "main()",
        "flow = Pipeline('late')",
    )
    code, text = code_of("locate_ended.py")
    assert code == "FML002"
    assert "loading ends at the run() call" in text
    code, text = code_of("locate_ended.py:flow")
    assert code == "FML005"
    assert "locate_ended.py:10 (run())" in text


def test_several_pipelines(project):
    write(project / "locate_more.py", "b = Pipeline('x')", "a = Pipeline('y')")
    code, text = code_of("locate_more.py")
    assert code == "FML003"
    assert "holds 2 pipelines: b, a" in text
    assert "locate_more.py:b or locate_more.py:a" in text


def test_an_unknown_name_names_the_nearest(project):
    write(project / "locate_named.py", "training = Pipeline('x')", "number = 1")
    assert usage_of("locate_named.py:trainning").endswith("did you mean 'training'?")
    assert usage_of("locate_named.py:number").endswith("is no pipeline but of type int")


def test_a_missing_file_names_the_nearest(project):
    write(project / "flows" / "training.py")
    assert usage_of("flows/trainning.py").endswith("did you mean 'training.py'?")
    assert "there is no folder 'flow'" in usage_of("flow/training.py")
    assert "is a folder; name a file: there is: training.py" in usage_of("flows")
    (project / "empty").mkdir()
    assert "'empty' holds no Python file" in usage_of("empty")


def test_a_missing_module(project):
    assert "no module 'locate_absent'" in usage_of("locate_absent")
    assert "neither a file nor a module's name" in usage_of("not a module")


def test_a_file_that_cannot_be_imported(project):
    write(project / "locate_broken.py", "import json", "json.loads('{')")
    code, text = code_of("locate_broken.py")
    assert code == "FML001"
    assert "locate_broken.py:9" in text


def test_an_import_of_what_another_module_binds_after_its_run(project):
    write(
        project / "locate_script.py",
        "flow = Pipeline('p').add_step(work)",
        "flow.run()",
        "late = 1",
    )
    write(project / "locate_late.py", "from locate_script import late")
    code, text = code_of("locate_late.py")
    assert code == "FML005"
    assert "ends at its run() call in line 9: bind 'late' above that line" in text
    write(project / "locate_typo.py", "from locate_script import nothing")
    assert code_of("locate_typo.py")[0] == "FML001"

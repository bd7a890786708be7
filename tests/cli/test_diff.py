"""`flowyml diff`."""

from __future__ import annotations

import json
import os

import pytest

from tests.unit.review.repository import Repository


@pytest.fixture
def repository(tmp_path):
    return Repository(tmp_path / "repository")


@pytest.fixture
def diff(flowyml, repository):
    """Run `flowyml diff` in the repository, or in a folder of it."""

    def run(*arguments: str, **more):
        return flowyml("diff", *arguments, **{"cwd": repository.folder, **more})

    return run


CODE = "~ step make: code  [behaviour]"


def test_a_pipeline_and_itself(diff):
    """The revision is read from a folder of its own, and its path is in a context value."""
    done = diff("HEAD:flows/sums.py", "flows/sums.py:pipeline")
    assert done.out == "HEAD:flows/sums.py → flows/sums.py:pipeline\nno differences\n"
    assert done.code == 0
    assert "loading" in done.err


def test_a_helper_that_changed_since_a_revision(diff, repository):
    repository.edit(repository.helpers, "2 * n", "3 * n")
    done = diff("HEAD:flows/sums.py", "flows/sums.py")
    assert (done.code, done.out.splitlines()[1:]) == (1, [CODE, "1 difference: 1 behaviour"])


def test_two_revisions(diff, repository):
    repository.edit(repository.sums, "count=3", "count=4")
    repository.commit("second")
    repository.edit(repository.sums, "count=4", "count=5")
    done = diff("HEAD~1:flows/sums.py:pipeline", "main:flows/sums.py")
    assert done.out.splitlines()[1:-1] == ["~ parameter count: default: 3 → 4  [behaviour]"]


def test_a_revision_seen_from_a_folder(diff, repository):
    assert diff("HEAD:./sums.py", "sums.py", cwd=repository.flows).code == 0
    done = diff("HEAD:sums.py", "sums.py", cwd=repository.flows)
    assert done.code == 2
    assert "there is no 'sums.py' in 'HEAD'; from this folder it is 'HEAD:./sums.py'" in done.err


def test_compiled_files_and_ir_files_of_any_revision(diff, flowyml, repository):
    targets = ("-t", "airflow", "-t", "kubeflow", "-t", "ir", "--allow", "FML302")
    flowyml("compile", "flows/sums.py", *targets, "-o", "out", cwd=repository.folder)
    repository.commit("compiled")
    repository.edit(repository.helpers, "2 * n", "3 * n")
    names = ("sums.airflow.py", "sums.kubeflow.yaml", "sums.ir.json", "sums.ir.flowyml.json")
    for name in names:
        done = diff(f"out/{name}", "HEAD:out/sums.ir.json")
        assert (done.code, done.out.splitlines()[1:]) == (0, ["no differences"]), done.err
    done = diff("HEAD:out/sums.kubeflow.yaml", "flows/sums.py")
    assert (done.code, done.out.splitlines()[1:2]) == (1, [CODE])


def test_what_it_fails_on_can_be_chosen(diff, flowyml, repository):
    flowyml("compile", "flows/sums.py", "-t", "ir", "-o", "old", cwd=repository.folder)
    repository.edit(repository.helpers, "2 * n", "3 * n")
    flowyml("compile", "flows/sums.py", "-t", "ir", "-o", "new", cwd=repository.folder)
    for grade, code in (("breaking", 0), ("behaviour", 1), ("cosmetic", 1)):
        done = diff("old/sums.ir.json", "new/sums.ir.json", "--fail-on", grade)
        assert (done.code, CODE in done.out) == (code, True)


def test_json(diff, repository):
    repository.edit(repository.sums, "[make, add]", "[make]")
    done = diff("HEAD:flows/sums.py", "flows/sums.py", "--json")
    found = json.loads(done.out)
    assert (done.code, found["same"], found["grade"]) == (1, False, "breaking")
    assert [(c["subject"], c["name"], c["kind"]) for c in found["changes"]] == [
        ("step", "add", "removed"),
    ]


def test_a_pipeline_that_needs_run_inputs_can_be_compared(diff, repository):
    repository.edit(repository.sums, "[make, add]", "[add]")
    done = diff("HEAD:flows/sums.py", "flows/sums.py")
    assert "~ pipeline: run input 'numbers' added  [breaking]" in done.out.splitlines()


@pytest.mark.parametrize(
    ("side", "message"),
    [
        (
            "HEAD:flows/other.py",
            "there is no 'flows/other.py' in 'HEAD'; paths in a revision start",
        ),
        ("nonsense:flows/sums.py", "there is no revision 'nonsense'"),
        ("flows/other.py", "there is no file 'flows/other.py'"),
        ("flows/sums.py:other", "flows/sums.py binds no 'other'"),
        ("flows/sums.ir.json", "cannot read 'flows/sums.ir.json': No such file"),
        ("flows/wrong.ir.json", "'flows/wrong.ir.json' holds no pipeline: name: Field required"),
        ("flows/text.flowyml.json", "'flows/text.flowyml.json' is no JSON as flowyml writes it"),
        ("flows/old.flowyml.json", "'flows/old.flowyml.json' does not hold the pipeline"),
        ("flows/some.yaml", "has no some.flowyml.json beside it"),
    ],
)
def test_what_is_no_side_of_a_diff(diff, repository, side, message):
    (repository.flows / "wrong.ir.json").write_text('{"source": {"module": "m"}}')
    (repository.flows / "text.flowyml.json").write_text("text")
    (repository.flows / "old.flowyml.json").write_text("{}")
    (repository.flows / "some.yaml").write_text("a: b")
    done = diff(side, "another.ir.json")  # the first that is wrong is the one that is told
    assert (done.code, done.out) == (2, "")
    assert message in done.err
    assert "Traceback" not in done.err


def test_a_revision_that_cannot_be_imported(diff, repository):
    repository.edit(repository.sums, 'print("loading")', "undefined_name")
    repository.commit("broken")
    done = diff("HEAD:flows/sums.py", "HEAD~1:flows/sums.py")
    assert done.code == 3
    assert "NameError: name 'undefined_name' is not defined" in done.err
    assert "importlib" not in done.err
    assert "error[FML001]" in done.err


def test_a_pipeline_that_is_wrong(diff, repository):
    repository.edit(repository.sums, "[make, add]", "[make, make, add]")
    done = diff("HEAD:flows/sums.py", "flows/sums.py")
    assert (done.code, done.out) == (3, "")
    assert "error[FML102]" in done.err


def test_a_module_of_today_does_not_hide_a_difference(diff, repository):
    """Where today's modules are found through PYTHONPATH, a revision's are found in its copy."""
    (repository.folder / "library").mkdir()
    repository.git("mv", "flows/helpers.py", "library/helpers.py")
    repository.commit("moved")
    repository.edit(repository.folder / "library/helpers.py", "2 * n", "3 * n")
    path = os.pathsep.join([str(repository.folder / "library"), os.environ.get("PYTHONPATH", "")])
    done = diff("HEAD:flows/sums.py", "flows/sums.py", PYTHONPATH=path)
    assert done.out.splitlines()[1:2] == [CODE]


def test_an_environment_in_the_repository_is_no_part_of_a_revision(diff, repository):
    """`python -m venv .venv` puts it there, and it is not committed."""
    packages = repository.folder / ".venv/lib/python3/site-packages"
    packages.mkdir(parents=True)
    (packages / "installed_beside.py").write_text("")
    (repository.folder / ".gitignore").write_text(".venv\n")
    repository.edit(repository.sums, "from helpers", "import installed_beside\nfrom helpers")
    repository.commit("uses what is installed")
    path = os.pathsep.join([str(packages), os.environ.get("PYTHONPATH", "")])
    done = diff("HEAD:flows/sums.py", "flows/sums.py", PYTHONPATH=path)
    assert (done.code, done.out.splitlines()[1:]) == (0, ["no differences"])


def test_a_module_of_today_that_cannot_be_left_out_is_named(diff, repository):
    """An editable install can lead to today's files from anywhere."""
    repository.edit(
        repository.sums, "from helpers", "import sys\n\nsys.path.insert(0, LIBRARY)\nfrom helpers"
    )
    library = repository.folder / "library"
    repository.edit(repository.sums, "LIBRARY", repr(str(library)))
    library.mkdir()
    repository.git("mv", "flows/helpers.py", "library/helpers.py")
    repository.commit("moved")
    done = diff("HEAD:flows/sums.py", "flows/sums.py")
    assert done.code == 2
    assert f"helpers was imported from {repository.folder} and not from the revision" in done.err

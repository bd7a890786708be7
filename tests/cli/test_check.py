"""`flowyml check`."""

from __future__ import annotations

import json

import pytest

BAD = """
from flowyml import Pipeline, context, step

@step(outputs=["data"])
def load():
    return 1

@step(inputs=["dat"], outputs=["model"])
def train(dat, rate: float):
    return dat

@step(outputs=["model"])
def again():
    return 1

pipeline = Pipeline("bad", context=context(rate="fast")).add_steps([load, train, again])
"""


@pytest.fixture
def bad(write):
    return write("bad.py", BAD)


def test_nothing_wrong(flowyml):
    done = flowyml("check", "sums.py")
    assert (done.code, done.out, "loading" in done.err) == (0, "no problems found\n", True)


def test_everything_at_once_with_places(flowyml, bad):
    done = flowyml("check", "bad.py", "-t", "airflow", "-t", "kubeflow", "--allow", "FML302")
    assert done.code == 3
    assert [line[:13] for line in done.out.splitlines() if line.startswith("error")] == [
        "error[FML103]",
        "error[FML104]",
        "error[FML204]",
    ]
    assert "  --> bad.py:" in done.out
    assert "  help: did you mean 'data'" in done.out
    assert done.out.rstrip().endswith("3 errors")


def test_two_versions_of_a_target_are_compared_in_one_report(flowyml, write):
    """Check writes no files that they could share; before 3.2, Airflow's waits can only double."""
    write(
        "patient.py",
        """
        from flowyml import Pipeline, retry, step
        @retry(max_attempts=3, delay=1, backoff=3)
        @step(outputs=["a"])
        def make():
            return 1
        pipeline = Pipeline("patient").add_step(make)
        """,
    )
    done = flowyml("check", "patient.py", "-t", "airflow==3.3", "-t", "airflow==2.10")
    assert (done.code, "[airflow==2.10]" in done.out, "[airflow==3.3]" in done.out) == (
        3, True, False
    ), done.out + done.err  # fmt: skip
    done = flowyml("compile", "patient.py", "-t", "airflow==3.3", "-t", "airflow==2.10")
    assert (done.code, "would write the same files" in done.err) == (2, True)


def test_each_target_has_its_say(flowyml, write):
    write(
        "local_only.py",
        """
        from flowyml import Pipeline, step
        def make():
            @step(outputs=["a"])
            def inner():
                return 1
            return inner
        pipeline = Pipeline("local_only").add_step(make())
        """,
    )
    done = flowyml("check", "local_only.py", "-t", "airflow", "-t", "kubeflow")
    assert done.code == 3
    assert "error[FML004] [airflow==3.3, kubeflow==2.5]: step 'inner'" in done.out
    assert done.out.endswith("\n1 error\n")
    assert flowyml("check", "local_only.py").code == 0


def test_json(flowyml, bad):
    done = flowyml("check", "bad.py", "--format", "json")
    data = json.loads(done.out)
    assert (done.code, data["errors"]) == (3, 3)
    assert {d["code"] for d in data["diagnostics"]} == {"FML103", "FML104", "FML204"}


def test_github_places_are_relative_to_the_repository(flowyml, bad, tmp_path):
    (tmp_path / ".git").mkdir()
    done = flowyml("check", "bad.py", "--format", "github")
    assert done.code == 3
    assert len(done.out.splitlines()) == 3
    assert all(
        line.startswith("::error file=project/bad.py,line=") for line in done.out.splitlines()
    )
    assert flowyml("check", "sums.py", "--format", "github").out == ""


def test_sarif(flowyml, bad):
    done = flowyml("check", "bad.py", "--format", "sarif")
    (run,) = json.loads(done.out)["runs"]
    assert (done.code, len(run["results"])) == (3, 3)


@pytest.mark.parametrize("format_", ["json", "sarif", "github"])
def test_a_file_that_cannot_be_loaded_is_reported_in_the_same_form(flowyml, write, format_):
    write("broken.py", "import nothing_of_this_name\n")
    done = flowyml("check", "broken.py", "--format", format_)
    assert done.code == 3
    assert "FML001" in done.out
    assert "ModuleNotFoundError" in done.err


def test_a_weaker_meaning_is_accepted_by_name(flowyml, write):
    write(
        "branches.py",
        """
        from flowyml import Pipeline, step

        @step
        def one():
            return 1

        @step
        def two():
            return 2

        pipeline = Pipeline("branches").add_steps([one, two])
        """,
    )
    refused = flowyml("check", "branches.py", "-t", "kubeflow")
    assert (refused.code, "error[FML302] [kubeflow==" in refused.out) == (3, True)
    assert flowyml("check", "branches.py", "-t", "kubeflow", "--allow", "independent").code == 0
    assert flowyml("check", "branches.py", "-t", "kubeflow", "--allow", "FML302").code == 0
    assert flowyml("check", "branches.py", "-t", "kubeflow", "--allow", "retry").code == 3


def test_a_compiled_file_is_checked_by_itself(flowyml, project):
    flowyml("compile", "sums.py", "--target", "kubeflow")
    text = (project / "compiled/sums.kubeflow.yaml").read_text()
    assert flowyml("check", "compiled/sums.kubeflow.yaml").out == "no problems found\n"

    (project / "bad.yaml").write_text(text.replace("2.1.0", "2.0.0"))
    done = flowyml("check", "bad.yaml", "--target", "kubeflow")
    assert done.code == 3
    number = [line.partition(":")[0] for line in text.splitlines()].index("schemaVersion") + 1
    assert "error[FML311] [kubeflow==2.5]: schemaVersion: is '2.0.0'" in done.out
    assert f"--> bad.yaml:{number} (schemaVersion)" in done.out


def test_a_file_that_cannot_be_checked_is_a_wrong_call(flowyml, project):
    (project / "any.yaml").write_bytes(b"\xff")
    assert (
        flowyml("check", "none.yaml").err
        == "error: cannot read none.yaml: No such file or directory\n"
    )
    assert "any.yaml is not UTF-8 text" in flowyml("check", "any.yaml").err
    done = flowyml("check", "any.yaml", "--target", "airflow")
    assert (done.code, "airflow==3.3 checks pipelines" in done.err) == (2, True)


def test_the_file_of_stacks_is_no_specification(flowyml, project):
    done = flowyml("check", "flowyml.yaml")
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        "error: flowyml.yaml holds stacks; they are checked by: flowyml stack validate\n"
    )


def test_what_was_compiled_is_no_pipeline(flowyml):
    assert flowyml("compile", "sums.py", "-t", "airflow").code == 0
    done = flowyml("check", "compiled/sums.airflow.py")
    assert done.code == 3
    assert "flowyml compiled this file: name what it was compiled from" in done.out

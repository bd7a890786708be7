"""`flowyml run`."""

from __future__ import annotations

import json

import pytest

DATED = """
    from flowyml import Pipeline, RunDate, step

    @step(outputs=["text"])
    def stamp(day: RunDate):
        return day.isoformat()

    @step(inputs=["text"])
    def show(text):
        print("date:", text)

    pipeline = Pipeline("dated").add_steps([stamp, show])
"""
INPUTS = """
    from flowyml import Pipeline, step

    @step(outputs=["out"])
    def double(rows: list, factor: float):
        print("got", rows, factor)
        return [row * factor for row in rows]

    pipeline = Pipeline("inputs").add_step(double)
"""


def test_a_run_that_succeeds(flowyml, project):
    done = flowyml("run", "sums.py")
    assert done.code == 0
    assert "Pipeline 'sums' SUCCEEDED" in done.out
    assert "[make] making 3" in done.out
    assert done.out.count("loading") == 1, "the module is loaded once, and its run() runs nothing"
    assert "add SUCCEEDED" in done.err
    assert (project / ".flowyml").is_dir()


def test_an_override_for_one_run(flowyml):
    done = flowyml("run", "sums.py", "-c", "count=5", "--context", "start=0.5")
    assert (done.code, "[make] making 5" in done.out) == (0, True)


def test_a_run_that_fails_shows_the_users_traceback_once(flowyml):
    done = flowyml("run", "sums.py", "-c", "count=10")
    assert done.code == 1
    assert "check  FAILED" in done.out
    assert (done.out + done.err).count("ValueError: too many: 10") == 1
    assert 'sums.py", line 14, in check' in done.out
    assert "/flowyml/" not in done.out, "no frame of flowyml's own"


def test_json_is_all_there_is_on_standard_output(flowyml):
    done = flowyml("run", "sums.py", "--json")
    result = json.loads(done.out)
    assert done.code == 0
    assert result["success"] is True
    assert {name: step["state"] for name, step in result["steps"].items()} == {
        "make": "SUCCEEDED",
        "check": "SUCCEEDED",
        "add": "SUCCEEDED",
    }
    assert "loading" in done.err
    assert "making 3" in done.err


def test_json_of_a_run_that_fails(flowyml):
    done = flowyml("run", "sums.py", "--json", "-c", "count=10")
    result = json.loads(done.out)
    assert (done.code, result["success"], result["steps"]["check"]["state"]) == (1, False, "FAILED")
    assert "too many: 10" in result["steps"]["check"]["error"]


def test_debug_stops_where_a_step_raises(flowyml):
    done = flowyml("run", "sums.py", "--debug", "-c", "count=10")
    assert done.code == 1
    assert done.err.rstrip().endswith("ValueError: too many: 10")
    assert "/flowyml/" not in done.err


def test_the_date_of_a_run(flowyml, write):
    write("dated.py", DATED)
    for given, expected in [
        ("2025-01-31", "2025-01-31T00:00:00+00:00"),
        ("2025-01-31T06:00:00+02:00", "2025-01-31T04:00:00+00:00"),
        ("2025-01-31T06:00:00Z", "2025-01-31T06:00:00+00:00"),
    ]:
        assert f"date: {expected}" in flowyml("run", "dated.py", "--date", given).out


def test_values_for_assets_that_no_step_produces(flowyml, write):
    write("inputs.py", INPUTS)
    done = flowyml("run", "inputs.py", "--input", "rows=[1, 2]", "--input", "factor=2")
    assert (done.code, "got [1, 2] 2.0" in done.out) == (0, True)
    lacking = flowyml("run", "inputs.py", "--input", "rows=[1, 2]")
    assert (lacking.code, "error[FML104]" in lacking.err) == (3, True)
    given = flowyml("run", "inputs.py", "--input", "rows=[1, 2]", "-c", "factor=2")
    assert (given.code, "got [1, 2] 2.0" in given.out) == (0, True)


def test_steps_work_in_the_projects_folder_wherever_the_command_is_given(flowyml, write, tmp_path):
    write("data.txt", "here")
    write(
        "flows/reading.py",
        """
        from flowyml import Pipeline, step

        @step
        def read():
            print("found", open("data.txt").read())

        pipeline = Pipeline("reading").add_step(read)
        """,
    )
    done = flowyml("run", "project/flows/reading.py", cwd=tmp_path)
    assert (done.code, "found here" in done.out) == (0, True)
    assert (tmp_path / "project" / ".flowyml").is_dir()
    assert not (tmp_path / ".flowyml").exists()


def test_a_module_by_its_name(flowyml, write):
    write("flows/__init__.py", "")
    write("flows/sums.py", (write("x.py", "").parent / "sums.py").read_text())
    assert flowyml("run", "flows.sums:pipeline").code == 0


def test_compiled_output_in_place_of_the_pipeline(flowyml):
    done = flowyml("run", "sums.py", "--simulate", "kubeflow", "-c", "count=4")
    assert done.code == 0, done.err
    assert "Pipeline 'sums' SUCCEEDED as compiled for kubeflow==" in done.out
    assert "total = 10.0" in done.out


@pytest.mark.parametrize(("count", "code"), [(3, 0), (10, 1)])
def test_compiled_output_that_is_to_say_only_what_failed(flowyml, count, code):
    options = ("--simulate", "kubeflow", "--quiet", "-c", f"count={count}")
    done = flowyml("run", "sums.py", *options)
    assert (done.code, "too many: 10" in done.out, "Pipeline" in done.out) == (code, code, code)


@pytest.mark.airflow
def test_compiled_output_is_tried_on_no_other_version_of_airflow(flowyml):
    done = flowyml("run", "sums.py", "--simulate", "airflow==2.11")
    assert (done.code, "SUCCEEDED" in done.out) == (1, False)
    assert "and this was compiled for airflow==2.11; name another interpreter" in done.err


def test_compiled_output_that_fails(flowyml):
    done = flowyml("run", "sums.py", "--simulate", "kubeflow", "-c", "count=10", "--json")
    (result,) = json.loads(done.out).values()
    assert done.code == 1
    assert result["success"] is False
    assert result["steps"]["check"]["state"] == "FAILED"
    assert "too many: 10" in result["steps"]["check"]["error"]


def test_what_c_code_and_other_programs_print_is_in_nobodys_json(flowyml, write):
    write(
        "loud.py",
        """
        import ctypes
        import subprocess
        from flowyml import Pipeline, step

        subprocess.run(["echo", "a program of the module"])

        @step
        def loud():
            subprocess.run(["echo", "a program of the step"])
            ctypes.CDLL(None).puts(b"C code")
            return 1

        pipeline = Pipeline("loud").add_step(loud)
        """,
    )
    done = flowyml("run", "loud.py", "--json")
    assert json.loads(done.out)["success"] is True
    said = {"a program of the module", "a program of the step", "C code"}
    assert said <= set(done.err.splitlines())
    assert "a program of the step" in flowyml("run", "loud.py").out

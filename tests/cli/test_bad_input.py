"""Every mistake gives a clear error, the right exit code, and nothing half-written."""

from __future__ import annotations

import pytest

FAILED, USAGE, INVALID = 1, 2, 3
ONE = """
from flowyml import Pipeline, context, step

@step(outputs=["data"])
def load(rows: int = 3):
    return list(range(rows))

"""


def clean(project):
    """Nothing was written, and nothing of flowyml's own inside shows."""
    return not (project / "compiled").exists() and not (project / ".flowyml").exists()


@pytest.fixture
def compile_(flowyml, write, project):
    """Compile a file that continues `ONE`; it must fail and write nothing."""

    def run(text, *arguments):
        write("bad.py", ONE + text)
        done = flowyml(
            "compile", "bad.py", "--target", "airflow", "--target", "kubeflow", *arguments
        )
        assert clean(project)
        assert done.out == ""
        assert "flowyml/" not in done.err, "no frame of flowyml's own"
        return done

    return run


def test_a_missing_file(flowyml):
    done = flowyml("run", "sum.py")
    assert (done.code, done.out) == (USAGE, "")
    assert done.err == "error: there is no file 'sum.py'; did you mean 'sums.py'?\n"


def test_a_missing_module(flowyml):
    done = flowyml("run", "flows.sums:pipeline")
    assert (done.code, "no module" in done.err) == (USAGE, True)


def test_a_file_without_a_pipeline(compile_):
    done = compile_("")
    assert done.code == INVALID
    assert done.err.startswith("error[FML002]: no variable at the top level of bad.py")


def test_a_file_with_two_pipelines(compile_, flowyml):
    done = compile_("a = Pipeline('a').add_step(load)\nb = Pipeline('b').add_step(load)\n")
    assert done.code == INVALID
    assert "error[FML003]" in done.err
    assert "name one: bad.py:a or bad.py:b" in done.err
    assert flowyml("graph", "bad.py:b").code == 0


def test_an_unknown_name_in_a_file(flowyml):
    done = flowyml("run", "sums.py:pipelin")
    assert (done.code, "did you mean 'pipeline'?" in done.err) == (USAGE, True)


def test_an_import_error_shows_the_users_own_lines(compile_):
    done = compile_("def settings():\n    return {}['missing']\n\nsettings()\n")
    assert done.code == INVALID
    assert "error[FML001]: bad.py cannot be imported: KeyError: 'missing'" in done.err
    assert 'bad.py", line 11, in <module>' in done.err
    assert 'bad.py", line 9, in settings' in done.err
    assert "importlib" not in done.err


def test_a_syntax_error(compile_):
    done = compile_("def broken(:\n")
    assert done.code == INVALID
    assert "error[FML001]: bad.py cannot be imported: SyntaxError" in done.err
    assert "  --> bad.py:8" in done.err


def test_a_missing_import_names_the_nearest(compile_, write):
    write("preparing.py", "")
    done = compile_("import preparin\n")
    assert (done.code, "did you mean 'preparing'?" in done.err) == (INVALID, True)


def test_an_unknown_target(flowyml, project):
    done = flowyml("compile", "sums.py", "--target", "airflo")
    assert (done.code, clean(project)) == (USAGE, True)
    assert done.err == "error: unknown target 'airflo'; did you mean 'airflow'?\n"


def test_an_unknown_version(flowyml, project):
    done = flowyml("compile", "sums.py", "--target", "airflow==1.10")
    assert (done.code, clean(project)) == (USAGE, True)
    assert "unknown version '1.10' of target 'airflow'" in done.err


def test_no_target(flowyml):
    done = flowyml("compile", "sums.py")
    assert done.code == USAGE
    last = done.err.splitlines()[-1]  # the file is loaded, for its pipeline may name a stack
    assert last == "error: name a target with --target; there is: airflow, ir, kubeflow"


def test_a_target_that_compiles_nothing(flowyml):
    done = flowyml("compile", "sums.py", "--target", "local")
    assert (done.code, "compiles nothing" in done.err) == (USAGE, True)


def test_a_target_that_cannot_run_here(flowyml):
    for command in (("run", "sums.py", "--simulate", "ir"), ("verify", "sums.py", "-t", "ir")):
        done = flowyml(*command)
        assert (done.code, done.out) == (USAGE, "")
        assert "'ir' cannot run what it compiles on this machine" in done.err
        assert "what can: airflow, kubeflow\n" in done.err


@pytest.mark.parametrize(
    "text",
    [
        "pipeline = Pipeline('p', enable_cahce=False)\n",
        "@step(output=['x'])\ndef late():\n    return 1\n",
    ],
)
def test_an_unknown_keyword(compile_, text):
    done = compile_(text)
    assert done.code == INVALID
    assert "error[FML001]" in done.err
    assert "TypeError" in done.err
    assert "enable_cahce" in done.err or "output" in done.err


@pytest.mark.parametrize(
    ("code", "steps", "text"),
    [
        ("FML103", "load, again", "@step(outputs=['data'])\ndef again():\n    return 1\n"),
        ("FML104", "load, use", "@step\ndef use(dato):\n    return dato\n"),
        (
            "FML108",
            "one, two",
            "@step(inputs=['b'], outputs=['a'])\ndef one(b):\n    return b\n"
            "@step(inputs=['a'], outputs=['b'])\ndef two(a):\n    return a\n",
        ),
        ("FML102", "load, load", ""),
        ("FML111", "", ""),
    ],
)
def test_a_pipeline_that_cannot_be(compile_, flowyml, project, code, steps, text):
    """A duplicate producer, a missing input, a cycle, a step twice, no steps."""
    done = compile_(f"{text}\npipeline = Pipeline('p').add_steps([{steps}])\n")
    assert (done.code, f"error[{code}]" in done.err) == (INVALID, True)
    ran = flowyml("run", "bad.py")
    assert (ran.code, ran.out, f"error[{code}]" in ran.err) == (INVALID, "", True)
    assert clean(project)


def test_bad_context_values(compile_):
    """One of the wrong type, and one that is no JSON."""
    pipeline = "pipeline = Pipeline('p', context=context({})).add_step(load)\n"
    done = compile_(pipeline.format("rows='many'"))
    assert (done.code, "error[FML204]" in done.err) == (INVALID, True)
    done = compile_(pipeline.format("rows={1, 2}"))
    assert (done.code, "error[FML205]" in done.err) == (INVALID, True)


@pytest.mark.parametrize(
    ("given", "code", "said"),
    [
        (
            "count=many",
            INVALID,
            "error[FML204]: the override 'count': 'many' is not a whole number",
        ),
        ("cuont=3", INVALID, "did you mean 'count'?"),
        ("count", USAGE, "'count' is not key=value"),
        ("=3", USAGE, "is not key=value"),
    ],
)
def test_bad_overrides(flowyml, project, given, code, said):
    for command in ("run", "verify"):
        extra = ["-t", "kubeflow"] if command == "verify" else []
        done = flowyml(command, "sums.py", "-c", given, *extra)
        assert (done.code, "SUCCEEDED" in done.out) == (code, False)
        assert said in done.err
    assert clean(project)


@pytest.mark.parametrize("date", ["tomorrow", "0001-01-01T00:00+02:00"])
def test_a_date_that_is_none(flowyml, date):
    done = flowyml("run", "sums.py", "--date", date)
    assert (done.code, f"'{date}' is no ISO 8601 date" in done.err) == (USAGE, True)


def test_the_wrong_number_of_outputs(flowyml, write):
    write(
        "bad.py",
        ONE
        + "@step(outputs=['a', 'b'])\ndef split():\n    return 1, 2, 3\n"
        + "pipeline = Pipeline('p').add_steps([load, split])\n",
    )
    done = flowyml("run", "bad.py")
    assert done.code == FAILED
    assert "declares 2 outputs (a, b) and returned 3 values" in done.out
    assert "load   SUCCEEDED" in done.out


def test_an_input_for_compiled_output(flowyml, write):
    write(
        "bad.py",
        ONE + "@step\ndef use(given):\n    return given\n"
        "pipeline = Pipeline('p').add_steps([load, use])\n",
    )
    done = flowyml("run", "bad.py", "--simulate", "kubeflow", "--input", "given=1")
    assert (done.code, done.out, "error[FML309] [kubeflow==" in done.err) == (INVALID, "", True)


def test_a_folder_that_cannot_be_written(flowyml, project):
    (project / "file").write_text("mine")
    done = flowyml("compile", "sums.py", "--target", "ir", "-o", "file/out")
    assert (done.code, done.out) == (USAGE, "")
    assert "error: cannot write to 'file/out': Not a directory; nothing was written" in done.err
    done = flowyml("compile", "sums.py", "--target", "ir", "-o", "file")
    assert (done.code, (project / "file").read_text()) == (USAGE, "mine")


def test_a_file_that_was_edited_by_hand(flowyml, project):
    flowyml("compile", "sums.py", "--target", "ir", "--target", "airflow")
    edited = project / "compiled" / "sums.airflow.py"
    edited.write_text(edited.read_text() + "# my own work\n")
    (project / "sums.py").write_text(
        (project / "sums.py").read_text().replace("count=3", "count=4")
    )
    before = {path: path.read_bytes() for path in (project / "compiled").iterdir()}
    done = flowyml("compile", "sums.py", "--target", "ir", "--target", "airflow")
    assert (done.code, done.out) == (INVALID, "")
    assert "error[FML306]" in done.err
    assert "  --> compiled/sums.airflow.py" in done.err
    assert {path: path.read_bytes() for path in (project / "compiled").iterdir()} == before
    forced = flowyml("compile", "sums.py", "--target", "ir", "--target", "airflow", "--force")
    assert forced.code == 0
    assert "my own work" not in edited.read_text()


def test_a_wrong_target_among_right_ones_writes_nothing(flowyml, project):
    done = flowyml("compile", "sums.py", "--target", "ir", "--target", "kubeflo")
    assert (done.code, clean(project)) == (USAGE, True)


def test_something_unknown_is_allowed(flowyml):
    done = flowyml("check", "sums.py", "-t", "kubeflow", "--allow", "independant")
    assert done.code == USAGE
    assert "did you mean 'independent'?" in done.err


@pytest.mark.parametrize(
    "options",
    [
        ("--stdout", "--check"),
        ("--stdout", "-o", "out"),
        ("--check", "--force"),
    ],
)
def test_options_that_exclude_each_other(flowyml, project, options):
    done = flowyml("compile", "sums.py", "--target", "ir", *options)
    assert (done.code, done.out, clean(project)) == (USAGE, "", True)
    assert "Error: " in done.err


def test_debugging_compiled_output(flowyml):
    done = flowyml("run", "sums.py", "--simulate", "kubeflow", "--debug")
    assert (done.code, "--debug" in done.err) == (USAGE, True)

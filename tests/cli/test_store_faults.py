"""What goes wrong with the place where values and records are kept, as a user sees it."""

from __future__ import annotations

import json
import os
import re
import resource
import shlex
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

FAULTS = """
    import shutil
    from pathlib import Path
    from flowyml import Pipeline, context, step

    HOME = Path(".flowyml")

    def vanish(): shutil.rmtree(HOME / "artifacts")
    def vanish_all(): shutil.rmtree(HOME)
    def in_the_way(): vanish(); (HOME / "artifacts").write_text("")
    def damage():
        for path in HOME.rglob("*.json"): path.write_bytes(b"[1]")

    @step(outputs=["rows"])
    def load(size: int):
        return list(range(size))

    @step(inputs=["rows"], outputs=["count"])
    def count(rows, fault: str):
        if fault and not Path("mended").exists():
            globals()[fault]()
        return len(rows)

    @step(inputs=["rows", "count"], outputs=["report"])
    def report(rows, count):
        return rows[-1] + count

    steps = [load, count, report]
    pipeline = Pipeline("faults", context=context(size=3, fault="")).add_steps(steps)
"""


@pytest.fixture
def faults(write):
    return write("faults.py", FAULTS)


def failed_step(done):
    """The name and error of the one step that failed."""
    assert done.code == 1
    steps = json.loads(done.out)["steps"]
    ((name, error),) = [(n, s["error"]) for n, s in steps.items() if s["state"] == "FAILED"]
    return name, error


def is_one_error(done):
    """Whether a line with an error is all that there is."""
    return [line[:7] for line in done.err.splitlines()] == ["error: "] and done.out == ""


@pytest.mark.parametrize(
    ("fault", "step", "message"),
    [
        ("vanish", "report", "MissingBlobError: the stored value .* is gone; run the step that"),
        ("damage", "report", "CorruptBlobError: the stored value .* is not what was written"),
        (
            "in_the_way",
            "count",
            "StoreError: output 'count' cannot be stored in .*/artifacts: .*Not a directory: .*; "
            "a folder is needed there, so move that file away, or keep artifacts elsewhere",
        ),
    ],
)
def test_a_store_that_breaks_in_a_run_fails_the_step_that_meets_it(
    flowyml, project, faults, fault, step, message
):
    done = flowyml("run", "faults.py", "-c", f"fault={fault}", "--json")
    name, error = failed_step(done)
    assert name == step
    assert re.fullmatch(rf"flowyml\.storage\.{message}[^\n]*", error)
    (project / "mended").touch()
    if fault == "in_the_way":
        (project / ".flowyml/artifacts").unlink()
    again = flowyml("rerun", "latest", "--json")
    assert again.code == 0, again.err
    assert json.loads(again.out)["success"]
    assert "step 'load' runs again: the stored value" in again.err


def test_records_that_vanish_end_the_run(flowyml, faults):
    done = flowyml("run", "faults.py", "-c", "fault=vanish_all")
    assert (done.code, done.out) == (1, "")
    assert done.err.splitlines()[-1].startswith("error: the run records in ")
    assert "were removed while a run was on" in done.err
    assert done.err.count("error") == 1


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda home: home.write_text(""), "a folder is needed there, so move that file away"),
        (
            lambda home: (home.mkdir(), (home / "metadata.db").write_text("garbage")),
            "file is not a database; move that file away, or choose another file",
        ),
        (
            lambda home: (home.mkdir(), (home / "metadata.db").mkdir()),
            "unable to open database file; choose another file with LocalStack(metadata_path=…)",
        ),
    ],
    ids=["a file for the folder", "garbage", "a folder for the file"],
)
def test_records_that_cannot_be_used_are_one_clear_line(flowyml, project, faults, make, message):
    make(project / ".flowyml")
    done = flowyml("run", "faults.py")
    assert done.code == 1
    assert is_one_error(done), done.err
    assert message in done.err
    assert "metadata.db" in done.err


def test_records_of_a_newer_flowyml_are_left_alone(flowyml, project, faults):
    assert flowyml("run", "faults.py").code == 0
    path = project / ".flowyml/metadata.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE flowyml_schema SET version = 99")
        connection.commit()
    for command in (["run", "faults.py"], ["rerun", "latest"]):
        done = flowyml(*command)
        assert done.code == 1
        assert is_one_error(done), done.err
        assert "were written by a newer flowyml (schema 99, this one knows 1)" in done.err


def test_a_limit_on_the_size_of_files_fails_the_step(project, faults, flowyml):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, before[1]))
        done = flowyml("run", "faults.py", "-c", "size=300000", "--json")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    name, error = failed_step(done)
    assert name == "load"
    assert "output 'rows' cannot be stored in " in error
    assert "File too large; raise the limit on the size of files (ulimit -f), or keep" in error
    assert "\n" not in error
    assert [path.name for path in (project / ".flowyml/artifacts").rglob("*")] == []
    assert flowyml("rerun", "latest").code == 0


def test_a_full_disk_fails_the_step_and_the_run_goes_on_once_there_is_space(
    project, faults, flowyml
):
    disk, kept = project / ".flowyml", project.parent / "kept"
    mount = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
    disk.mkdir()
    command = shlex.quote(str(Path(sys.executable).with_name("flowyml")))
    tiny = f"mount -t tmpfs -o size=1m none '{disk}'"
    if not shutil.which("unshare") or subprocess.run([*mount, tiny], check=False).returncode:
        pytest.skip("mounting a small disk is not permitted here")
    script = f"{tiny} && {command} run faults.py -c size=300000 --json; cp -r '{disk}' '{kept}'"
    run = subprocess.run(
        [*mount, script], cwd=project, capture_output=True, text=True, check=False, env=os.environ
    )
    (failed,) = [s for s in json.loads(run.stdout)["steps"].values() if s["state"] == "FAILED"]
    assert "No space left on device; free space on that disk, or keep artifacts" in failed["error"]
    shutil.copytree(kept, disk, dirs_exist_ok=True)
    again = flowyml("rerun", "latest", "--json")
    assert json.loads(again.out)["success"], again.err

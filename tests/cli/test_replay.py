"""`flowyml replay`."""

from __future__ import annotations

import json
import re
import shutil

import pytest

from tests.cli.conftest import SUMS
from tests.cli.test_debug import session
from tests.typed import SCRIPT

FRAME = r'File ".*sums\.py", line \d+, in check\n    raise ValueError'


@pytest.fixture
def broken(flowyml):
    """A run that failed at `check`; gives its id."""
    done = flowyml("run", "sums.py", "-c", "count=10")
    assert done.code == 1
    (run_id,) = re.findall(r"\(run (\S+)\)", done.out)
    return run_id


def test_a_step_runs_here_with_what_it_was_given(flowyml, broken):
    done = flowyml("replay", broken, "make")
    assert done.code == 0, done.err
    numbers = "[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0]"
    assert done.out == f"loading\n[make] making 10\n  numbers  {numbers}\n"
    assert f"make is called with what run {broken} gave it\n  count  10\n" in done.err
    assert [run["run_id"] for run in json.loads(flowyml("runs", "list", "--json").out)] == [broken]


def test_a_step_that_fails_again_ends_with_1_and_the_users_lines(flowyml, broken):
    done = flowyml("replay", "latest", "check")
    assert done.code == 1
    assert re.search(FRAME, done.err)
    assert done.err.count("ValueError: too many: 10") == 1
    assert "flowyml/" not in done.err


def test_a_step_that_is_mended_succeeds(flowyml, project, broken):
    (project / "sums.py").write_text(SUMS.replace("> 9", "> 99"))
    done = flowyml("replay", "latest", "check")
    assert done.code == 0
    assert f"step 'check' has changed since run {broken}" in done.err


def test_the_pipeline_can_be_named(flowyml, project, broken):
    outside = project.parent
    shutil.copy(project / "sums.py", project / "other.py")
    done = flowyml("replay", "latest", "add", "project/other.py", cwd=outside)
    assert (done.code, "  total  55.0\n" in done.out) == (0, True), done.err
    done = flowyml("replay", broken, "add", cwd=outside)
    assert done.code == 1
    assert f"name the pipeline: flowyml replay {broken} add PIPELINE" in done.err


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("latest", "mak"), 2, "has no step 'mak'; did you mean 'make'?"),
        (("20010101", "make"), 1, "no run '20010101'"),
        (("latest",), 2, "Missing argument 'STEP'"),
        (("latest", "make", "--stack", "nowhere"), 2, "there is no stack 'nowhere'"),
    ],
)
def test_wrong_use(flowyml, broken, arguments, code, said):
    done = flowyml("replay", *arguments)
    assert (done.code, said in done.err) == (code, True), done.err
    assert "Traceback" not in done.err


def test_the_debugger_opens_where_the_step_begins_and_where_it_raises(project, broken):
    command = [SCRIPT, "replay", "latest", "check", "--debug"]
    code, shown = session(command, project, "p numbers[:2]", "continue", "p len(numbers)", "quit")
    assert code == 1
    begun, raised = shown.split("ValueError: too many: 10")
    assert "\n[1.0, 2.0]\n" in begun
    assert re.search(FRAME, begun)
    assert "sums.py" in raised
    assert "\n10\n" in raised


def test_leaving_the_debugger_is_no_failure_of_the_step(project, broken):
    code, shown = session([SCRIPT, "replay", "latest", "add", "--debug"], project, "quit")
    assert code == 1
    assert shown.endswith("left the debugger\n")
    assert "Traceback" not in shown


def test_a_step_that_ends_well_under_the_debugger(project, broken):
    code, shown = session([SCRIPT, "replay", "latest", "add", "--debug"], project, "continue")
    assert (code, "  total  55.0\n" in shown) == (0, True), shown

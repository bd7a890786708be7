"""Settings of targets as typed: in flowyml.yaml, and in `Pipeline(settings={…})`."""

from __future__ import annotations

import pytest

FILE = """\
stacks:
  team:
    orchestrator: {type: airflow}
    airflow: {owner: team, queue: slow, max_active_runs: 2}
  named:
    extends: team
    airflow: {steps: {mak: {pool: gpu}}}
  plain:
    orchestrator: {type: airflow}
"""
PIPELINE = """
from flowyml import Pipeline, step

@step
def make():
    return 1

pipeline = Pipeline("small", settings={}).add_step(make)
"""


@pytest.fixture(autouse=True)
def _files(project):
    (project / "flowyml.yaml").write_text(FILE)
    settings(project, {"airflow": {"owner": "me", "steps": {"make": {"pool": "gpu"}}}})


def settings(project, said):
    (project / "small.py").write_text(PIPELINE.replace("{}", repr(said)))


def test_those_of_the_pipeline_lie_over_those_of_the_stack(flowyml):
    text = flowyml("compile", "small.py", "--stack", "team", "--stdout").out
    assert "#   flowyml compile small.py:pipeline --stack team\n" in text
    assert 'default_args={"owner": "me", "queue": "slow"}' in text
    assert "max_active_runs=2" in text
    assert 'pool="gpu"' in text


def test_a_stack_that_says_nothing_of_them_leaves_the_file_as_it_is(flowyml):
    by_stack = flowyml("compile", "small.py", "--stack", "plain", "--stdout").out
    assert by_stack == flowyml("compile", "small.py", "-t", "airflow", "--stdout").out
    assert 'default_args={"owner": "me"}' in by_stack


def test_a_changed_setting_makes_files_stale(flowyml, project):
    assert flowyml("compile", "small.py", "--stack", "team").code == 0
    assert flowyml("compile", "small.py", "--stack", "team", "--check").code == 0
    (project / "flowyml.yaml").write_text(FILE.replace("slow", "fast"))
    assert flowyml("compile", "small.py", "--stack", "team", "--check").code == 1
    assert flowyml("compile", "small.py", "--stack", "team").code == 0
    settings(project, {"airflow": {"owner": "you"}})
    stale = flowyml("compile", "small.py", "--stack", "team", "--check")
    assert stale.code == 1
    assert "setting 'airflow.owner': me → you  [behaviour]" in stale.out


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"airflw": {}}, "there is no target 'airflw' with settings; did you mean 'airflow'?"),
        ({"airflow": {"ownr": "x"}}, """settings["airflow"]["ownr"]: unknown key 'ownr'; did"""),
        ({"airflow": {"steps": {"make": {"pol": 1}}}}, "unknown key 'pol'; did you mean 'pool'?"),
        ({"airflow": {"pool_slots": 0}}, '["pool_slots"]: pool_slots must be greater than'),
        ({"airflow": {"steps": {"mak": {}}}}, "a step 'mak' that is not there; did you mean 'mak"),
    ],
)
@pytest.mark.parametrize("target", [["-t", "airflow"], ["-t", "kubeflow"], []])
def test_what_is_wrong_with_them_is_told_whatever_the_target(
    flowyml, project, said, message, target
):
    settings(project, said)
    found = flowyml("check", "small.py", *target)
    assert found.code == 3
    assert "error[FML315]" in found.out
    assert message in found.out


def test_a_step_that_a_stack_names_has_to_be_there(flowyml):
    found = flowyml("compile", "small.py", "--stack", "named")
    assert found.code == 3
    assert "the settings of airflow in the stack 'named' name a step 'mak'" in found.err
    assert "--> flowyml.yaml:7" in found.err
    assert flowyml("compile", "small.py", "--stack", "team").code == 0


def test_a_run_here_leaves_them_aside(flowyml):
    assert flowyml("run", "small.py").code == 0


def test_stack_shows_and_compares_them(flowyml):
    shown = flowyml("stack", "show", "named").out
    assert "  airflow.owner: team\n" in shown
    assert "  airflow.max_active_runs: 2\n" in shown
    differing = flowyml("stack", "diff", "team", "named").out
    assert differing == "airflow.steps.mak.pool: (none) -> gpu\n"

"""What the simulator refuses rather than ignores."""

from __future__ import annotations

import re

import pytest

from flowyml_kubeflow.simulate import NoDockerError, SpecError, run_spec
from tests.unit.kubeflow.specs import one


@pytest.fixture
def simulate(tmp_path):
    return lambda text: run_spec(text, workdir=tmp_path)


def broken(change):
    import yaml

    data = yaml.safe_load(one("true"))
    change(data)
    return yaml.safe_dump(data)


def in_task(**fields):
    return broken(lambda data: data["root"]["dag"]["tasks"]["a"].update(fields))


def with_pod(pod):
    import yaml

    platform = {"platforms": {"kubernetes": {"deploymentSpec": {"executors": {"e": pod}}}}}
    return f"{one('true')}---\n{yaml.safe_dump(platform)}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (with_pod({"secretAsEnv": [{"keyToEnv": 1}]}), "keyToEnv: a list is expected"),
        (with_pod({"secretAsEnv": [{"keyToEnv": [{"secretKey": "k"}]}]}), "says no envVar"),
        (with_pod({"pvcMount": [{"mountPath": []}]}), "mountPath: text is expected"),
        (in_task(artifactIterator={"itemInput": "x"}), "a loop over artifacts"),
        (in_task(colour="red"), "no field named"),
        (in_task(dependentTasks=["nobody"]), "there is no task 'nobody'"),
        (one({"resolver": {}}), "of the kind resolver"),
        (one({"container": {"image": "x"}}), "without a command"),
        (one({"container": {"image": "x", "command": ['{"Concat": ["a"]}']}}), "Concat, nor does"),
        (broken(lambda data: data["deploymentSpec"].update(executors="x")), "object is expected"),
        ("- a\n", "not a PipelineSpec"),
        ("a: [", "not YAML"),
        ("{}\n---\n{}\n---\n{}", "3 documents"),
        ("", "not a PipelineSpec"),
    ],
)
def test_a_construct_that_is_not_executed_is_refused_by_name(simulate, text, message):
    with pytest.raises(SpecError, match=message):
        simulate(text)


def test_all_problems_are_reported_at_once(simulate):
    text = in_task(
        dependentTasks=["nobody"], triggerPolicy={"condition": "x"}, componentRef={"name": "b"}
    )
    with pytest.raises(SpecError) as raised:
        simulate(text)

    assert len(str(raised.value).splitlines()) == 4


def test_containers_without_docker_are_refused_before_anything_runs(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    with pytest.raises(NoDockerError, match=r"'docker' cannot be started: .*leave --docker out"):
        run_spec(one("true"), workdir=tmp_path, docker=True)

    assert not list(tmp_path.iterdir())


OPTIONAL = {"parameterType": "STRING", "isOptional": True}
CLAUSE = '{"IfPresent": {"InputName": "x", "Else": %s}}'


@pytest.mark.parametrize(
    ("word", "said"),
    [
        (CLAUSE % "[1]", r"chooses \[1\], which is not text"),
        (CLAUSE % '{"Concat": ["a"]}', "which is not text"),
        ('{"IfPresent": {', "IfPresent is not JSON"),
        ('{"IfPresent": []}', "IfPresent is no object"),
        (CLAUSE % "null", "nothing is left of the command"),
    ],
)
def test_a_clause_that_the_driver_does_not_understand_fails_the_task(tmp_path, word, said):
    text = one({"container": {"image": "x", "command": [word]}}, inputs={"x": OPTIONAL})
    run = run_spec(text, workdir=tmp_path)

    assert run.state == "FAILED"
    assert re.search(said, run.tasks["a"].error)
    assert run.tasks["a"].attempts == 0

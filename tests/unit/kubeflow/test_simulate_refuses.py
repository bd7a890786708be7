"""What the simulator refuses rather than ignores."""

from __future__ import annotations

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


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (in_task(artifactIterator={"itemInput": "x"}), "a loop over artifacts"),
        (in_task(colour="red"), "no field named"),
        (in_task(dependentTasks=["nobody"]), "there is no task 'nobody'"),
        (one({"resolver": {}}), "of the kind resolver"),
        (one({"container": {"image": "x"}}), "without a command"),
        (one({"container": {"image": "x", "command": ['{"IfPresent": {}}']}}), "IfPresent"),
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

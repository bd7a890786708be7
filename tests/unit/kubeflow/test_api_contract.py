"""The server that stands for Kubeflow in our tests speaks as Kubeflow's own client expects.

The SDK reads annotations as they are, so this module has no `from __future__ import annotations`.
"""

import pytest

# The light environments of `make test-pythons` have no Kubeflow SDK.
problems = pytest.importorskip("tests.kubeflow_api.contract").problems
kfp = pytest.importorskip("kfp")
dsl = pytest.importorskip("kfp.dsl")  # the format's package alone provides `kfp`, too
compiler = pytest.importorskip("kfp.compiler")
server = pytest.importorskip("tests.kubeflow_api.server")


@dsl.container_component
def say(text: str, said: dsl.OutputPath(str)):
    script = 'echo "hello $0"; test "$0" != no && printf %s "$0" > "$1"'
    return dsl.ContainerSpec(image="busybox", command=["sh", "-c", script], args=[text, said])


@dsl.pipeline(name="talk")
def talk(who: str = "you"):
    say(text=say(text=who).outputs["said"])


@pytest.fixture
def there(tmp_path):
    with server.Running(tmp_path / "runs", tmp_path, {}) as running:
        yield running


@pytest.fixture
def client(there):
    return kfp.Client(there.url)


@pytest.fixture
def file(tmp_path):
    compiler.Compiler().compile(talk, str(tmp_path / "talk.yaml"))
    return str(tmp_path / "talk.yaml")


pytestmark = pytest.mark.filterwarnings("ignore:This client only works:FutureWarning")


def test_uploads_and_a_recurring_run(client, file, there):
    made = client.upload_pipeline(file, pipeline_name="talk")
    version = client.upload_pipeline_version(file, "second", pipeline_id=made.pipeline_id)
    filed = client.create_experiment("talks")
    recurring = client.create_recurring_run(
        filed.experiment_id,
        "nightly",
        cron_expression="0 0 2 * * *",
        pipeline_id=made.pipeline_id,
        version_id=version.pipeline_version_id,
    )

    assert client.get_pipeline_id("talk") == made.pipeline_id
    listed = client.list_pipeline_versions(made.pipeline_id).pipeline_versions
    assert [each.display_name for each in listed] == ["talk", "second"]
    assert (recurring.status, recurring.trigger.cron_schedule.cron) == ("ENABLED", "0 0 2 * * *")
    with pytest.raises(kfp.client.client.kfp_server_api.ApiException, match="409"):
        client.upload_pipeline_version(file, "second", pipeline_id=made.pipeline_id)


@pytest.mark.parametrize(("who", "state"), [("me", "SUCCEEDED"), ("no", "FAILED")])
def test_a_run_is_carried_out(client, file, there, who, state):
    begun = client.create_run_from_pipeline_package(file, {"who": who}, experiment_name="talks")
    ended = client.wait_for_run_completion(begun.run_id, timeout=600, sleep_duration=1)

    states = {each.display_name: each.state for each in ended.run_details.task_details}
    assert (ended.state, states["say"]) == (state, state)
    assert problems(there.service.run(begun.run_id), "V2beta1Run") == []


def test_a_run_with_a_parameter_that_is_not_there_is_refused(client, file):
    with pytest.raises(kfp.client.client.kfp_server_api.ApiException, match="no parameter 'whom'"):
        client.create_run_from_pipeline_package(file, {"whom": "x"}, experiment_name="talks")


@pytest.mark.parametrize(
    ("message", "kind", "said"),
    [
        ({"display_name": 1}, "V2beta1Experiment", "is no str"),
        ({"name": "x", "colour": "red"}, "V2beta1Pipeline", 'unknown field "colour"'),
        ({"display_name": "x"}, "V2beta1Run", "needs pipeline_version_reference"),
        ({"display_name": "x", "mode": "MAYBE"}, "V2beta1RecurringRun", "is none of"),
        ([], "V2beta1Pipeline", "is no V2beta1Pipeline"),
    ],
)
def test_messages_that_the_api_does_not_have(message, kind, said):
    assert any(said in each for each in problems(message, kind))

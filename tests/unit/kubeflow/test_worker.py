"""The container's side, called as the launcher would call it."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime, timezone

import pytest

from flowyml.runtime import Outcome
from flowyml.storage import AssetInfo, Reference, load_value, write_value
from flowyml_kubeflow.names import RUN_DATE, TASK, WANTED, key_name, other_key
from flowyml_kubeflow.pod import PodError, local_path, metadata, reference
from flowyml_kubeflow.worker import OUTCOME, main

SOURCE = """
from __future__ import annotations

from flowyml import Dataset, RunDate, step, unless


def double(numbers, factor=2):
    return [n * factor for n in numbers]


def tell(a, b, note, größe, day):
    print("told")
    return [a, b, note, größe, day.isoformat()]


def wrap(numbers):
    return Dataset(numbers, name="points", metadata={"big": 2**60, "ok": True})


def is_long(numbers, least=2):
    return len(numbers) > least


@step(outputs=["out"])
@unless(is_long)
def shorten(numbers, more=None, other=None):
    return [numbers, more, other]


def fail():
    raise ValueError("as told")
"""


@pytest.fixture
def pod(tmp_path, monkeypatch):
    """A container's files, and a project with some functions."""
    project = tmp_path / "project"
    project.mkdir()
    (project / "pyproject.toml").touch()
    (project / "worker_steps.py").write_text(SOURCE, encoding="utf-8")
    monkeypatch.syspath_prepend(str(project))
    monkeypatch.chdir(project)
    monkeypatch.setenv("FLOWYML_ALLOW_DRIFT", "1")
    yield Pod(tmp_path / "pod")
    sys.modules.pop("worker_steps", None)


class Pod:
    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        self.artifacts = {}

    def hand_over(self, name, value):
        made = write_value(value, self.folder / f"in-{key_name(name)}")
        self.artifacts[key_name(name)] = {"uri": made.uri, "metadata": metadata(made)}

    def skip(self, name):
        self.artifacts[name] = {"uri": "s3://b/x", "metadata": {"skipped": "true"}}

    def run(self, function, *, outputs=("out",), parameters=(), **told):
        task = {"step": f"worker_steps:{function}", "digest": "0" * 16, "outputs": list(outputs)}
        values = {TASK: json.dumps(task | told), **dict(parameters)}
        return main(["--executor-input", json.dumps(self.request(values, outputs))])

    def request(self, values, outputs=()):
        made = {key_name(n): {"artifacts": [{"uri": str(self.folder / n)}]} for n in outputs}
        lists = {key: {"artifacts": [each]} for key, each in self.artifacts.items()}
        return {
            "inputs": {"parameterValues": values, "artifacts": lists},
            "outputs": {
                "artifacts": made,
                "outputFile": str(self.folder / "executor_output.json"),
                "parameters": {
                    RUN_DATE: {"outputFile": str(self.folder / "date")},
                    WANTED: {"outputFile": str(self.folder / "verdict")},
                },
            },
        }

    def verdict(self):
        return (self.folder / "verdict").read_text()

    def made(self, name="out"):
        said = json.loads((self.folder / "executor_output.json").read_text())
        (artifact,) = said["artifacts"][key_name(name)]["artifacts"]
        return reference(name, artifact)


def test_a_step_reads_and_writes_the_files_that_the_launcher_chose(pod):
    pod.hand_over("numbers", [1, 2])

    assert pod.run("double") == 0
    assert load_value(pod.made()) == [2, 4]
    assert pod.made().uri == str(pod.folder / "out")


def test_values_arrive_with_their_types_and_names(pod):
    sent = {
        "a": 3,
        "b": "9007199254740993",
        "note": '"1"',
        key_name("größe"): 1,
        RUN_DATE: "2026-01-31T06:00:00+00:00",
    }
    told = {
        "params": {"a": "number", "b": "integer", "note": "string", "größe": "integer"},
        "run_date": ["day"],
        "names": {key_name("größe"): "größe"},
        "encoded": ["note"],
    }

    assert pod.run("tell", parameters=sent, **told) == 0
    values = load_value(pod.made())
    assert values == [3.0, 9007199254740993, "1", 1, "2026-01-31T06:00:00+00:00"]
    assert [type(value) for value in values[:2]] == [float, int]


def test_an_asset_keeps_its_facts_although_metadata_would_not(pod):
    pod.hand_over("numbers", [1])

    assert pod.run("wrap") == 0
    assert pod.made().asset == AssetInfo(
        type="flowyml:Dataset", name="points", metadata={"big": 2**60, "ok": True}
    )


def test_a_failing_step_shows_the_users_traceback(pod, capsys):
    assert pod.run("fail") == 1

    error = capsys.readouterr().err
    assert "ValueError: as told" in error
    assert 'raise ValueError("as told")' in error
    assert not (pod.folder / "executor_output.json").exists()


@pytest.mark.parametrize(("function", "state"), [("fail", "FAILED"), ("double", "SUCCEEDED")])
def test_the_outcome_is_left_where_it_is_asked_for(pod, monkeypatch, function, state):
    pod.hand_over("numbers", [1])
    if function == "fail":
        pod.artifacts.clear()
    monkeypatch.setenv(OUTCOME, str(pod.folder / "outcome.json"))
    pod.run(function, retry={"attempts": 2, "delay": 0})

    outcome = Outcome.from_dict(json.loads((pod.folder / "outcome.json").read_text()))
    assert (outcome.state, outcome.attempts) == (state, 2 if state == "FAILED" else 1)


def test_a_rounded_number_is_refused(pod, capsys):
    assert pod.run("double", parameters={"factor": 2**53}, params={"factor": "integer"}) == 1
    assert "'factor' holds 9007199254740992, which Kubeflow may round" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "message"),
    [("{{$}}", "is not JSON"), ("[]", "not a JSON object"), ('{"inputs": {}}', TASK)],
)
def test_a_container_that_was_started_otherwise_says_so(text, message, capsys):
    assert main(["--executor-input", text]) == 1
    assert message in capsys.readouterr().err


def test_an_artifact_of_another_tool_is_refused(pod, capsys):
    pod.artifacts["numbers"] = {"uri": "/somewhere", "metadata": {"rows": 3}}

    assert pod.run("double") == 1
    assert "'numbers' has no digest, format, size in its metadata" in capsys.readouterr().err


# The date of a run.


GUARD = {"when": [{"digest": "0" * 16, "negate": True}]}


@pytest.mark.parametrize(("numbers", "verdict"), [([1, 2], "true"), ([1, 2, 3], "false")])
def test_a_gate_says_whether_the_step_is_wanted(pod, numbers, verdict):
    pod.hand_over("numbers", numbers)

    assert pod.run("shorten", outputs=(), part="gate", **GUARD) == 0
    assert pod.verdict() == verdict
    assert not (pod.folder / "executor_output.json").exists()


def test_a_gate_whose_predicate_raises_fails(pod, capsys):
    pod.hand_over("numbers", 5)

    assert pod.run("shorten", outputs=(), part="gate", **GUARD) == 1
    assert "has no len()" in capsys.readouterr().err
    assert not (pod.folder / "verdict").exists()


def test_a_step_that_decides_itself_leaves_a_marker_for_its_readers(pod):
    pod.hand_over("numbers", [1, 2, 3])
    assert pod.run("shorten", **GUARD) == 0

    said = json.loads((pod.folder / "executor_output.json").read_text())
    (artifact,) = said["artifacts"]["out"]["artifacts"]
    assert artifact == {"uri": str(pod.folder / "out"), "metadata": {"skipped": "true"}}
    assert (pod.folder / "out").is_file()


@pytest.mark.parametrize(("wanted", "made"), [(True, True), (False, False)])
def test_a_step_obeys_its_gate_and_asks_no_more(pod, wanted, made):
    pod.hand_over("numbers", [1, 2, 3])  # its own predicate would skip it
    pod.run("shorten", parameters={WANTED: True}, wanted=wanted, **GUARD)

    assert (pod.folder / "out").read_bytes().startswith(b"skipped") is not made


def test_a_skipped_asset_skips_its_reader_unless_that_does_without(pod):
    pod.hand_over("numbers", [1])
    pod.skip("more")
    assert pod.run("shorten", **GUARD) == 0
    assert (pod.folder / "out").read_text() == "skipped\n"

    assert pod.run("shorten", **GUARD, optional=["more"]) == 0
    assert load_value(pod.made()) == [[1], None, None]


@pytest.mark.parametrize("skipped", ["more", "other"])
def test_a_reader_of_two_producers_takes_what_was_made(pod, skipped):
    keys = {"more": "more", "other": other_key("more")}
    pod.hand_over("numbers", [1])
    pod.hand_over("more", "first")
    pod.artifacts[keys["other"]] = pod.artifacts["more"]
    pod.skip(keys[skipped])

    assert pod.run("shorten", **GUARD, names={keys["other"]: "more"}) == 0
    assert load_value(pod.made()) == [[1], "first", None]


def settled(pod, **parameters):
    code = main(["--run-date", "--executor-input", json.dumps(pod.request(parameters))])
    return code, pod.folder / "date"


PLACEHOLDER = "{{$.pipeline_job_schedule_time_utc}}"


@pytest.mark.parametrize(
    ("parameters", "date"),
    [
        ({"given": "2026-01-31", "scheduled": PLACEHOLDER}, "2026-01-31T00:00:00+00:00"),
        ({"given": "2026-01-31T01:00:00+02:00"}, "2026-01-30T23:00:00+00:00"),
        ({"scheduled": "2026-01-31T06:00:00Z"}, "2026-01-31T06:00:00+00:00"),
        ({"given": "2026-02-01", "scheduled": "2026-01-31T06:00:00Z"}, "2026-02-01T00:00:00+00:00"),
    ],
)
def test_the_date_is_the_runs_parameter_or_the_scheduled_time(pod, parameters, date):
    code, file = settled(pod, **parameters)

    assert (code, file.read_text()) == (0, date)


@pytest.mark.parametrize("scheduled", [PLACEHOLDER, ""])
def test_else_it_is_the_start(pod, monkeypatch, scheduled):
    now = datetime(2026, 3, 1, 12, 30, 15, 250, tzinfo=timezone.utc)
    monkeypatch.setattr("flowyml_kubeflow.worker._now", lambda: now)
    code, file = settled(pod, scheduled=scheduled)

    assert (code, datetime.fromisoformat(file.read_text())) == (0, now)


def test_a_date_that_is_none_is_refused(pod, capsys):
    code, file = settled(pod, given="tomorrow")

    assert code == 1
    assert not file.exists()
    assert "flowyml_run_date is 'tomorrow'; give ISO 8601" in capsys.readouterr().err


# Files.


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("gs://bucket/a/b", "/gcs/bucket/a/b"),
        ("s3://bucket/a", "/s3/bucket/a"),
        ("minio://mlpipeline/v2/m", "/minio/mlpipeline/v2/m"),
        ("/tmp/a", "/tmp/a"),
    ],
)
def test_where_the_launcher_keeps_an_object(uri, path):
    assert local_path(uri) == path


def test_other_stores_are_refused():
    with pytest.raises(PodError, match="does not fetch hdfs://a"):
        local_path("hdfs://a")


def test_metadata_survives_a_store_that_knows_doubles_alone():
    asset = AssetInfo(type="flowyml:Model", name="m", metadata={"n": 2**60, "ok": True, "no": None})
    made = Reference(uri="/x", digest="d", format="json", size=3, asset=asset)
    stored = {**metadata(made), "size": 3.0}

    assert reference("m", {"uri": "/x", "metadata": stored}) == made
    assert all(isinstance(value, (str, float)) for value in stored.values())


def test_a_worker_loads_no_compiler():
    code = "import sys, flowyml_kubeflow.worker; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()

    heavy = {"pydantic", "google.protobuf", "kfp", "yaml", "pandas", "flowyml.ir"}
    assert heavy.isdisjoint(loaded)

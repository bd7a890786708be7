"""One pipeline, six versions of Airflow: the body is the same, and each word is one they know."""

from __future__ import annotations

import dataclasses
import json
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from flowyml.backend import CompileOptions
from flowyml.diagnostics import CompileError
from flowyml.ir import PipelineIR, Resources, Retry, Schedule
from flowyml_airflow import AirflowBackend
from flowyml_airflow.code import Call, Method
from flowyml_airflow.dialects import DIALECTS, spoken
from flowyml_airflow.lowering import lower
from flowyml_airflow.model import DagFile
from tests.unit.airflow.irs import OPTIONS, node, pipeline, training

HERE = Path(__file__).parent
SYMBOLS = json.loads((HERE / "symbols.json").read_text(encoding="utf-8"))
IRS = sorted((HERE.parents[1] / "goldens" / "ir").rglob("*.json"))
OLDER = [version for version in DIALECTS if version != "3.3"]
BACKEND = AirflowBackend()
ANY = {"multiple_outputs"}  # of the decorator


def content(ir: PipelineIR, version: str) -> DagFile:
    options = dataclasses.replace(OPTIONS, version=version)
    return spoken(lower(ir, options, BACKEND.capabilities(version)), DIALECTS[version])


def text(ir: PipelineIR, version: str, *allow: str) -> str:
    options = CompileOptions(version=version, allow=frozenset(allow))
    return BACKEND.compile(ir, options)[0].text


def calls(file: DagFile):
    """List the calls of a file, however deep, with what they call."""
    waiting = [file.dag, *(task.call for task in file.tasks)]
    waiting += [each.head for task in file.tasks for each in task.opens]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Method):
            waiting.append(value.of)
        elif isinstance(value, Call):
            waiting += [value.function, *value.args, *value.keywords.values()]
            yield value
        elif isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value


@pytest.fixture(scope="module")
def irs():
    return [PipelineIR.model_validate_json(path.read_bytes()) for path in IRS]


@pytest.mark.parametrize("version", DIALECTS)
def test_every_name_and_keyword_of_every_pipeline_is_known(irs, version):
    known = SYMBOLS[version]
    imported: set[str] = set()
    said: dict[str, set[str]] = {"DAG": set(), "TaskGroup": set(), "BaseOperator": set()}
    for ir in irs:
        file = content(ir, version)
        imported |= {f"{home}.{name}" for home, names in file.imports.items() for name in names}
        for call in calls(file):
            kind = "BaseOperator" if str(call.function).endswith(".override") else call.function
            said.get(str(kind), set()).update(call.keywords)
    own = {f"datetime.{name}" for name in ("datetime", "timedelta", "timezone")}
    assert imported - own <= set(known["names"])
    assert {each.rpartition(".")[2] for each in imported} >= {
        *("DAG", "Param", "TaskGroup", "get_current_context", "literal", "task")
    }
    assert all(said.values())
    for kind, keywords in said.items():
        assert keywords <= {*known[kind], *ANY}, kind


EVERYTHING = {
    "environment": {"FLOWYML_ARTIFACT_STORE": "s3://bucket"},
    "docker": {
        "url": "unix:///run/docker.sock",
        "connection": "registry",
        "network": "none",
        "user": "1000",
        "force_pull": True,
        "mounts": [{"source": "data", "target": "/data"}],
    },
    "kubernetes": {
        "connection": "cluster",
        "namespace": "ml",
        "service_account": "trainer",
        "node_selector": {"pool": "gpu"},
        "labels": {"team": "ml"},
        "annotations": {"team": "ml"},
        "image_pull_policy": "Always",
        "image_pull_secrets": ["registry"],
        "startup_timeout_seconds": 30,
    },
    "python": "/opt/python",
}


@pytest.mark.parametrize("version", DIALECTS)
@pytest.mark.parametrize("place", ["python", "docker", "kubernetes"])
def test_every_word_of_every_operator_is_known(version, place):
    settings = {
        **EVERYTHING,
        "outlets": True,
        "run_in": place,
        "pool": "gpu",
        "owner": "us",
        "queue": "slow",
    }
    needs = Resources(cpu=500, memory=2**30, gpu=1, accelerator="nvidia.com/gpu")
    asking = {} if place == "python" else {"resources": needs}
    ir = pipeline(node("load", retry=Retry(attempts=2, delay=1, backoff=2), **asking))
    options = CompileOptions(version=version, settings=settings, image="team/train:3")
    assert {each.severity for each in BACKEND.diagnose(ir, options)} == {"advice"}
    file = spoken(lower(ir, options, BACKEND.capabilities(version)), DIALECTS[version])
    (path,) = (
        f"{home}.{name}"
        for home, names in file.imports.items()
        for name in names
        if name.endswith("Operator")
    )
    keywords = set(file.tasks[0].call.keywords)
    assert keywords - {*SYMBOLS[version]["BaseOperator"]} <= {*SYMBOLS[version]["operators"][path]}
    assert len(keywords) > 8


@pytest.mark.parametrize("version", OLDER)
def test_another_version_changes_the_head_alone(irs, version):
    """Except for waits that grow, the names of groups and assets, and since when a DAG is due."""
    for ir in irs:
        old, new = content(ir, version), content(ir, "3.3")
        start = {"start_date"} - set(new.dag.keywords)
        assert alike(without(old.dag, start)) == alike(without(new.dag, start))
        assert alike(old.tasks) == alike(new.tasks)


def without(call: Call, names: Iterable[str]) -> Call:
    """Leave keywords out of a call."""
    kept = {name: each for name, each in call.keywords.items() if name not in names}
    return dataclasses.replace(call, keywords=kept)


def alike(value: object) -> str:
    """Write a part of a DAG file without the words that may differ."""
    text = re.sub("'(group_display_name|tooltip)'", "NAME", repr(value)).replace("Dataset", "Asset")
    return re.sub(r"('retry_exponential_backoff'): (True|[\d.]+)", r"\1: FACTOR", text)


@pytest.mark.parametrize("version", OLDER)
def test_another_version_changes_no_byte_below_the_imports(version):
    constant = Retry(attempts=3, delay=2, backoff=1)
    made = training()
    ir = made.model_copy(
        update={"steps": tuple(s.model_copy(update={"retry": constant}) for s in made.steps)}
    )
    old, new = text(ir, version), text(ir, "3.3")
    assert old.partition("@task(")[2] == new.partition("@task(")[2]
    assert f"--target airflow=={version}\n" in old
    if version in ("3.2", "3.1", "3.0"):
        assert old == new.replace("airflow==3.3", f"airflow=={version}")


@pytest.mark.parametrize("version", ["2.10", "2.11"])
def test_airflow_2_finds_everything_in_its_old_places(version):
    head = text(training(), version).partition("@task")[0].splitlines()
    assert [line for line in head if line.startswith("from ")] == [
        "from airflow import DAG",
        "from airflow.decorators import task",
        "from airflow.models.param import Param",
        "from airflow.operators.python import get_current_context",
    ]


def test_airflow_30_keeps_literal_elsewhere():
    braces = node("load", makes=["{{ rows }}"])
    assert "from airflow.sdk import DAG, get_current_context, task\n" in text(
        pipeline(braces), "3.0"
    )
    assert "from airflow.sdk.definitions.template import literal\n" in text(pipeline(braces), "3.0")
    assert "from airflow.sdk import DAG, get_current_context, literal, task\n" in text(
        pipeline(braces), "3.1"
    )
    assert "from airflow.utils.template import literal\n" in text(pipeline(braces), "2.11")


def test_a_group_that_airflow_2_cannot_name_tells_its_name_as_a_tip():
    inner = node("clean up.scale", group=("clean up",), makes=["clean up.scaled"])
    assert 'group_display_name="clean up"' in text(pipeline(inner), "3.0")
    assert 'tooltip="clean up"' in text(pipeline(inner), "2.11")


@pytest.mark.parametrize("version", DIALECTS)
def test_waits_grow_by_the_factor_or_the_difference_is_accepted(version):
    def retried(backoff: int) -> PipelineIR:
        retry = Retry(attempts=3, delay=2, backoff=backoff)
        return pipeline(node("load", retry=retry))

    exact = version in ("3.3", "3.2")
    doubled = f"retry_exponential_backoff={'2.0' if exact else 'True'}"
    assert doubled in text(retried(2), version)
    if exact:
        assert "retry_exponential_backoff=3.0" in text(retried(3), version)
        return
    with pytest.raises(CompileError, match=r"'load'.*use backoff=2, or airflow==3\.2") as found:
        text(retried(3), version)
    assert [d.code for d in found.value.diagnostics] == ["FML302"]
    accepted = text(retried(3), version, "backoff")
    assert doubled in accepted
    assert "# degraded: backoff: Airflow before 3.2 doubles each wait" in accepted


@pytest.mark.parametrize("version", DIALECTS)
def test_an_interval_needs_a_timetable_that_210_has_not(version):
    ir = pipeline(node("load"), schedule=Schedule(every=5400))
    if version == "2.10":
        with pytest.raises(CompileError, match=r"(?s)2\.10 has no timetable.*cron"):
            text(ir, version)
        return
    home = "airflow.sdk" if version in ("3.3", "3.2") else "airflow.timetables.trigger"
    assert re.search(rf"from {home} import .*\bDeltaTriggerTimetable", text(ir, version))
    assert f"{home}.DeltaTriggerTimetable" in SYMBOLS[version]["names"]


@pytest.mark.parametrize("version", ["2.10", "2.11"])
def test_airflow_2_calls_assets_datasets(version):
    ir = pipeline(node("load"), schedule=Schedule(assets=("s3://bucket/rows",)))
    found = text(ir, version)
    assert "from airflow.datasets import Dataset\n" in found
    assert 'schedule=[Dataset("s3://bucket/rows")]' in found


@pytest.mark.parametrize("version", ["2.10", "2.11"])
def test_airflow_2_wants_to_know_since_when_a_dag_is_due(version):
    cron = Schedule(cron="@daily")
    found = text(pipeline(node("load"), schedule=cron), version)
    assert "start_date=datetime(1970, 1, 1, tzinfo=timezone.utc),\n    catchup=False" in found
    assert found.count("from datetime import datetime, timezone\n") == 1
    assert "start_date" not in text(pipeline(node("load")), version)
    assert "start_date" not in text(pipeline(node("load"), schedule=cron), "3.0")
    since = CompileOptions(version=version, settings={"start_date": "2024-05-06"})
    own = BACKEND.compile(pipeline(node("load"), schedule=cron), since)[0].text
    assert own.count("start_date=") == own.count("start_date=datetime(2024, 5, 6, tz") == 1


@pytest.mark.parametrize("version", DIALECTS)
def test_ruff_finds_no_name_that_the_version_has_not(irs, version, tmp_path):
    """What it says of Airflow 2's files is that Airflow 3 moved what their heads import."""
    file = tmp_path / "training.py"
    file.write_text(text(training(), version), encoding="utf-8")
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--preview", "--no-cache"]
    rules = ["--select", "AIR,F,E9,I,UP", "--target-version", "py310"]
    done = subprocess.run(
        [*command, *rules, "--output-format", "json", str(file)], capture_output=True, check=False
    )
    found = {(each["code"], each["location"]["row"]) for each in json.loads(done.stdout)}
    lines = file.read_text(encoding="utf-8").splitlines()
    if version.startswith("3"):
        assert found == set()
        return
    assert {code for code, _ in found} <= {"AIR301", "AIR311", "AIR312"}
    used = re.compile(r"@task|with DAG\(|.*\b(Param|get_current_context)\(")
    assert [lines[row - 1] for _, row in found if not used.match(lines[row - 1])] == []


@pytest.mark.airflow
def test_the_table_of_what_airflow_knows_is_that_of_the_one_here():
    command = [sys.executable, "-W", "ignore", str(HERE / "symbols.py")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout.splitlines()[-1])
    known = SYMBOLS[".".join(found["version"].split(".")[:2])]
    operators, all_known = found.pop("operators"), known["operators"]  # if they are installed
    assert operators == {path: all_known[path] for path in operators}
    assert found == {key: known[key] for key in known if key != "operators"}

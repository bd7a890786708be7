"""Handing a DAG file to an Airflow: before, while and after it is written, what can go wrong."""

from __future__ import annotations

import dataclasses

import pytest

from flowyml import Pipeline, context, step
from flowyml.deploy import TargetError, UnauthorizedError, UnreachableError, deliver, prepare
from flowyml.diagnostics import CompileError, UsageError
from flowyml.stacks import Stack
from tests.http_server import Answer, serving
from tests.unit.airflow.far_airflow import FILE, FarAirflow, task

pytest.importorskip("httpx")

OLD = "# an older DAG of airflow\n"


@step(outputs=["number"])
def make(start: int):
    return start


@step(inputs=["number"], outputs=["double"])
def twice(number):
    return 2 * number


def pipeline():
    return Pipeline("far_sums", context=context(start=1)).add_steps([make, twice])


@pytest.fixture
def airflow(tmp_path):
    (tmp_path / "dags").mkdir()
    return FarAirflow(tmp_path / "dags")


@pytest.fixture
def stack(tmp_path, airflow, monkeypatch):
    monkeypatch.setattr("flowyml_airflow.deploying.BETWEEN", 0.0)
    with serving(airflow) as url:
        section = {"url": url, "dags_folder": "dags", "parse_timeout": 60}
        yield Stack(
            name="far", orchestrator="airflow", folder=tmp_path, sections={"airflow": section}
        )


def with_settings(stack, **settings):
    section = {**stack.sections["airflow"], **settings}
    told = {key: value for key, value in section.items() if value is not None}
    return dataclasses.replace(stack, sections={"airflow": told})


def deployed(stack, **keywords):
    said = []
    delivery, _ = prepare(pipeline(), stack, say=said.append, **keywords)
    return deliver(delivery), said


def test_a_file_is_written_taken_and_its_version_said(stack, airflow):
    found, said = deployed(stack)
    assert (found.name, found.version, found.changed) == ("far_sums", "4", True)
    assert found.url == f"{stack.sections['airflow']['url']}/dags/far_sums"
    delivery, _ = prepare(pipeline(), stack)
    assert {each.name: each.read_text() for each in airflow.folder.iterdir()} == delivery.files
    assert said == [
        f"writing {FILE} into {airflow.folder}",
        "waiting for Airflow 3.3.2 to parse it",
    ]


def test_what_is_there_already_is_not_written_again(stack, airflow):
    deployed(stack)
    before = (airflow.folder / FILE).stat().st_mtime_ns
    found, said = deployed(stack)
    assert (found.version, found.changed, said) == ("4", False, [])
    assert (airflow.folder / FILE).stat().st_mtime_ns == before


def test_a_dag_that_airflow_has_put_away_is_waited_for(stack, airflow):
    """As after an import error: it has the text and the tasks, and runs nothing."""
    deployed(stack)
    airflow.stale_looks = 4
    assert deployed(stack)[0].changed
    assert airflow.stale_looks == 0


def test_the_text_alone_is_not_enough(stack, airflow):
    """Airflow may have the new text, and schedule by what it made of the old one."""
    airflow.stale_parses = 3
    assert deployed(stack)[0].changed
    assert len([asked for asked in airflow.asked if asked.path.endswith("/tasks")]) == 4


@pytest.mark.parametrize(
    "tasks",
    [
        [task("make", "twice")],
        [task("make"), task("twice")],
        [task("make", "twice"), {**task("twice"), "retries": 2.0}],
        [task("make", "twice"), task("twice"), task("third")],
    ],
    ids=["a task less", "an edge less", "another option", "a task more"],
)
def test_other_tasks_than_those_compiled_are_not_what_was_deployed(stack, airflow, tasks):
    airflow.tasks = tasks
    with pytest.raises(TargetError, match=r"has not taken it within 0\.2 s .*unhealthy"):
        deployed(with_settings(stack, parse_timeout=0.2))


def test_a_known_dag_is_asked_to_be_parsed_now(stack, airflow):
    (airflow.folder / FILE).write_text(OLD)
    assert deployed(stack, overwrite=True)[0].changed
    assert airflow.changes() == ["PUT /api/v2/parseDagFile/eyJidW5kbGVf.vnNwY2wZgfu3"]


def test_an_import_error_is_told_in_airflows_words_and_the_file_taken_away(stack, airflow):
    airflow.import_error = "Traceback …\nModuleNotFoundError: No module named 'shop'\n"
    with pytest.raises(TargetError, match="taken away again; it says:\nTraceback …\nModuleNotF"):
        deployed(stack)
    assert list(airflow.folder.iterdir()) == []


def test_after_an_import_error_the_old_file_is_back(stack, airflow):
    deployed(stack)
    changed = pipeline().add_step(step(outputs=["more"], name="more")(make.function))
    before = {each.name: each.read_bytes() for each in airflow.folder.iterdir()}
    airflow.import_error = "SyntaxError: no"
    airflow.fileloc = str(airflow.folder / FILE)
    delivery, _ = prepare(changed, stack)
    airflow.instead = {"GET importErrors": Answer(200, {"import_errors": [], "total_entries": 0})}

    def then_an_error(text):
        if text.startswith("waiting"):
            airflow.instead = {}

    with pytest.raises(TargetError, match="put back; it says:\nSyntaxError: no"):
        deliver(dataclasses.replace(delivery, say=then_an_error))
    assert {each.name: each.read_bytes() for each in airflow.folder.iterdir()} == before


def test_an_airflow_that_is_silent_for_a_moment_is_waited_for(stack, airflow):
    delivery, _ = prepare(pipeline(), stack)

    def break_one_look(text):
        if text.startswith("waiting"):
            airflow.once["GET dagSources/far_sums"] = Answer(502, "Bad Gateway")

    assert deliver(dataclasses.replace(delivery, say=break_one_look)).changed
    assert not airflow.once


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"dags_folder": None}, "says no dags_folder, which deploying"),
        ({"url": None, "dags_folder": None}, "no dags_folder and url, .*{dags_folder: …, url: …}"),
        ({"dags_folder": "nowhere"}, "airflow.dags_folder of the stack 'far': there is no folder"),
        ({"dags_folder": "dags/a_file"}, "is no folder"),
        ({"username": "ann"}, "says no password, "),
        ({"password": {"env": "X"}}, "says no username, "),
        ({"token": {"env": "X"}, "username": "ann", "password": {"env": "X"}}, "one of them"),
        ({"token": {"env": "FLOWYML_UNSET"}}, "token of the stack 'far': .*FLOWYML_UNSET is not"),
    ],
)  # fmt: skip
def test_what_the_stack_lacks_is_said_before_anything_is_written(stack, airflow, settings, said):
    (airflow.folder / "a_file").touch()
    with pytest.raises(UsageError, match=said):
        deployed(with_settings(stack, **settings))
    assert [each.name for each in airflow.folder.iterdir()] == ["a_file"]


@pytest.mark.parametrize(
    ("instead", "error", "said"),
    [
        ({"GET dags/far_sums": Answer(403, {"detail": "Forbidden"})}, UnauthorizedError,
         r"refuses these credentials for GET /api/v2/dags/far_sums: Forbidden"),
        ({"GET dags/far_sums": Answer(500, "Internal Server Error")}, UnreachableError, "Internal"),
        ({"GET version": Answer(404, {"detail": "Not Found"})}, TargetError, "no Airflow from 3.0"),
        ({"GET version": Answer(200, ["x"])}, TargetError, "is not Airflow: .* no object of JSON"),
        ({"GET version": Answer(200, {})}, TargetError, "is not Airflow: .* gives no 'version'"),
        ({"GET version": Answer(200, {"version": "4.0.0"})}, TargetError, r"Airflow 4\.0\.0.*3\."),
    ],
)  # fmt: skip
def test_what_airflow_refuses_is_said_before_anything_is_written(
    stack, airflow, instead, error, said
):
    airflow.instead = instead
    with pytest.raises(error, match=said):
        deployed(stack)
    assert list(airflow.folder.iterdir()) == []


def test_another_minor_version_is_noted(stack, airflow):
    airflow.version = "3.1.4"
    compiled = prepare(pipeline(), stack)[0].options.version
    notes = (f"it is Airflow 3.1.4, and this was compiled for {compiled}",)
    assert deployed(stack)[0].notes == notes


def test_a_pool_that_airflow_has_not_is_noted(stack, airflow):
    airflow.instead = {"GET pools/small": Answer(200, {"name": "small", "slots": 2})}
    steps = {"make": {"pool": "small"}, "twice": {"pool": "GPU ä/1"}}
    airflow.tasks = [each | steps[each["task_id"]] for each in airflow.tasks]
    noted = ("it has no pool 'GPU ä/1', so the tasks in it wait until it has one",)
    far = with_settings(stack, pool="gone", steps=steps)
    assert deployed(far)[0].notes == noted  # no step is in 'gone'
    airflow.instead = {"GET pools/.*": Answer(403, {"detail": "Forbidden"})}
    assert deployed(far)[0].notes == ()


def test_a_token_is_sent_and_a_wrong_one_refused_in_airflows_words(stack, airflow, monkeypatch):
    airflow.token = "right"
    monkeypatch.setenv("FLOWYML_TOKEN_OF_TEST", "wrong")
    asking = with_settings(stack, token={"env": "FLOWYML_TOKEN_OF_TEST"})
    with pytest.raises(UnauthorizedError, match=r"Invalid JWT token \(403\)"):
        deployed(asking)
    assert list(airflow.folder.iterdir()) == []
    monkeypatch.setenv("FLOWYML_TOKEN_OF_TEST", "right")
    assert deployed(asking)[0].changed


def test_a_user_gets_a_token_by_a_password(stack, airflow, tmp_path):
    airflow.token = "given"
    (tmp_path / "password").write_text("secret\n")
    asking = with_settings(stack, username="ann", password={"file": "password"})
    assert deployed(asking)[0].changed
    (tmp_path / "password").write_text("other\n")
    with pytest.raises(UnauthorizedError, match=r"Invalid credentials \(401\)"):
        deployed(asking)


def test_a_paused_dag_is_refused_before_anything_is_written_if_it_is_to_run(stack, airflow):
    deployed(stack)
    airflow.paused = True
    (airflow.folder / FILE).unlink()
    airflow.fileloc = str(airflow.folder / FILE)
    with pytest.raises(TargetError, match=r"'far_sums' paused.*--unpause.*nothing was written"):
        deployed(stack, runs=True)
    assert not (airflow.folder / FILE).exists()
    assert deployed(stack)[0].changed
    assert airflow.paused
    deployed(stack, runs=True, activate=True)
    assert not airflow.paused


def test_a_dag_of_that_name_in_another_file_is_left_alone(stack, airflow):
    airflow.fileloc = "/elsewhere/by_hand.py"
    with pytest.raises(TargetError, match=r"has a DAG 'far_sums' already, from /elsewhere/by_hand"):
        deployed(stack)
    assert list(airflow.folder.iterdir()) == []


def test_a_dag_of_that_name_in_another_folder_is_left_alone(stack, airflow, tmp_path):
    other = tmp_path / "other" / FILE
    other.parent.mkdir()
    other.touch()
    airflow.fileloc = str(other)
    with pytest.raises(TargetError, match=r"has a DAG 'far_sums' already, from .*/other/"):
        deployed(stack)
    assert list(airflow.folder.iterdir()) == []


def test_airflow_may_see_the_folder_at_another_path(stack, airflow):
    airflow.fileloc = f"/mounted/dags/{FILE}"
    assert deployed(stack)[0].changed


def test_a_file_of_somebody_elses_is_left_alone(stack, airflow):
    (airflow.folder / FILE).write_text(OLD)
    with pytest.raises(CompileError, match="FML306"):
        deployed(stack)
    assert (airflow.folder / FILE).read_text() == OLD

"""The simulator against the rules of the backend's driver, launcher and Argo's graphs."""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone

import pytest

from flowyml_kubeflow.simulate import SpecError, graph, run_spec
from tests.unit.kubeflow.specs import component, container, one, spec, task

OUT = "{{$.outputs.parameters['x'].output_file}}"


@pytest.fixture
def simulate(tmp_path):
    def run(text, parameters=None, **options):
        return run_spec(text, workdir=tmp_path, parameters=parameters, **options)

    return run


def states(run):
    return {name: ended.state for name, ended in run.tasks.items()}


# One container.


def test_a_command_runs_with_its_output_read_back(simulate):
    run = simulate(one(('echo hello; printf 7 > "$1"', [OUT]), outputs={"x": "NUMBER_INTEGER"}))

    assert run.state == "SUCCEEDED"
    assert run.tasks["a"].outputs.parameters == {"x": 7}
    assert run.tasks["a"].log == "hello\n"
    assert run.tasks["a"].exit_code == 0


def test_folders_of_outputs_are_made_before_the_command(simulate):
    script = (
        'mkdir "$(dirname "$1")" 2>&1 | grep -q exists && echo data > "$1"',
        ["{{$.outputs.artifacts['m'].path}}"],
    )
    run = simulate(one(script, artifacts=["m"]))

    assert run.state == "SUCCEEDED"


def test_a_missing_output_parameter_fails_the_task(simulate):
    run = simulate(one("true", outputs={"x": "STRING"}))

    assert run.state == "FAILED"
    assert run.tasks["a"].exit_code == 0
    assert "output parameter 'x' was not written" in run.tasks["a"].error


def test_a_missing_artifact_file_does_not(simulate):
    assert simulate(one("true", artifacts=["m"])).state == "SUCCEEDED"


@pytest.mark.parametrize(("text", "type_"), [("3.0", "NUMBER_INTEGER"), ("[]", "STRUCT")])
def test_an_output_of_another_type_fails_the_task(simulate, text, type_):
    run = simulate(one((f"printf '{text}' > \"$1\"", [OUT]), outputs={"x": type_}))

    assert run.state == "FAILED"
    assert type_ in run.tasks["a"].error


def writes(output):
    """A script that writes `executor_output.json`, and 1 as the output parameter x."""
    code = (
        "import json, sys; given = json.loads(sys.argv[1])['outputs'];"
        "open(given['parameters']['x']['outputFile'], 'w').write('1');"
        f"open(given['outputFile'], 'w').write({output!r})"
    )
    return ('"$1" -c "$2" "$3"', [sys.executable, code, "{{$}}"])


def test_executor_output_wins_over_the_file(simulate):
    script = writes(json.dumps({"parameterValues": {"x": 2}}))
    run = simulate(one(script, outputs={"x": "NUMBER_INTEGER"}))

    assert run.tasks["a"].outputs.parameters == {"x": 2}


@pytest.mark.parametrize(
    "output",
    [
        '{"unknown": 1}',
        '{"artifacts": {"m": {"artifacts": [{"colour": "red"}]}}}',
        '{"artifacts": {"m": {"artifacts": [{"customPath": "/x"}]}}}',
        '{"parameterValues": {"x": NaN}}',
        "not json",
        "[]",
    ],
)
def test_one_field_that_the_backend_does_not_know_fails_the_task(simulate, output):
    run = simulate(one(writes(output), outputs={"x": "NUMBER_INTEGER"}))

    assert run.state == "FAILED"
    assert run.tasks["a"].error.startswith("executor_output.json cannot be read: ")
    assert "attribute" not in run.tasks["a"].error


def test_metadata_is_kept_as_the_backend_keeps_it(simulate):
    metadata = {"ok": True, "n": 2**53 + 1, "share": 0.5, "name": "x"}
    said = {"artifacts": {"m": {"artifacts": [{"metadata": metadata}]}}}
    text = one(writes(json.dumps(said)), outputs={"x": "NUMBER_INTEGER"}, artifacts=["m"])
    (artifact,) = simulate(text).tasks["a"].outputs.artifacts["m"]

    assert artifact["metadata"] == {"ok": 1, "n": 2**53, "share": 0.5, "name": "x"}
    assert artifact["type"]["schemaTitle"] == "system.Artifact"


def test_a_failing_command(simulate):
    run = simulate(one("echo broken >&2; exit 3"))

    assert run.state == "FAILED"
    assert (run.tasks["a"].exit_code, run.tasks["a"].error) == (3, "exit code 3")
    assert run.tasks["a"].log == "broken\n"


def test_a_command_that_is_not_there(simulate):
    executor = {"container": {"image": "any", "command": ["no-such-program"]}}
    run = simulate(one(executor))

    assert run.tasks["a"].exit_code == 127
    assert "cannot start no-such-program" in run.tasks["a"].log


def test_python_is_the_one_that_is_asked_for(simulate):
    executor = {
        "container": {
            "image": "any",
            "command": ["python", "-c"],
            "args": ["import sys; print(sys.executable)"],
        }
    }

    assert simulate(one(executor)).tasks["a"].log == f"{sys.executable}\n"


def test_the_environment_of_a_process(simulate, tmp_path):
    script = container('echo "$OWN $GIVEN $TASK $(pwd)"', env={"OWN": "1"})
    run = simulate(
        one(script),
        env={"GIVEN": "2", "OWN": "replaced"},
        task_env=lambda name, folder: {"TASK": f"{name}:{folder.name}"},
        cwd=tmp_path,
    )

    assert run.tasks["a"].log == f"1 2 a:a {tmp_path}\n"


# Values on their way.


def test_whole_numbers_are_printed_without_a_dot(simulate):
    arguments = [f"{{{{$.inputs.parameters['{key}']}}}}" for key in ("i", "d", "b", "l", "s")]
    script = ('for each in "$@"; do echo "$each"; done', arguments)
    taken = {
        "i": "NUMBER_INTEGER",
        "d": "NUMBER_DOUBLE",
        "b": "BOOLEAN",
        "l": "LIST",
        "s": "STRING",
    }
    run = simulate(
        one(script, inputs=taken, handed={"i": 3, "d": 11.0, "b": True, "l": [1.0, "a"], "s": 5})
    )

    assert run.tasks["a"].log.splitlines() == ["3", "11", "true", '[1,"a"]', "5"]


def test_everything_in_one_argument(simulate):
    taken = {"n": "NUMBER_INTEGER", "s": "STRING"}
    script = ('printf %s "$1"', ["{{$}}"])
    run = simulate(one(script, inputs=taken, handed={"n": 3, "s": '{{$}} "quoted"'}, outputs={}))
    given = json.loads(run.tasks["a"].log)

    assert given["inputs"]["parameterValues"] == {"n": 3, "s": '{{$}} "quoted"'}
    assert given["outputs"]["outputFile"].endswith("executor_output.json")


def test_a_value_is_not_searched_for_placeholders(simulate):
    script = ('printf %s "$1"', ["{{$.inputs.parameters['s']}}"])
    value = "{{$.inputs.parameters['t']}}"
    run = simulate(
        one(script, inputs={"s": "STRING", "t": "STRING"}, handed={"s": value, "t": "!"})
    )

    assert run.tasks["a"].log == value


SHOW = ('printf %s "$1"', ["{{$}}"])


def shown(run, name="a"):
    return json.loads(run.tasks[name].log)["inputs"].get("parameterValues", {})


def with_root(stated, taken=None):
    """A task that shows the pipeline's parameter p."""
    return one(
        SHOW, inputs={"p": taken or stated}, handed={"p": ("root", "p")}, parameters={"p": stated}
    )


def test_a_default_and_an_override(simulate, tmp_path):
    text = with_root({"parameterType": "NUMBER_INTEGER", "defaultValue": 5, "isOptional": True})

    assert shown(simulate(text)) == {"p": 5}
    again = run_spec(text, workdir=tmp_path / "again", parameters={"p": 6})
    assert shown(again) == {"p": 6}


def test_an_optional_parameter_without_a_value_is_not_there(simulate):
    assert shown(simulate(with_root({"parameterType": "STRING", "isOptional": True}))) == {}


def test_a_component_fills_in_its_own_default(simulate):
    taken = {"parameterType": "STRING", "isOptional": True, "defaultValue": "own"}
    run = simulate(with_root({"parameterType": "STRING", "isOptional": True}, taken))

    assert shown(run) == {"p": "own"}


def test_an_optional_value_for_a_required_input_fails_the_task(simulate):
    run = simulate(with_root({"parameterType": "STRING", "isOptional": True}, "STRING"))

    assert run.state == "FAILED"
    assert "'p' is null" in run.tasks["a"].error


def test_a_number_for_a_text_becomes_text(simulate):
    assert shown(simulate(with_root("NUMBER_DOUBLE", "STRING"), {"p": 1.0})) == {"p": "1"}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "'p' needs a value"),
        ({"p": "5"}, "takes NUMBER_INTEGER, not '5'"),
        ({"p": True}, "takes NUMBER_INTEGER, not True"),
        ({"p": 1, "q": 2}, "no parameter 'q'"),
    ],
)
def test_parameters_that_the_api_server_refuses(simulate, given, message):
    with pytest.raises(SpecError, match=message):
        simulate(with_root("NUMBER_INTEGER"), given)


def test_large_integers_are_rounded_as_doubles_are(simulate):
    assert shown(simulate(with_root("NUMBER_INTEGER"), {"p": 2**53 + 1})) == {"p": 2**53}


PLACES = {
    "job": "{{$.pipeline_job_name}}",
    "task": "{{$.pipeline_task_name}}",
    "time": "{{$.pipeline_job_schedule_time_utc}}",
    "inside": "x {{$.pipeline_task_name}}",
}


def test_the_driver_fills_in_constants_that_are_placeholders(simulate):
    run = simulate(one(SHOW, inputs=dict.fromkeys(PLACES, "STRING"), handed=PLACES))

    assert shown(run) == {
        "job": "simulated",
        "task": "a",
        "time": "{{$.pipeline_job_schedule_time_utc}}",  # 2.5 does not know it
        "inside": "x {{$.pipeline_task_name}}",
    }


def test_the_scheduled_time_of_a_newer_backend(simulate):
    moment = datetime(2026, 1, 31, 6, tzinfo=timezone.utc)
    text = one(SHOW, inputs={"time": "STRING"}, handed={"time": PLACES["time"]})

    assert shown(simulate(text, scheduled=moment)) == {"time": "2026-01-31T06:00:00Z"}


# Several tasks.


def test_artifacts_and_parameters_go_from_task_to_task(simulate):
    text = spec(
        {
            "make": (
                'printf data > "$1"; printf 4 > "$2"',
                ["{{$.outputs.artifacts['m'].path}}", OUT],
            ),
            "use": (
                'cat "$1"; echo " $2"',
                ["{{$.inputs.artifacts['m'].path}}", "{{$.inputs.parameters['n']}}"],
            ),
        },
        {
            "make": component("make", outputs={"x": "NUMBER_INTEGER"}, artifacts=["m"]),
            "use": component("use", inputs={"n": "NUMBER_INTEGER"}, artifacts_in=["m"]),
        },
        [
            task("make"),
            # No dependentTasks: a producer is waited for all the same.
            task("use", parameters={"n": ("make", "x")}, artifacts={"m": ("make", "m")}),
        ],
    )
    run = simulate(text)

    assert run.tasks["use"].log == "data 4\n"
    assert list(run.tasks) == ["make", "use"]


def test_tasks_that_share_a_component_keep_their_outputs_apart(simulate):
    text = spec(
        {"e": ('printf %s "$1" > "$2"', ["{{$.inputs.parameters['v']}}", OUT])},
        {"c": component("e", inputs={"v": "STRING"}, outputs={"x": "STRING"})},
        [task("one", "c", parameters={"v": "1"}), task("two", "c", parameters={"v": "2"})],
    )
    run = simulate(text)

    assert [run.tasks[name].outputs.parameters["x"] for name in ("one", "two")] == ["1", "2"]


GRAPH = {"ok": "true", "bad": "exit 1"}
COMPONENTS = {"ok": component("ok"), "bad": component("bad")}


def test_what_waits_for_a_failed_task_is_omitted(simulate):
    tasks = [task("a", "bad"), task("b", "ok", after=["a"]), task("c", "ok", after=["b"])]
    run = simulate(spec(GRAPH, COMPONENTS, tasks))

    assert run.state == "FAILED"
    assert states(run) == {"a": "FAILED", "b": "OMITTED", "c": "OMITTED"}


def test_no_further_task_starts_after_a_failure(simulate):
    tasks = [
        task("a", "bad"),
        task("b", "ok"),
        task("c", "ok", after=["b"]),
        task("d", "ok", after=["c", "a"]),
    ]
    run = simulate(spec(GRAPH, COMPONENTS, tasks), workers=1)

    assert states(run) == {"a": "FAILED", "b": "NOT_RUN", "c": "NOT_RUN", "d": "OMITTED"}


def test_what_runs_comes_to_its_end(monkeypatch):
    begun = {}

    class Pool(ThreadPoolExecutor):
        def submit(self, execute, name):
            begun[name] = super().submit(execute, name)
            return begun[name]

    def execute(name):
        return "FAILED" if name == "fast" else begun["fast"].result() and "SUCCEEDED"

    monkeypatch.setattr(graph, "ThreadPoolExecutor", Pool)
    found = graph.run_graph({"fast": [], "slow": [], "then": ["slow"]}, execute, workers=2)
    assert found == {"fast": "FAILED", "slow": "SUCCEEDED", "then": "NOT_RUN"}


def nested(inner_script):
    inner = {
        "tasks": {"leaf": task("leaf", parameters={"v": ("root", "v")})},
        "outputs": {
            "parameters": {
                "x": {"valueFromParameter": {"producerSubtask": "leaf", "outputParameterKey": "x"}}
            }
        },
    }
    return spec(
        {"e": inner_script, "show": SHOW},
        {
            "outer": component(inner, inputs={"v": "STRING"}, outputs={"x": "STRING"}),
            "leaf": component("e", inputs={"v": "STRING"}, outputs={"x": "STRING"}),
            "show": component("show", inputs={"x": "STRING"}),
        },
        [task("outer", parameters={"v": "word"}), task("show", parameters={"x": ("outer", "x")})],
    )


def test_a_nested_graph_hands_values_in_and_out(simulate):
    run = simulate(nested(('printf "%s!" "$1" > "$2"', ["{{$.inputs.parameters['v']}}", OUT])))

    assert states(run) == {"outer/leaf": "SUCCEEDED", "outer": "SUCCEEDED", "show": "SUCCEEDED"}
    assert shown(run, "show") == {"x": "word!"}


def test_a_failure_inside_is_a_failure_outside(simulate):
    run = simulate(nested("exit 1"))

    assert states(run) == {"outer/leaf": "FAILED", "outer": "FAILED", "show": "OMITTED"}

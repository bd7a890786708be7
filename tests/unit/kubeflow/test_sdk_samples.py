"""The simulator runs what Kubeflow's own SDK compiles, as the authors of such pipelines intend.

The SDK reads annotations as they are, so this module has no `from __future__ import annotations`.
"""

from pathlib import Path
from typing import Optional

import pytest

from flowyml_kubeflow.simulate import run_spec

dsl = pytest.importorskip("kfp.dsl")  # the format's package alone provides `kfp`, too
compiler = pytest.importorskip("kfp.compiler")

MaybeText = Optional[str]  # noqa: UP045 - the SDK does not read `str | None`


def shell(script, *args):
    """A container that runs a script of the shell; its arguments are `$0`, `$1` and so on."""
    return dsl.ContainerSpec(image="busybox", command=["sh", "-c", script], args=list(args))


@dsl.container_component
def say(text: str, said: dsl.OutputPath(str)):
    return shell('printf %s "$0" > "$1"', text, said)


@dsl.container_component
def join(first: int, second: str, said: dsl.OutputPath(str)):
    return shell('printf %s%s "$0" "$1" > "$2"', first, second, said)


@dsl.container_component
def double(n: int, twice: dsl.OutputPath(int)):
    return shell('echo $(($0 * 2)) > "$1"', n, twice)


@dsl.container_component
def total(numbers: list, sum: dsl.OutputPath(str)):
    return shell('printf %s "$0" > "$1"', numbers, sum)


@dsl.container_component
def count(most: int, numbers: dsl.OutputPath(list[int])):
    return shell('seq -s , "$0" | sed "s/.*/[&]/" > "$1"', most, numbers)


@dsl.container_component
def write(text: str, made: dsl.Output[dsl.Dataset]):
    return shell('printf %s "$0" > "$1"', text, made.path)


@dsl.container_component
def copy(taken: dsl.Input[dsl.Dataset], made: dsl.Output[dsl.Dataset]):
    return shell('cat "$0" "$0" > "$1"', taken.path, made.path)


@dsl.container_component
def fail():
    return shell("exit 3")


@dsl.container_component
def stumble(place: str):
    return shell('echo x >> "$0"; test "$(wc -l < "$0")" -ge 3', place)


@pytest.fixture
def simulate(tmp_path):
    def run(pipeline, **parameters):
        file = tmp_path / "spec.yaml"
        compiler.Compiler().compile(pipeline, str(file))
        return run_spec(file.read_text(), workdir=tmp_path / "run", parameters=parameters)

    return run


def states(run):
    return {name: task.state for name, task in run.tasks.items()}


@pytest.mark.parametrize(("size", "branch"), [(10, "large"), (5, "medium"), (1, "small")])
def test_one_branch_of_several_gives_the_value(simulate, size, branch):
    @dsl.pipeline(name="branches")
    def branches(size: int) -> str:
        seen = double(n=size)
        with dsl.If(seen.output > 15):
            large = say(text="large")
        with dsl.Elif(seen.output > 5):
            medium = say(text="medium")
        with dsl.Else():
            small = say(text="small")
        chosen = dsl.OneOf(large.output, medium.output, small.output)
        return say(text=chosen).output

    run = simulate(branches, size=size)

    assert run.state == "SUCCEEDED"
    assert list(run.outputs.parameters.values()) == [branch]
    inner = [state for name, state in states(run).items() if name.count("/") == 1]
    assert sorted(inner) == ["SKIPPED", "SKIPPED", "SUCCEEDED"]


def test_loops_over_given_and_made_items_are_collected_in_order(simulate):
    @dsl.pipeline(name="loops")
    def loops() -> str:
        numbers = count(most=4)
        with dsl.ParallelFor(items=numbers.output, parallelism=2) as number:
            inner = double(n=number)
        with dsl.ParallelFor(items=[{"a": 1, "b": 10}, {"a": 2, "b": 20}]) as pair:
            double(n=pair.a)
            double(n=pair.b)
        return total(numbers=dsl.Collected(inner.output)).output

    run = simulate(loops)

    assert run.state == "SUCCEEDED"
    assert list(run.outputs.parameters.values()) == ["[2,4,6,8]"]
    made = {n: t.outputs.parameters["twice"] for n, t in run.tasks.items() if "/double" in n}
    pairs = [twice for name, twice in made.items() if name.endswith(("-2", "-3"))]
    assert pairs == [2, 20, 4, 40]


def test_loops_in_loops_and_conditions_in_loops(simulate):
    @dsl.pipeline(name="nested-loops")
    def nested():
        with dsl.ParallelFor(items=[1, 2]) as outer, dsl.ParallelFor(items=["a", "b"]) as inner:
            join(first=outer, second=inner)
            with dsl.If(outer == 2):
                say(text=inner)

    run = simulate(nested)

    assert run.state == "SUCCEEDED"
    said = [t.outputs.parameters for t in run.tasks.values() if "said" in t.outputs.parameters]
    assert sorted(each["said"] for each in said) == ["1a", "1b", "2a", "2b", "a", "b"]


def test_a_text_is_put_together_of_parameters(simulate):
    @dsl.pipeline(name="put-together")
    def together(who: str) -> str:
        return say(text=f"{say(text='hello').output}, {who}!").output

    assert list(simulate(together, who="you").outputs.parameters.values()) == ["hello, you!"]


def test_a_nested_pipeline_takes_and_gives_artifacts(simulate):
    @dsl.pipeline(name="inner")
    def inner(data: dsl.Input[dsl.Dataset]) -> dsl.Dataset:
        return copy(taken=copy(taken=data).output).output

    @dsl.pipeline(name="outer")
    def outer():
        made = inner(data=write(text="ab").output)
        copy(taken=made.output)

    run = simulate(outer)

    assert run.state == "SUCCEEDED"
    (artifact,) = run.tasks["copy"].outputs.artifacts["made"]
    assert Path(artifact["uri"]).read_text() == "ab" * 8


@pytest.mark.parametrize("breaks", [True, False])
def test_an_exit_handler_runs_in_any_case_and_is_told_how_it_ended(simulate, breaks):
    @dsl.container_component
    def tidy(status: dsl.PipelineTaskFinalStatus, said: dsl.OutputPath(str)):
        return shell('printf %s "$0" > "$1"', status, said)

    @dsl.pipeline(name="handled")
    def handled():
        with dsl.ExitHandler(tidy()):
            first = say(text="first")
            if breaks:
                broken = fail()
                say(text=first.output).after(broken)

    run = simulate(handled)

    assert run.state == ("FAILED" if breaks else "SUCCEEDED")
    told = run.tasks["tidy"].outputs.parameters["said"]
    assert f'"state":"{"FAILED" if breaks else "COMPLETE"}"' in told
    if breaks:
        assert run.tasks["exit-handler-1/say-2"].state == "OMITTED"


def test_a_retry_policy_repeats_a_container(simulate, tmp_path):
    @dsl.pipeline(name="retried")
    def retried():
        stumble(place=str(tmp_path / "tries")).set_retry(num_retries=4)

    run = simulate(retried)

    assert (run.state, run.tasks["stumble"].attempts) == ("SUCCEEDED", 3)


def test_a_loop_stops_once_an_iteration_failed(simulate):
    @dsl.pipeline(name="stops")
    def stops():
        with dsl.ParallelFor(items=[1, 2, 3], parallelism=1):
            fail()

    run = simulate(stops)

    assert run.state == "FAILED"
    assert [name for name in run.tasks if name.endswith("/fail")] == ["for-loop-2/0/fail"]


def test_an_imported_artifact(simulate, tmp_path):
    (tmp_path / "there").write_text("x")

    @dsl.pipeline(name="imports")
    def imports(place: str):
        found = dsl.importer(artifact_uri=place, artifact_class=dsl.Dataset)
        copy(taken=found.output)

    run = simulate(imports, place=str(tmp_path / "there"))

    assert run.state == "SUCCEEDED"


@pytest.mark.parametrize(("given", "said"), [({"name": "you"}, "hello you"), ({}, "hello nobody")])
def test_words_that_are_there_only_with_an_input(simulate, given, said):
    @dsl.container_component
    def greet(said: dsl.OutputPath(str), name: MaybeText = None):
        chosen = dsl.IfPresentPlaceholder("name", then=["hello", name], else_=["hello", "nobody"])
        script = 'place="$1"; shift; printf %s "$*" > "$place"'
        return dsl.ContainerSpec("busybox", ["sh", "-c", script, "sh"], [said, chosen])

    @dsl.pipeline(name="greets")
    def greets(name: MaybeText = None) -> str:
        return greet(name=name).outputs["said"]

    assert list(simulate(greets, **given).outputs.parameters.values()) == [said]


def test_artifacts_of_a_loop_are_collected_and_one_of_two_is_chosen(simulate):
    @dsl.container_component
    def glue(parts: dsl.Input[list[dsl.Dataset]], said: dsl.OutputPath(str)):
        code = (
            "import json, sys; given = json.loads(sys.argv[1])['inputs']['artifacts']['parts'];"
            "text = '+'.join(open(each['uri']).read() for each in given['artifacts']);"
            "open(sys.argv[2], 'w').write(text)"
        )
        return dsl.ContainerSpec("python", ["python", "-c", code], ["{{$}}", said])

    @dsl.pipeline(name="collects")
    def collects(pick: str) -> str:
        with dsl.ParallelFor(items=["a", "b"]) as text:
            made = write(text=text)
        with dsl.If(pick == "x"):
            x = write(text="x")
        with dsl.Else():
            y = write(text="y")
        copy(taken=dsl.OneOf(x.output, y.output))
        return glue(parts=dsl.Collected(made.output)).outputs["said"]

    run = simulate(collects, pick="z")

    assert run.state == "SUCCEEDED", run.tasks["glue"].log
    assert list(run.outputs.parameters.values()) == ["a+b"]
    (chosen,) = run.tasks["copy"].outputs.artifacts["made"]
    assert Path(chosen["uri"]).read_text() == "yy"


def test_a_nested_pipeline_in_a_loop_with_a_default(simulate):
    @dsl.pipeline(name="inner")
    def inner(first: int, second: str = "!") -> str:
        return join(first=first, second=second).output

    @dsl.pipeline(name="outer")
    def outer() -> list:
        with dsl.ParallelFor(items=[3, 1, 2]) as number:
            inner_run = inner(first=number)
        return dsl.Collected(inner_run.output)

    assert list(simulate(outer).outputs.parameters.values()) == [["3!", "1!", "2!"]]


def test_a_task_that_ignores_that_another_failed(simulate):
    @dsl.pipeline(name="ignores")
    def ignores():
        broken = fail()
        say(text="cleaned").after(broken).ignore_upstream_failure()

    run = simulate(ignores)

    assert states(run) == {"fail": "FAILED", "say": "SUCCEEDED"}
    assert run.state == "FAILED"


def test_a_lightweight_component_of_the_sdk(simulate):
    @dsl.component(base_image="python:3.11", install_kfp_package=False)
    def split(text: str) -> dict:
        return {"words": text.split(), "length": len(text)}

    @dsl.pipeline(name="light")
    def light(text: str) -> dict:
        return split(text=text).output

    run = simulate(light, text="two words")

    assert run.state == "SUCCEEDED", run.tasks["split"].log
    assert run.outputs.parameters == {"Output": {"words": ["two", "words"], "length": 9}}

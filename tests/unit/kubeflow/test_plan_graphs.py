"""Nested graphs and loops: where tasks stand, and what crosses the borders."""

from __future__ import annotations

import pytest

from flowyml.ir import MapSpec, Retry
from flowyml_kubeflow.plan import plan
from flowyml_kubeflow.spec_check import differences
from flowyml_kubeflow.validate import findings
from tests.unit.kubeflow.irs import component_of, given, node, pipeline, written


def inside(step, *group):
    return step.model_copy(update={"name": ".".join((*group, step.name)), "group": group})


def reads(step, **assets):
    return node(step, reads=list(assets.items()), context=["rate"])


def spec_of(*steps, spread=False):
    ir = pipeline(*steps, parameters=(given("rate", "number", 1.5),))
    _, _, spec, _ = written(ir, "2.14" if spread else "2.5")
    assert findings(spec) == ()
    return spec, ir


NESTED = (
    node("load"),
    inside(reads("clean", x="load"), "prepare"),
    inside(reads("scale", x="prepare.clean"), "prepare", "inner"),
    reads("use", x="prepare.inner.scale"),
)


def renamed(step):
    """Give what a nested step makes the name by which the others read it."""
    outputs = tuple(each.model_copy(update={"name": step.name}) for each in step.outputs)
    return step.model_copy(update={"outputs": outputs})


def test_a_sub_pipeline_is_a_nested_graph():
    spec, ir = spec_of(*map(renamed, NESTED))
    tasks = spec["root"]["dag"]["tasks"]

    assert sorted(tasks) == ["load", "prepare", "use"]
    assert tasks["prepare"]["dependentTasks"] == ["load"]
    assert tasks["use"]["dependentTasks"] == ["prepare"]
    assert tasks["prepare"]["inputs"]["parameters"] == {"rate": {"componentInputParameter": "rate"}}
    inner = spec["components"]["comp-prepare"]["dag"]["tasks"]
    assert len(inner) == 2
    graphs = {job.step.name: job.graph for job in plan(ir).jobs}
    deepest = graphs.pop("prepare.inner.scale")
    assert graphs == {"load": (), "prepare.clean": ("prepare",), "use": ()}
    assert deepest[0] == "prepare"
    assert deepest[1] in inner


def test_the_text_of_nested_graphs_is_read_back_the_same():
    from flowyml.rendering import yaml

    spec, ir = spec_of(*map(renamed, NESTED))
    assert differences(yaml.dump(spec), ir, *written(ir)[:2]) == ()

    del spec["root"]["dag"]["tasks"]["use"]["dependentTasks"]
    (difference,) = differences(yaml.dump(spec), ir, *written(ir)[:2])
    assert difference.startswith("task use: ")


def test_sub_pipelines_that_would_wait_for_each_other_stay_flat():
    between = [
        inside(node("a"), "part"),
        renamed(node("between", reads=[("x", "part.a")])),
        inside(node("b", reads=[("x", "between")]), "part"),
    ]
    spec, _ = spec_of(*map(renamed, between))
    assert len(spec["root"]["dag"]["tasks"]) == 3


def test_a_sub_pipeline_named_as_a_step_has_a_task_of_its_own():
    spec, _ = spec_of(node("part"), inside(node("a"), "part"))
    assert sorted(spec["root"]["dag"]["tasks"]) == ["part", "part--graph"]


def mapped(step, **fields):
    return step.model_copy(update={"map": MapSpec(concurrency=3), **fields})


def test_a_map_is_split_looped_over_and_collected():
    spec, _ = spec_of(node("load"), mapped(reads("score", item="load", more="load")), spread=True)
    tasks = spec["root"]["dag"]["tasks"]

    assert sorted(tasks) == ["load", "score", "score--each", "score--split"]
    loop = tasks["score--each"]
    assert loop["iteratorPolicy"] == {"parallelismLimit": 3}
    assert loop["parameterIterator"] == {
        "itemInput": "flowyml_range",
        "items": {"inputParameter": "flowyml_ranges"},
    }
    assert sorted(loop["inputs"]["artifacts"]) == [
        "load--output",
        "score--split--flowyml_items",
    ]
    (work,) = spec["components"]["comp-score--each"]["dag"]["tasks"].values()
    assert sorted(work["inputs"]["artifacts"]) == ["flowyml_items", "more"]
    collected = component_of(spec, "score")["inputDefinitions"]["artifacts"]
    assert collected["flowyml_results"]["isArtifactList"]
    assert tasks["score"]["dependentTasks"] == ["score--each", "score--split"]


@pytest.mark.parametrize(
    "whole", [{"retry": Retry(attempts=2)}, {"timeout": 5.0}, {"fallback": node("f").function}]
)
def test_what_holds_for_a_map_as_a_whole_keeps_it_in_one_pod(whole):
    spec, _ = spec_of(node("load"), mapped(reads("score", item="load"), **whole), spread=True)
    assert sorted(spec["root"]["dag"]["tasks"]) == ["load", "score"]


def test_a_backend_that_cannot_collect_gets_no_loop():
    spec, _ = spec_of(node("load"), mapped(reads("score", item="load")))
    assert sorted(spec["root"]["dag"]["tasks"]) == ["load", "score"]

"""The examples of the page's section "Advanced Features"."""

from __future__ import annotations

import pytest

from flowyml import CompileError, FlowymlError, MapTaskError, Pipeline, context, step
from flowyml.runtime import run_task


def states(result):
    return {name: each.state for name, each in result.step_results.items()}


@step(outputs=["data"])
def load_data():
    return [3, 1, 2]


@step(inputs=["data"], outputs=["features"])
def preprocess(data):
    return sorted(data)


@step(inputs=["features"], outputs=["model"])
def train_model(features):
    return sum(features)


@step(inputs=["model"], outputs=["score"])
def evaluate(model):
    return model / 6


WORKFLOW = {each.name: each for each in (load_data, preprocess, train_model, evaluate)}


@step(outputs=["model"])
def train_at_once():
    return 6


STEPS = """from flowyml import step

@step(outputs=["model"])
def train_model():
    return 6

@step(inputs=["model"], outputs=["score"])
def evaluate(model):
    return model / 6

"""


def test_15_pipeline_versioning(example, capsys):
    Pipeline("training", version="v0.9.0").add_step(train_at_once).save_version()
    module = example("15_pipeline_versioning", before=STEPS)
    assert isinstance(module.pipeline, Pipeline)
    seal = capsys.readouterr().out.strip()
    assert len(bytes.fromhex(seal)) == 32
    assert "evaluate" in str(module.pipeline.compare_with("v0.9.0"))
    module.pipeline.add_step(step(lambda score: score, name="more"))
    assert module.snapshot.snapshot_hash == seal
    with pytest.raises(FlowymlError, match=r"v0\.9\.0"):
        module.pipeline.compare_with("v0.9")


def test_16_pipeline_from_steps(example):
    pipeline = example("16_pipeline_from_steps", **WORKFLOW).pipeline
    assert (pipeline.name, pipeline.run().outputs["score"]) == ("training", 1)
    assert not any(each.cached for each in pipeline.run().step_results.values())


def test_17_sub_pipeline_composition(example):
    clean_data = step(lambda input: [x for x in input if x], name="clean_data", outputs=["cleaned"])
    normalize = step(
        lambda cleaned: [x / max(cleaned) for x in cleaned], name="normalize", outputs=["output"]
    )
    train = step(lambda clean_data: sum(clean_data), name="train_model", outputs=["model"])
    given = {"clean_data": clean_data, "normalize": normalize, "train_model": train}
    parent = example("17_sub_pipeline_composition", **given).parent
    result = parent.run(inputs={"raw_data": [1, None, 4]})
    assert result.outputs["model"] == 1.25
    assert result.outputs["clean_data"] == [0.25, 1.0]
    assert list(result.step_results) == [
        "preprocessing.clean_data",
        "preprocessing.normalize",
        "train_model",
    ]
    parent.add_step(step(lambda: [2, 2], name="load", outputs=["raw_data"]))
    assert parent.run().outputs["model"] == 2.0


def test_18_selective_re_execution(example):
    ran = []

    def noting(wrapped):
        def function(*args):
            ran.append(wrapped.name)
            if wrapped.name == "train_model" and ran.count("train_model") == 1:
                raise RuntimeError("the first attempt fails")
            return wrapped(*args)

        return step(
            function, name=wrapped.name, inputs=wrapped.inputs or (), outputs=wrapped.outputs
        )

    pipeline = Pipeline("resumed").add_steps([noting(each) for each in WORKFLOW.values()])
    first = pipeline.run()
    assert states(first)["train_model"] == "FAILED"
    assert ran == ["load_data", "preprocess", "train_model"]
    module = example(
        "18_selective_re_execution",
        filled_in={"previous-run-id": first.run_id},
        pipeline=pipeline,
    )
    again = ["train_model", "evaluate"]
    assert ran[3:] == [*again, *again]
    assert module.result.outputs["score"] == 1


def test_18_an_unknown_run_is_an_error(example):
    with pytest.raises(FlowymlError, match="previous-run-id"):
        example("18_selective_re_execution", pipeline=Pipeline("p").add_step(load_data))


def test_19_build_time_type_validation(example):
    with pytest.raises(CompileError) as raised:
        example("19_build_time_type_validation", clf=object(), pipeline=Pipeline("typed"))
    assert "Pipeline type validation failed" in str(raised.value)
    (found,) = raised.value.diagnostics
    assert found.severity == "error"
    assert "Model" in found.message
    assert "Dataset" in found.message


@pytest.mark.parametrize(
    ("quality", "state", "model"),
    [(0.95, "SUCCEEDED", "trained_model"), (0.9, "SKIPPED", None)],
)
def test_20_conditional_execution(example, quality, state, model):
    filled_in = {"0.95": str(quality)}
    module = example("20_conditional_execution", filled_in=filled_in)
    result = Pipeline("conditional").add_steps([module.load, module.train]).run()
    assert states(result) == {"load": "SUCCEEDED", "train": state}
    assert result.success
    assert result["train"] == model


def test_21_parallel_execution(example):
    given = {"expensive_function": lambda item: item * item}
    process_batch = example("21_parallel_execution", **given).process_batch
    pipeline = Pipeline("parallel", context=context(items=[3, 1, 2])).add_step(process_batch)
    assert pipeline.run()["process_batch"] == [9, 1, 4]
    assert process_batch([]) == []


def test_22_map_tasks(example, capsys, monkeypatch):
    monkeypatch.setattr("time.sleep", lambda seconds: None)  # between the attempts of an item
    tried = []

    def transform(doc):
        tried.append(doc["n"])
        if doc["n"] in failing or (doc["n"] == 7 and tried.count(7) < 3):
            raise ValueError(doc)
        return {"n": doc["n"] + 1}

    failing = {3}
    documents = [{"n": n} for n in range(20)]
    module = example("22_map_tasks", transform=transform, documents=documents)
    assert capsys.readouterr().out == "Processed 19/20\n"
    expected = [None if n == 3 else {"n": n + 1} for n in range(20)]
    assert module.result.results == expected
    assert (tried.count(3), tried.count(7), tried.count(8)) == (3, 3, 1)
    load = step(lambda: documents, name="load", outputs=["doc"])
    result = Pipeline("mapped").add_steps([load, module.process_document]).run()
    assert result["process_document"].results == expected
    failing.add(4)
    with pytest.raises(MapTaskError, match="2 of 20 items failed"):
        module.process_document(documents)


def test_23_dynamic_workflows(example):
    search = example("23_dynamic_workflows", train_model=lambda rate: f"model at {rate}")
    pipeline = Pipeline("search", context=context(config={"learning_rates": [0.1, 0.01]}))
    result = pipeline.add_step(search.hyperparameter_search).run()
    assert result.outputs["best_model"] == {
        "model_lr_0.1": "model at 0.1",
        "model_lr_0.01": "model at 0.01",
    }


@pytest.mark.parametrize(("failures", "found"), [(2, "data"), (3, "fallback")])
def test_24_error_handling(example, monkeypatch, failures, found):
    waits, calls = [], []
    monkeypatch.setitem(run_task.__kwdefaults__, "sleep", waits.append)

    def fetch_external_data():
        calls.append(1)
        if len(calls) <= failures:
            raise ConnectionError("no answer")
        return "data"

    given = {"fetch_external_data": fetch_external_data, "fallback_function": lambda: "fallback"}
    flaky_step = example("24_error_handling", **given).flaky_step
    result = Pipeline("flaky").add_step(flaky_step).run()
    tried = result.step_results["flaky_step"]
    assert (tried.output, tried.attempts, tried.recovered) == (found, 3, found == "fallback")
    assert waits == [1.0, 2.0]
    assert result.success

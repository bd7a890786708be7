"""The examples of the page from "Creating Your First Pipeline" to "Working with Stacks"."""

from __future__ import annotations

import inspect
import re
import threading
from pathlib import Path

import pandas as pd
import pytest

from flowyml import Dataset, LocalStack, Pipeline, context, step


def fails():
    raise ValueError("broken")


def named(name, *reads):
    """Make a step that reads the outputs of others."""

    def function(*values):
        return name

    return step(function, name=name, inputs=list(reads), outputs=[f"{name}_out"])


WORKFLOW = {
    "load_data": named("load_data"),
    "preprocess": named("preprocess", "load_data_out"),
    "train_model": named("train_model", "preprocess_out"),
    "evaluate": named("evaluate", "train_model_out"),
}
"""The steps of which the page shows the graph."""


@pytest.fixture
def made():
    """Give a list, and a `Pipeline` that notes there what it makes."""
    pipelines = []

    def make(*args, **options):
        pipelines.append(Pipeline(*args, **options))
        return pipelines[-1]

    return pipelines, make


def test_05_creating_your_first_pipeline(example, capsys):
    module = example("05_creating_your_first_pipeline")
    result = module.result
    assert result.outputs["processed_data"].equals(pd.DataFrame({"val": [2, 4, 6, 8, 10]}))
    assert (type(result.outputs["raw_data"]), result.outputs["raw_data"].name) == (
        Dataset,
        "raw_numbers",
    )
    assert capsys.readouterr().out == f"✅ Pipeline run complete: {result.run_id}\n"
    module.pipeline.build()
    assert module.pipeline.dag.visualize().splitlines() == [
        "Step Execution Order:",
        "1. extract",
        "2. transform (depends on: extract)",
    ]


def test_06_pipeline_configuration(example):
    stack = LocalStack(artifact_path="mine", metadata_path="mine.db")
    pipeline = example("06_pipeline_configuration", my_stack=stack).pipeline

    @step(outputs=["rows"])
    def load():
        return [1, 2, 3]

    @step(outputs=["model"])
    def train(rows, learning_rate: float, batch_size: int):
        return rows, learning_rate, batch_size

    pipeline.add_steps([load, train])
    first, second = pipeline.run(), pipeline.run()
    assert [run.step_results["train"].cached for run in (first, second)] == [False, True]
    assert first.outputs["model"] == second.outputs["model"] == ([1, 2, 3], 0.001, 32)
    assert Path("my_cache").is_dir()
    assert Path("mine.db").is_file()
    assert "/mine/" in first.step_results["train"].artifact_uri
    assert not Path(".flowyml").exists()
    assert isinstance(pipeline, Pipeline)
    assert [str(version) for version in pipeline.list_versions()] == ["v1.0.0"]
    with stack.records() as records:
        assert records.get(first.run_id).project == "ml_project"


def test_06_the_defaults_of_the_page(example):
    defaults = {p.name: p.default for p in inspect.signature(Pipeline).parameters.values()}
    printed = {
        "name": inspect.Parameter.empty,
        "executor": None,
        "enable_cache": True,
        "cache_dir": ".flowyml/cache",
        "stack": None,
        "project_name": None,
        "version": None,
        "enable_checkpointing": True,
        "enable_experiment_tracking": True,
        "auto_discover": False,
    }
    assert {name: defaults[name] for name in printed} == printed
    assert len(Pipeline("p").context) == 0


def test_07_execution_graph(example):
    module = example("07_execution_graph")
    pipeline = Pipeline("graph").add_step(module.step_b).add_step(module.step_a)
    assert [each.name for each in pipeline.build().steps] == ["step_a", "step_b"]
    assert pipeline.run().outputs == {"data": [1, 2, 3], "result": 6}


def test_08_basic_execution(example, capsys):
    pipeline = Pipeline("basic").add_step(step(lambda: 42, name="answer"))
    example("08_basic_execution", pipeline=pipeline)
    assert capsys.readouterr().out.splitlines() == [
        "✅ Pipeline completed successfully!",
        "Outputs: {'answer': 42}",
    ]
    example("08_basic_execution", pipeline=Pipeline("broken").add_step(step(fails)))
    assert capsys.readouterr().out == "❌ Pipeline failed\n"


def test_09_with_runtime_overrides(example):
    rates, threads = [], []

    @step
    def train(learning_rate: float):
        rates.append(learning_rate)
        threads.append(threading.current_thread())

    pipeline = Pipeline("overrides", context=context(learning_rate=0.001)).add_step(train)
    production = LocalStack(artifact_path="production", metadata_path="production.db")
    assert example("09_with_runtime_overrides", pipeline=pipeline, my_production_stack=production)
    assert rates == [0.05, 0.001, 0.001]  # nothing leaks from one run into the next
    assert Path("production.db").is_file()
    assert [thread is threading.current_thread() for thread in threads] == [False, False, True]


def test_09_debug_mode_raises_where_a_step_fails(example):
    pipeline = Pipeline("broken", context=context(learning_rate=1.0))
    pipeline.add_steps([step(fails), step(lambda learning_rate: 1, name="reads")])
    stack = LocalStack(artifact_path="production", metadata_path="production.db")
    with pytest.raises(ValueError, match="broken") as raised:
        example("09_with_runtime_overrides", pipeline=pipeline, my_production_stack=stack)
    assert raised.traceback[-1].name == "fails"


def test_10_the_pipelineresult_object(example):
    pipeline = Pipeline("object").add_step(step(lambda: {"a": 1}, name="step_name"))
    result = example("10_the_pipelineresult_object", pipeline=pipeline).result
    other = pipeline.run()
    assert result.run_id != other.run_id
    assert (result.pipeline_name, result.success) == ("object", True)
    assert result.outputs == {"step_name": {"a": 1}}
    assert list(result.step_results) == ["step_name"]
    assert result.duration_seconds >= result.step_results["step_name"].duration_seconds > 0
    assert f"Pipeline 'object' SUCCEEDED in {result.duration_seconds:.2f} s" in result.summary()
    assert result.to_dict()["steps"]["step_name"]["state"] == "SUCCEEDED"
    assert result["step_name"] == {"a": 1}


def test_11_inspecting_results(example, capsys):
    pipeline = Pipeline("inspected").add_step(step(lambda: [1], name="make"))
    result = example("11_inspecting_results", pipeline=pipeline).result
    printed = capsys.readouterr().out
    assert printed.startswith(result.summary())
    lines = printed.removeprefix(result.summary()).strip().splitlines()
    assert lines[0] == "Step: make"
    assert re.fullmatch(r"  Duration: \d+\.\d\ds", lines[1])
    assert lines[2] == "  Cached: False"
    uri = lines[3].removeprefix("  Artifact: ")
    assert uri == result.step_results["make"].artifact_uri
    assert Path(uri.removeprefix("file://")).exists()


def test_12_adding_steps(example, made):
    pipelines, make = made
    numbered = {f"step{n}": named(f"step{n}") for n in (1, 2, 3)}
    module = example("12_adding_steps", **WORKFLOW, **numbered, Pipeline=make)
    assert [[each.name for each in pipeline.steps] for pipeline in pipelines] == [
        ["load_data", "preprocess", "train_model", "evaluate"],
        ["step1", "step2", "step3"],
    ]
    assert module.pipeline is pipelines[1]
    assert all(pipeline.run().success for pipeline in pipelines)


def test_13_dag_visualization(example, capsys):
    """The page prints the steps of the example before it, and their graph."""
    example("13_dag_visualization", pipeline=Pipeline("p").add_steps(WORKFLOW.values()))
    assert capsys.readouterr().out.splitlines() == [
        "Step Execution Order:",
        "1. load_data",
        "2. preprocess (depends on: load_data)",
        "3. train_model (depends on: preprocess)",
        "4. evaluate (depends on: train_model)",
    ]


def test_14_working_with_stacks(example):
    """The page leaves out the steps."""

    def with_a_step(name, **options):
        return Pipeline(name, **options).add_step(step(lambda: 1, name="one"))

    module = example("14_working_with_stacks", Pipeline=with_a_step)
    assert module.result.success
    assert Path(".flowyml/metadata.db").is_file()
    assert "/.flowyml/artifacts/" in module.result.step_results["one"].artifact_uri
    other = LocalStack(artifact_path="other", metadata_path="other.db")
    assert "/other/" in module.pipeline.run(stack=other).step_results["one"].artifact_uri
    assert "/.flowyml/artifacts/" in module.pipeline.run().step_results["one"].artifact_uri

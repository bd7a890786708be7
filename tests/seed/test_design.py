"""The examples of the page's sections "Pipeline Design Principles" and "Patterns"."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from flowyml import CompileError, LocalStack, Model, Pipeline, step
from tests.seed.conftest import EXAMPLES


def states(result):
    return {name: each.state for name, each in result.step_results.items()}


def test_01_pure_functions(example):
    raw = pd.DataFrame({"a": [1.0, None, 3.0]})
    clean_data = example("01_pure_functions", only="good").clean_data
    assert clean_data(raw)["a"].tolist() == [1.0, 3.0]
    assert len(raw) == 3
    result = Pipeline("clean").add_step(clean_data).run(inputs={"raw_data": raw})
    assert result.outputs["processed"].index.tolist() == [0, 1]
    assert len(raw) == 3


def test_01_a_side_effect_is_no_output(example):
    bad = example("01_pure_functions", only="bad", df=pd.DataFrame({"a": [1.0, None]}))
    result = Pipeline("clean").add_step(bad.clean_data).run()
    assert len(bad.df) == 1
    assert result.outputs == {"clean_data": None}


def test_02_single_responsibility(example):
    good = example("02_single_responsibility", only="good")
    load = step(lambda: [1, 2, 3, 4], name="load", outputs=["data"])
    pipeline = Pipeline("focused").add_steps([good.train_model, good.split_data, load])
    assert pipeline.dag.visualize().splitlines()[1:] == [
        "1. load",
        "2. split_data (depends on: load)",
        "3. train_model (depends on: split_data)",
    ]
    result = pipeline.run()
    assert result.success
    assert result.outputs == {"data": [1, 2, 3, 4], "split_data": None, "model": None}


def test_02_doing_too_much_leaves_one_asset(example):
    given = {"split_data": lambda data: data[:2], "train": sum}
    bad = example("02_single_responsibility", only="bad", **given)
    result = Pipeline("too_much").add_step(bad.split_and_train).run(inputs={"data": [1, 2, 3]})
    assert result.outputs == {"model": 3}


def test_03_context_injection(example):
    module = example("03_context_injection", only="good")
    seen = []
    peek = step(lambda learning_rate, epochs: seen.append((learning_rate, epochs)), name="peek")
    pipeline = module.pipeline.add_steps([module.train, peek])
    inputs = {"data": [1]}
    assert pipeline.run(inputs=inputs).outputs["model"] is None
    assert pipeline.run(inputs=inputs, context={"epochs": "20"}).success
    assert seen == [(0.001, 10), (0.001, 20)]
    with pytest.raises(CompileError, match="the override 'epochs'"):
        pipeline.run(inputs=inputs, context={"epochs": "many"})


def test_03_what_is_hardcoded_cannot_be_overridden(example):
    bad = example("03_context_injection", only="bad")
    pipeline = Pipeline("hardcoded").add_step(bad.train)
    with pytest.raises(CompileError, match="neither read by a step nor held by the context"):
        pipeline.run(inputs={"data": [1]}, context={"epochs": 20})


def test_04_type_based_routing(example):
    """The page leaves out the parameters; what is stored says that it is a Model, and its name."""
    obj = {"weights": [0.5]}
    train = example("04_type_based_routing", filled_in={"(...)": "()"}, obj=obj).train

    @step
    def data(train):
        return train

    @step
    def asset(train: Model):
        return train.name

    stack = LocalStack(artifact_path="artifacts", metadata_path="metadata.db")
    result = Pipeline("routed").add_steps([train, data, asset]).run(stack=stack)
    assert (result["train"].data, result["train"].name) == (obj, "my_model")
    assert (result["data"], result["asset"]) == (obj, "my_model")
    assert "/artifacts/" in result.step_results["train"].artifact_uri


def test_25_environment_agnostic_design(example):
    read, prod_stack = [], LocalStack(artifact_path="prod", metadata_path="prod.db")

    @step(outputs=["rows"])
    def load(data_path: str, batch_size: int):
        read.append((data_path, batch_size))
        return batch_size

    def same_code(name, **options):
        return Pipeline(name, **options).add_step(load)

    example("25_environment_agnostic_design", prod_stack=prod_stack, Pipeline=same_code)
    assert read == [("./local_data.csv", 32), ("gs://bucket/data.csv", 512)]
    assert Path("prod.db").exists()
    assert Path(".flowyml/metadata.db").exists()


@pytest.mark.parametrize(("environment", "rows"), [("production", "gcs"), ("", "local")])
def test_26_environment_specific_branches(example, monkeypatch, environment, rows):
    monkeypatch.setenv("ENV", environment)
    given = {"load_from_gcs": lambda: "gcs", "load_from_local": lambda: "local"}
    load_data = example("26_environment_specific_branches", os=os, **given).load_data
    pipeline = Pipeline("branches").add_step(load_data)
    assert pipeline.build().parameters == ()  # nothing tells that it depends on anything
    assert pipeline.run().outputs == {"data": rows}


def test_27_composition_over_inheritance(example):
    validate = step(lambda data: len(data), name="validate", inputs=["data"], outputs=["rows"])
    module = example("27_composition_over_inheritance", pd=pd, validate=validate)
    Path("data.csv").write_text("a,b\n1,2\n3,\n")
    etl = module.etl_pipeline.run(context={"path": "data.csv"})
    validation = module.validation_pipeline.run(context={"path": "data.csv"})
    assert etl.outputs["clean"].to_dict("list") == {"a": [1], "b": [2.0]}
    assert validation.outputs["rows"] == 2
    assert etl.outputs["data"].equals(validation.outputs["data"])
    with pytest.raises(CompileError, match="needs 'path', which no step produces"):
        module.etl_pipeline.run()


def test_28_monolithic_pipelines(example):
    deployed = []
    given = {"load": lambda: [1, 2], "process": sum, "train": str, "evaluate": len}
    module = example("28_monolithic_pipelines", deploy=deployed.append, **given)
    result = Pipeline("monolith").add_step(module.do_everything).run()
    assert result.outputs == {"everything": 1}  # and nothing of what led to it
    assert deployed == ["3"]


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (pd.DataFrame({"target": [0, 1] * 50}), None),
        (pd.DataFrame({"target": [0, 1]}), "Insufficient data"),
        (pd.DataFrame({"target": [0, None] * 50}), "Missing target values"),
    ],
)
def test_29_fail_fast_with_validation_steps(example, data, error):
    trained = []
    given = {"fetch_data": lambda: data, "train": lambda data: trained.append(1) or "model"}
    module = example("29_fail_fast_with_validation_steps", **given)
    steps = [module.load_data, module.validate_data, module.train_model]
    result = Pipeline("validated").add_steps(steps).run()
    assert len(trained) == (error is None)
    assert states(result) == {
        "load_data": "SUCCEEDED",
        "validate_data": "FAILED" if error else "SUCCEEDED",
        "train_model": "UPSTREAM_FAILED" if error else "SUCCEEDED",
    }
    assert not error or error in result.step_results["validate_data"].error


def test_30_ml_training_pipeline(example, capsys):
    """The page leaves out `import pandas as pd`; the data are the wine recognition set."""
    Path("data").mkdir()
    shutil.copy(Path(__file__).parents[2] / "examples/data/train.csv", "data/train.csv")
    module = example("30_ml_training_pipeline", pd=pd)
    accuracy = module.result.outputs["accuracy"]
    assert accuracy > 0.8
    assert capsys.readouterr().out == f"Model accuracy: {accuracy:.2%}\n"
    assert [len(module.result.outputs[name]) for name in ("X_train", "y_test")] == [142, 36]
    assert module.pipeline.project_name == "ml_platform"


def test_every_example_of_the_page_has_a_test():
    tests = {name for file in Path(__file__).parent.glob("test_*.py") for name in _tests(file)}
    assert sorted(f"test_{path.stem}" for path in EXAMPLES.glob("*.py")) == sorted(
        name for name in tests if (EXAMPLES / f"{name.removeprefix('test_')}.py").exists()
    )
    assert len(list(EXAMPLES.glob("*.py"))) == 30


def _tests(file):
    return re.findall(r"^def (test_\d\d_\w+)\(", file.read_text(encoding="utf-8"), re.MULTILINE)

"""The page's "Sub-Pipeline Composition"."""

from __future__ import annotations

from flowyml import Pipeline, step


@step(outputs=["raw_data"])
def load():
    return [1, None, 4]


@step(outputs=["cleaned"])
def clean_data(input):
    return [value for value in input if value is not None]


@step(outputs=["output"])
def normalize(cleaned):
    return [value / max(cleaned) for value in cleaned]


@step(outputs=["model"])
def train_model(clean_data):
    return sum(clean_data)


preprocess = Pipeline("preprocessing")
preprocess.add_step(clean_data).add_step(normalize)

pipeline = Pipeline("seed_sub_pipeline").add_step(load)
pipeline.add_sub_pipeline(
    preprocess,
    inputs=["raw_data"],
    outputs=["clean_data"],
    input_mapping={"raw_data": "input"},
    output_mapping={"output": "clean_data"},
)
pipeline.add_step(train_model)

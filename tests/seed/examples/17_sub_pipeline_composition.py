# Create reusable sub-pipeline
preprocess = Pipeline("preprocessing")
preprocess.add_step(clean_data).add_step(normalize)

# Use as a step in parent pipeline
parent = Pipeline("training")
parent.add_sub_pipeline(
    preprocess,
    inputs=["raw_data"],
    outputs=["clean_data"],
    input_mapping={"raw_data": "input"},  # Maps parent→child names
    output_mapping={"output": "clean_data"},  # Maps child→parent names
)
parent.add_step(train_model)

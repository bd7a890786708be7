result = pipeline.run()

# Properties
result.run_id  # Unique run identifier
result.pipeline_name  # Pipeline name
result.success  # Boolean: overall success
result.outputs  # Dict: all step outputs
result.step_results  # Dict: detailed results per step
result.duration_seconds  # Total execution time

# Methods
result.summary()  # Human-readable summary
result.to_dict()  # Convert to dictionary
result["step_name"]  # Access specific output

# Resume from last checkpoint
result = pipeline.rerun(run_id="previous-run-id")

# Resume from a specific step (skip steps before it)
result = pipeline.rerun(run_id="previous-run-id", from_step="train_model")

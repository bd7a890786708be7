"""The page's "Dynamic Workflows"."""

from __future__ import annotations

from flowyml import Pipeline, context, dynamic, step


def train_model(learning_rate):
    return f"trained at {learning_rate}"


@dynamic(outputs=["best_model"])
def hyperparameter_search(config: dict):
    sub = Pipeline("hp_search")
    for lr in config["learning_rates"]:

        @step(outputs=[f"model_lr_{lr}"])
        def train(learning_rate=lr):
            return train_model(learning_rate)

        sub.add_step(train)
    return sub


pipeline = Pipeline("seed_dynamic", context=context(config={"learning_rates": [0.1, 0.01]}))
pipeline.add_step(hyperparameter_search)

"""Steps, outputs and parameters called like words that Airflow, Kubeflow or Python use."""

from __future__ import annotations

from flowyml import Pipeline, context, step

WORDS = (
    "params", "ti", "task_instance", "dag", "dag_run", "context", "task", "step", "steps", "spec",
    "return_value", "name", "type", "class", "import", "None", "inputs", "outputs", "artifacts",
    "root", "Param", "DAG", "timedelta", "logical_date", "item", "system", "comp-step", "__doc__",
)  # fmt: skip


def give() -> str:
    return "given"


@step(outputs=["self"])
def arguments(run_id: str, ds: str, conf: str, kwargs: str, function: str, store: str) -> list[str]:
    """Parameters of the context whose names mean something to a worker."""
    return [run_id, ds, conf, kwargs, function, store]


@step(outputs=["read"])
def read(params, ti, dag, context, task, step, return_value, name, type, inputs) -> int:
    """Parameters that read assets of such names."""
    return len({params, ti, dag, context, task, step, return_value, name, type, inputs})


ctx = context(
    run_id="a", ds="b", conf="c", kwargs="d", function="e", store="f", macros="unread", x__y=1
)
pipeline = Pipeline("dag", context=ctx)
for word in WORDS:
    pipeline.add_step(step(give, name=word, outputs=[word]))
pipeline.add_step(arguments).add_step(read)

# Compiled by flowyml 0.1 from wide.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile wide.py:pipeline --target airflow==3.3
"""Twenty steps: one gives eighteen values, one function squares each, one collects them."""

from airflow.sdk import DAG, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="wide",
    description="Twenty steps: one gives eighteen values, one function squares each, one collects them.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    tags=["flowyml"],
):
    # wide.py: spread
    spread = step.override(task_id="spread", retries=0)(
        {
            "step": "wide:spread",
            "digest": "f069bf5e892540ec",
            "outputs": [
                "value_0",
                "value_1",
                "value_2",
                "value_3",
                "value_4",
                "value_5",
                "value_6",
                "value_7",
                "value_8",
                "value_9",
                "value_10",
                "value_11",
                "value_12",
                "value_13",
                "value_14",
                "value_15",
                "value_16",
                "value_17",
            ],
        }
    )
    # wide.py: square
    square_0 = step.override(task_id="square_0", retries=0)(
        {
            "step": "wide:square",
            "digest": "d3e803d427c41465",
            "outputs": ["square_0"],
            "name": "square_0",
        },
        {"value": spread["value_0"]},
    )
    # wide.py: square
    square_1 = step.override(task_id="square_1", retries=0)(
        {
            "step": "wide:square",
            "digest": "d3e803d427c41465",
            "outputs": ["square_1"],
            "name": "square_1",
        },
        {"value": spread["value_1"]},
    )
    # wide.py: square
    square_2 = step.override(task_id="square_2", retries=0)(
        {
            "step": "wide:square",
            "digest": "d3e803d427c41465",
            "outputs": ["square_2"],
            "name": "square_2",
        },
        {"value": spread["value_2"]},
    )
    # wide.py: square
    square_3 = step.override(task_id="square_3", retries=0)(
        {
            "step": "wide:square",
            "digest": "d3e803d427c41465",
            "outputs": ["square_3"],
            "name": "square_3",
        },
        {"value": spread["value_3"]},
    )
    # wide.py: square
    square_4 = step.override(task_id="square_4", retries=0)(
        {
            "step": "wide:square",
            "digest": "d3e803d427c41465",
            "outputs": ["square_4"],
            "name": "square_4",
        },
        {"value": spread["value_4"]},
    )
    # wide.py: square
    square_5 = step.override(task_id="square_5", retries=0)(
        {
            "step": "wide:square",
            "digest": "d3e803d427c41465",
            "outputs": ["square_5"],
            "name": "square_5",
        },
        {"value": spread["value_5"]},
    )
    # wide.py: square
    square_6 = step.override(task_id="square_6", retries=0)(
        {
            "step": "wide:square",
            "digest": "d3e803d427c41465",
            "outputs": ["square_6"],
            "name": "square_6",
        },
        {"value": spread["value_6"]},
    )
    # wide.py: square
    square_7 = step.override(task_id="square_7", retries=0)(
        {
            "step": "wide:square",
            "digest": "d3e803d427c41465",
            "outputs": ["square_7"],
            "name": "square_7",
        },
        {"value": spread["value_7"]},
    )
    # wide.py: square
    square_8 = step.override(task_id="square_8", retries=0)(
        {
            "step": "wide:square",
            "digest": "d3e803d427c41465",
            "outputs": ["square_8"],
            "name": "square_8",
        },
        {"value": spread["value_8"]},
    )
    # wide.py: square
    square_9 = step.override(task_id="square_9", retries=0)(
        {
            "step": "wide:square",
            "digest": "d3e803d427c41465",
            "outputs": ["square_9"],
            "name": "square_9",
        },
        {"value": spread["value_9"]},
    )
    # wide.py: square
    square_10 = step.override(task_id="square_10", retries=0)(
        {
            "step": "wide:square",
            "digest": "d3e803d427c41465",
            "outputs": ["square_10"],
            "name": "square_10",
        },
        {"value": spread["value_10"]},
    )
    # wide.py: square
    square_11 = step.override(task_id="square_11", retries=0)(
        {
            "step": "wide:square",
            "digest": "d3e803d427c41465",
            "outputs": ["square_11"],
            "name": "square_11",
        },
        {"value": spread["value_11"]},
    )
    # wide.py: square
    square_12 = step.override(task_id="square_12", retries=0)(
        {
            "step": "wide:square",
            "digest": "d3e803d427c41465",
            "outputs": ["square_12"],
            "name": "square_12",
        },
        {"value": spread["value_12"]},
    )
    # wide.py: square
    square_13 = step.override(task_id="square_13", retries=0)(
        {
            "step": "wide:square",
            "digest": "d3e803d427c41465",
            "outputs": ["square_13"],
            "name": "square_13",
        },
        {"value": spread["value_13"]},
    )
    # wide.py: square
    square_14 = step.override(task_id="square_14", retries=0)(
        {
            "step": "wide:square",
            "digest": "d3e803d427c41465",
            "outputs": ["square_14"],
            "name": "square_14",
        },
        {"value": spread["value_14"]},
    )
    # wide.py: square
    square_15 = step.override(task_id="square_15", retries=0)(
        {
            "step": "wide:square",
            "digest": "d3e803d427c41465",
            "outputs": ["square_15"],
            "name": "square_15",
        },
        {"value": spread["value_15"]},
    )
    # wide.py: square
    square_16 = step.override(task_id="square_16", retries=0)(
        {
            "step": "wide:square",
            "digest": "d3e803d427c41465",
            "outputs": ["square_16"],
            "name": "square_16",
        },
        {"value": spread["value_16"]},
    )
    # wide.py: square
    square_17 = step.override(task_id="square_17", retries=0)(
        {
            "step": "wide:square",
            "digest": "d3e803d427c41465",
            "outputs": ["square_17"],
            "name": "square_17",
        },
        {"value": spread["value_17"]},
    )
    # wide.py: collect
    collect = step.override(task_id="collect", retries=0)(
        {
            "step": "wide:collect",
            "digest": "a4c99f44acff1775",
            "outputs": ["squares"],
            "positional": [
                "square_0",
                "square_1",
                "square_2",
                "square_3",
                "square_4",
                "square_5",
                "square_6",
                "square_7",
                "square_8",
                "square_9",
                "square_10",
                "square_11",
                "square_12",
                "square_13",
                "square_14",
                "square_15",
                "square_16",
                "square_17",
            ],
        },
        {
            "square_0": square_0["square_0"],
            "square_1": square_1["square_1"],
            "square_2": square_2["square_2"],
            "square_3": square_3["square_3"],
            "square_4": square_4["square_4"],
            "square_5": square_5["square_5"],
            "square_6": square_6["square_6"],
            "square_7": square_7["square_7"],
            "square_8": square_8["square_8"],
            "square_9": square_9["square_9"],
            "square_10": square_10["square_10"],
            "square_11": square_11["square_11"],
            "square_12": square_12["square_12"],
            "square_13": square_13["square_13"],
            "square_14": square_14["square_14"],
            "square_15": square_15["square_15"],
            "square_16": square_16["square_16"],
            "square_17": square_17["square_17"],
        },
    )

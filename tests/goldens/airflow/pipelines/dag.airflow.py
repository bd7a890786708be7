# Compiled by flowyml 0.1 from reserved.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile reserved.py:pipeline --target airflow==3.3
"""Steps, outputs and parameters called like words that Airflow, Kubeflow or Python use."""

from airflow.sdk import DAG, Param, get_current_context, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="dag",
    description="Steps, outputs and parameters called like words that Airflow, Kubeflow or Python use.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    params={
        "conf": Param("c", type="string"),
        "ds": Param("b", type="string"),
        "function": Param("e", type="string"),
        "kwargs": Param("d", type="string"),
        "macros": Param("unread", type="string"),
        "run_id": Param("a", type="string"),
        "store": Param("f", type="string"),
        "x__y": Param(1, type="integer"),
    },
    tags=["flowyml"],
):
    # reserved.py: give
    params = step.override(task_id="params", retries=0)(
        {
            "step": "reserved:give",
            "digest": "704f96919ce60a02",
            "outputs": ["params"],
            "name": "params",
        }
    )
    # reserved.py: give
    ti = step.override(task_id="ti", retries=0)(
        {"step": "reserved:give", "digest": "704f96919ce60a02", "outputs": ["ti"], "name": "ti"}
    )
    # reserved.py: give
    task_instance = step.override(task_id="task_instance", retries=0)(
        {
            "step": "reserved:give",
            "digest": "704f96919ce60a02",
            "outputs": ["task_instance"],
            "name": "task_instance",
        }
    )
    # reserved.py: give
    dag = step.override(task_id="dag", retries=0)(
        {"step": "reserved:give", "digest": "704f96919ce60a02", "outputs": ["dag"], "name": "dag"}
    )
    # reserved.py: give
    dag_run = step.override(task_id="dag_run", retries=0)(
        {
            "step": "reserved:give",
            "digest": "704f96919ce60a02",
            "outputs": ["dag_run"],
            "name": "dag_run",
        }
    )
    # reserved.py: give
    context = step.override(task_id="context", retries=0)(
        {
            "step": "reserved:give",
            "digest": "704f96919ce60a02",
            "outputs": ["context"],
            "name": "context",
        }
    )
    # reserved.py: give
    task__0ebb429f = step.override(task_id="task", retries=0)(
        {"step": "reserved:give", "digest": "704f96919ce60a02", "outputs": ["task"], "name": "task"}
    )
    # reserved.py: give
    step__3e64cc41 = step.override(task_id="step", retries=0)(
        {"step": "reserved:give", "digest": "704f96919ce60a02", "outputs": ["step"], "name": "step"}
    )
    # reserved.py: give
    steps = step.override(task_id="steps", retries=0)(
        {
            "step": "reserved:give",
            "digest": "704f96919ce60a02",
            "outputs": ["steps"],
            "name": "steps",
        }
    )
    # reserved.py: give
    spec = step.override(task_id="spec", retries=0)(
        {"step": "reserved:give", "digest": "704f96919ce60a02", "outputs": ["spec"], "name": "spec"}
    )
    # reserved.py: give
    return_value = step.override(task_id="return_value", retries=0)(
        {
            "step": "reserved:give",
            "digest": "704f96919ce60a02",
            "outputs": ["return_value"],
            "name": "return_value",
            "keys": {"return_value": "return_value__bc638e54"},
        }
    )
    # reserved.py: give
    name = step.override(task_id="name", retries=0)(
        {"step": "reserved:give", "digest": "704f96919ce60a02", "outputs": ["name"], "name": "name"}
    )
    # reserved.py: give
    type__1303c06b = step.override(task_id="type", retries=0)(
        {"step": "reserved:give", "digest": "704f96919ce60a02", "outputs": ["type"], "name": "type"}
    )
    # reserved.py: give
    class__0889113e = step.override(task_id="class", retries=0)(
        {
            "step": "reserved:give",
            "digest": "704f96919ce60a02",
            "outputs": ["class"],
            "name": "class",
        }
    )
    # reserved.py: give
    import__d942f648 = step.override(task_id="import", retries=0)(
        {
            "step": "reserved:give",
            "digest": "704f96919ce60a02",
            "outputs": ["import"],
            "name": "import",
        }
    )
    # reserved.py: give
    None__dc937b59 = step.override(task_id="None", retries=0)(
        {"step": "reserved:give", "digest": "704f96919ce60a02", "outputs": ["None"], "name": "None"}
    )
    # reserved.py: give
    inputs = step.override(task_id="inputs", retries=0)(
        {
            "step": "reserved:give",
            "digest": "704f96919ce60a02",
            "outputs": ["inputs"],
            "name": "inputs",
        }
    )
    # reserved.py: give
    outputs = step.override(task_id="outputs", retries=0)(
        {
            "step": "reserved:give",
            "digest": "704f96919ce60a02",
            "outputs": ["outputs"],
            "name": "outputs",
        }
    )
    # reserved.py: give
    artifacts = step.override(task_id="artifacts", retries=0)(
        {
            "step": "reserved:give",
            "digest": "704f96919ce60a02",
            "outputs": ["artifacts"],
            "name": "artifacts",
        }
    )
    # reserved.py: give
    root = step.override(task_id="root", retries=0)(
        {"step": "reserved:give", "digest": "704f96919ce60a02", "outputs": ["root"], "name": "root"}
    )
    # reserved.py: give
    Param__dec65007 = step.override(task_id="Param", retries=0)(
        {
            "step": "reserved:give",
            "digest": "704f96919ce60a02",
            "outputs": ["Param"],
            "name": "Param",
        }
    )
    # reserved.py: give
    DAG__c2e154fb = step.override(task_id="DAG", retries=0)(
        {"step": "reserved:give", "digest": "704f96919ce60a02", "outputs": ["DAG"], "name": "DAG"}
    )
    # reserved.py: give
    timedelta__b098b452 = step.override(task_id="timedelta", retries=0)(
        {
            "step": "reserved:give",
            "digest": "704f96919ce60a02",
            "outputs": ["timedelta"],
            "name": "timedelta",
        }
    )
    # reserved.py: give
    logical_date = step.override(task_id="logical_date", retries=0)(
        {
            "step": "reserved:give",
            "digest": "704f96919ce60a02",
            "outputs": ["logical_date"],
            "name": "logical_date",
        }
    )
    # reserved.py: give
    item = step.override(task_id="item", retries=0)(
        {"step": "reserved:give", "digest": "704f96919ce60a02", "outputs": ["item"], "name": "item"}
    )
    # reserved.py: give
    system = step.override(task_id="system", retries=0)(
        {
            "step": "reserved:give",
            "digest": "704f96919ce60a02",
            "outputs": ["system"],
            "name": "system",
        }
    )
    # reserved.py: give
    comp_step__f5275194 = step.override(task_id="comp-step", retries=0)(
        {
            "step": "reserved:give",
            "digest": "704f96919ce60a02",
            "outputs": ["comp-step"],
            "name": "comp-step",
        }
    )
    # reserved.py: give
    doc__d0ceb783 = step.override(task_id="__doc__", retries=0)(
        {
            "step": "reserved:give",
            "digest": "704f96919ce60a02",
            "outputs": ["__doc__"],
            "name": "__doc__",
        }
    )
    # reserved.py: arguments
    arguments = step.override(task_id="arguments", retries=0)(
        {
            "step": "reserved:arguments",
            "digest": "5c0017e5acaca5fa",
            "outputs": ["self"],
            "params": {
                "run_id": "string",
                "ds": "string",
                "conf": "string",
                "kwargs": "string",
                "function": "string",
                "store": "string",
            },
        }
    )
    # reserved.py: read
    read = step.override(task_id="read", retries=0)(
        {"step": "reserved:read", "digest": "4f09920f4159c2a9", "outputs": ["read"]},
        {
            "params": params["params"],
            "ti": ti["ti"],
            "dag": dag["dag"],
            "context": context["context"],
            "task": task__0ebb429f["task"],
            "step": step__3e64cc41["step"],
            "return_value": return_value["return_value__bc638e54"],
            "name": name["name"],
            "type": type__1303c06b["type"],
            "inputs": inputs["inputs"],
        },
    )

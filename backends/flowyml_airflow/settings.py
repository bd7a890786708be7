"""The settings of Airflow: `airflow:` in a stack, and `Pipeline(settings={"airflow": {…}})`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BeforeValidator, Field, WithJsonSchema

from flowyml.backend import CompileOptions
from flowyml.ir import PipelineIR, StepNode
from flowyml.runtime.casting import parse_moment
from flowyml.stacks.sections import over
from flowyml_airflow.apart import Apart
from flowyml_airflow.attempts import seconds
from flowyml_airflow.code import Call
from flowyml_airflow.deploy_settings import DeploySettings
from flowyml_airflow.model import StoreName
from flowyml_airflow.places import PlaceSettings


def _utc(value: Any) -> Any:
    """Read a date as ISO 8601, in UTC unless it says otherwise.

    Raises:
        ValueError: it is none.
    """
    text = value.isoformat() if isinstance(value, date) else value
    try:
        return parse_moment(text if isinstance(text, str) else "")
    except ValueError:
        raise ValueError(
            "takes an ISO 8601 date, such as 2025-01-31 or 2025-01-31T06:00+02:00"
        ) from None


Date: TypeAlias = Annotated[
    datetime,
    BeforeValidator(_utc),
    WithJsonSchema({"type": "string", "examples": ["2025-01-31", "2025-01-31T06:00+02:00"]}),
]
_MOST = 2**31 - 1  # Airflow: Integer, in its database
_OF_TASKS = ("owner", "pool", "pool_slots", "queue", "priority_weight", "weight_rule")


class TaskSettings(PlaceSettings):
    """What holds for the tasks of a step, or as the default for those of every step."""

    owner: Annotated[str | None, Field(min_length=1, description="Shown beside the task.")] = None
    pool: Annotated[
        str | None,
        Field(min_length=1, max_length=256, description="A pool of Airflow, which limits tasks."),
    ] = None
    pool_slots: Annotated[
        int | None, Field(ge=1, le=_MOST, description="How much of it a task takes.")
    ] = None
    queue: Annotated[
        str | None, Field(min_length=1, max_length=256, description="The queue of the executor.")
    ] = None
    priority_weight: Annotated[
        int | None, Field(description="Which of the waiting tasks goes first: the greater.")
    ] = None
    execution_timeout: Annotated[
        Annotated[float, Field(gt=0, le=1e9)] | None,
        Field(
            description="Seconds after which Airflow ends a try, reading and storing included; "
            "none if left out."
        ),
    ] = None
    outlets: Annotated[
        bool | None,
        Field(description="Whether what a step makes is an asset of Airflow, for lineage."),
    ] = None
    weight_rule: Annotated[
        Literal["downstream", "upstream", "absolute"] | None,
        Field(description="Which tasks' weights are added to a task's own."),
    ] = None


class AirflowSettings(TaskSettings, DeploySettings):
    """What holds for the DAG, and by default for its tasks."""

    max_active_runs: Annotated[
        int | None, Field(ge=1, le=_MOST, description="How many runs of the DAG go on at a time.")
    ] = None
    max_active_tasks: Annotated[
        int | None, Field(ge=1, le=_MOST, description="How many tasks of one run go on at a time.")
    ] = None
    start_date: Annotated[
        Date | None, Field(description="No run is for a time before it; UTC unless it says so.")
    ] = None
    end_date: Annotated[
        Date | None, Field(description="No run is for a time after it; UTC unless it says so.")
    ] = None
    catchup: Annotated[
        bool | None, Field(description="Whether runs that were due since start_date are made up.")
    ] = None
    paused: Annotated[
        bool | None, Field(description="Whether the DAG is paused when Airflow first sees it.")
    ] = None
    tags: Annotated[
        tuple[Annotated[str, Field(min_length=1, max_length=100)], ...],
        Field(description="Tags besides those of the pipeline."),
    ] = ()
    steps: Annotated[
        dict[str, TaskSettings],
        Field(default_factory=dict, description="Settings of single steps, by the step's name."),
    ]


def settings_of(options: CompileOptions) -> AirflowSettings:
    """Read the settings that a pipeline is compiled with."""
    return AirflowSettings.model_validate(options.settings)


def store_of(options: CompileOptions) -> StoreName | None:
    """Give where tasks keep values; of a secret, where it is."""
    store = options.store
    return store if isinstance(store, str | None) else {store.source: store.name}


def task_keywords(settings: TaskSettings) -> dict[str, Any]:
    """Give what is said of tasks as the keywords of an operator."""
    found = {name: getattr(settings, name) for name in _OF_TASKS}
    if (limit := settings.execution_timeout) is not None:
        found["execution_timeout"] = Call("timedelta", (), {"seconds": seconds(limit)})
    return {name: value for name, value in found.items() if value is not None}


def publishes(step: StepNode, settings: AirflowSettings) -> bool:
    """Tell whether what a step makes is to be an asset of Airflow."""
    own = settings.steps.get(step.name, settings).outlets
    return bool(settings.outlets if own is None else own)


def are_contained(places: Mapping[str, Apart]) -> bool:
    """Tell whether a step runs where no file of the worker's machine is seen."""
    return any(each.settings.run_in in ("docker", "kubernetes") for each in places.values())


def places(ir: PipelineIR, options: CompileOptions) -> dict[str, Apart]:
    """Give, for each step that does not run in the worker's process, where it runs."""
    of_steps: dict[str, Any] = options.settings.get("steps", {})
    common = {key: value for key, value in options.settings.items() if key != "steps"}
    of_most = _place(common)
    found: dict[str, Apart] = {}
    for step in ir.steps:
        own = of_steps.get(step.name)
        settings = _place(over(common, own)) if own else of_most
        if settings.run_in not in (None, "process"):
            image = step.image or options.image
            found[step.name] = Apart(settings=settings, image=image)
    return found


def _place(said: Mapping[str, Any]) -> PlaceSettings:
    own = {key: said[key] for key in PlaceSettings.model_fields if key in said}
    return PlaceSettings.model_validate(own)

"""The settings of Airflow: `airflow:` in a stack, and `Pipeline(settings={"airflow": {…}})`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from flowyml.backend import CompileOptions
from flowyml_airflow.deploy_settings import DeploySettings


class TaskSettings(BaseModel):
    """What holds for the tasks of a step, or as the default for those of every step."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    owner: Annotated[str | None, Field(min_length=1, description="Shown beside the task.")] = None
    pool: Annotated[
        str | None,
        Field(min_length=1, max_length=256, description="A pool of Airflow, which limits tasks."),
    ] = None
    pool_slots: Annotated[int | None, Field(ge=1, description="How much of it a task takes.")] = (
        None
    )
    queue: Annotated[
        str | None, Field(min_length=1, max_length=256, description="The queue of the executor.")
    ] = None
    priority_weight: Annotated[
        int | None, Field(description="Which of the waiting tasks goes first: the greater.")
    ] = None
    weight_rule: Annotated[
        Literal["downstream", "upstream", "absolute"] | None,
        Field(description="Which tasks' weights are added to a task's own."),
    ] = None


class AirflowSettings(TaskSettings, DeploySettings):
    """What holds for the DAG, and by default for its tasks."""

    max_active_runs: Annotated[
        int | None, Field(ge=1, description="How many runs of the DAG go on at a time.")
    ] = None
    max_active_tasks: Annotated[
        int | None, Field(ge=1, description="How many tasks of one run go on at a time.")
    ] = None
    tags: Annotated[
        tuple[Annotated[str, Field(min_length=1, max_length=100)], ...],
        Field(description="Tags besides those of the pipeline."),
    ] = ()
    steps: Annotated[
        dict[str, TaskSettings], Field(description="Settings of single steps, by the step's name.")
    ] = {}


def settings_of(options: CompileOptions) -> AirflowSettings:
    """Read the settings that a pipeline is compiled with."""
    return AirflowSettings.model_validate(options.settings)


def task_keywords(settings: TaskSettings) -> dict[str, Any]:
    """Give what is said of tasks as the keywords of an operator."""
    found = {name: getattr(settings, name) for name in TaskSettings.model_fields}
    return {name: value for name, value in found.items() if value is not None}

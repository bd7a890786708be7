"""Where an Airflow is, and who asks it: what deploying needs of the section `airflow:`."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from flowyml.stacks.schema import Address, Reference


class DeploySettings(BaseModel):
    """What `flowyml deploy` goes by; nothing of it is in a compiled file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    dags_folder: Annotated[
        str | None,
        Field(
            min_length=1,
            description="The folder of a bundle of Airflow, or one in it, that DAG files are "
            "deployed to; relative to the folder of flowyml.yaml.",
        ),
    ] = None
    url: Annotated[
        Address | None, Field(description="The address of Airflow's API server, from 3.0 on.")
    ] = None
    token: Annotated[
        Reference | None,
        Field(description="A token for its REST API, by reference."),
    ] = None
    username: Annotated[
        str | None, Field(min_length=1, description="Who asks for a token, if none is given.")
    ] = None
    password: Annotated[Reference | None, Field(description="Their password, by reference.")] = None
    parse_timeout: Annotated[
        float,
        Field(
            gt=0,
            allow_inf_nan=False,
            description="Seconds that Airflow may take to parse a file that was deployed. It looks "
            "for new ones every dag_processor.refresh_interval, 300 s unless it is set.",
        ),
    ] = 600.0

"""How a Kubeflow is reached, and where in it things go: a part of the `kubeflow:` section."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from flowyml.backend import CompileOptions
from flowyml.stacks.schema import Address, Reference


class ServerSettings(BaseModel):
    """What deploying takes; compiling reads none of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: Annotated[
        Address | None,
        Field(
            description="Where Kubeflow Pipelines answers: https://… without a user or a password.",
        ),
    ] = None
    token: Annotated[
        Reference | None,
        Field(description="A bearer token. Without it the file of KF_PIPELINES_SA_TOKEN_PATH."),
    ] = None
    cookie: Annotated[
        Reference | None,
        Field(description="A session, as in authservice_session=…, where a browser logs in."),
    ] = None
    namespace: Annotated[
        str | None,
        Field(min_length=1, max_length=63, description="Whose, where several users share it."),
    ] = None
    experiment: Annotated[
        str, Field(min_length=1, max_length=128, description="What runs are filed under.")
    ] = "Default"
    pipeline_root: Annotated[
        str | None,
        Field(min_length=1, description="Where runs keep artifacts; else where Kubeflow says."),
    ] = None
    service_account: Annotated[
        str | None, Field(min_length=1, description="Who the pods are in Kubernetes.")
    ] = None
    max_active_runs: Annotated[
        int, Field(ge=1, le=10, description="How many runs of a schedule go on at a time.")
    ] = 1
    catchup: Annotated[
        bool, Field(description="Whether a schedule makes up for the times that it has missed.")
    ] = False
    timezone: Annotated[
        str,
        Field(
            min_length=1,
            description="The zone that the installation reads cron in: its controller's "
            "CRON_SCHEDULE_TIMEZONE.",
        ),
    ] = "UTC"

    @classmethod
    def of(cls, options: CompileOptions) -> ServerSettings:
        """Read what the settings of the target say of it."""
        own = {key: each for key, each in options.settings.items() if key in cls.model_fields}
        return cls.model_validate(own)

    def runtime(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Give the configuration of a run."""
        root = {"pipeline_root": self.pipeline_root} if self.pipeline_root else {}
        return {"parameters": dict(parameters), **root}

    def account(self) -> dict[str, str]:
        """Give who its pods are, if that is said."""
        return {"service_account": self.service_account} if self.service_account else {}

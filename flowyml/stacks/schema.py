"""What `flowyml.yaml` may hold; published as docs/flowyml.schema.json for editors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeAlias
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    create_model,
    model_validator,
)
from pydantic.config import JsonDict

from flowyml.api.resources import checked_image
from flowyml.stacks.stack import Secret

_TEXT_OR_NUMBER: JsonDict = {"type": ["string", "number"]}
"""`version: 3.3` is text to us, and a number to an editor."""


class Section(BaseModel):
    """A part of the file: what is not known is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Reference(Section):
    """A value that an environment variable or a file holds where it is used."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})

    env: Annotated[
        str | None, Field(min_length=1, description="The name of the variable that holds it.")
    ] = None
    file: Annotated[
        str | None,
        Field(
            min_length=1,
            description="The path of the file that holds it; relative to the folder of "
            "flowyml.yaml.",
        ),
    ] = None

    @model_validator(mode="after")
    def _one(self) -> Reference:
        if (self.env is None) == (self.file is None):
            raise ValueError("takes one of {env: NAME} and {file: PATH}")
        return self

    @property
    def secret(self) -> Secret:
        """Where the value is."""
        return Secret("env", self.env) if self.env is not None else Secret("file", self.file or "")


def _address(url: str) -> str:
    wrong = ValueError(
        "takes an http or https address without spaces, such as https://host.example"
    )
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        raise wrong from None
    if not usable or len(url.split()) != 1:
        raise wrong
    if parts.username is not None or parts.password is not None:
        raise ValueError("must hold no user and no password; give them by reference, beside it")
    return url


Address: TypeAlias = Annotated[
    str, AfterValidator(_address), Field(json_schema_extra={"pattern": "^https?://"})
]
"""Where a target's API answers."""


def _form(store: object) -> str:
    return "reference" if isinstance(store, Mapping | Reference) else "text"


_Store: TypeAlias = Annotated[
    Annotated[str, Tag("text")] | Annotated[Reference, Tag("reference")], Discriminator(_form)
]


class OrchestratorSection(Section):
    """What carries pipelines out."""

    type: Annotated[
        str,
        Field(
            description="local, or the name of an installed compile target.",
            examples=["local", "airflow", "kubeflow"],
        ),
    ] = "local"
    version: Annotated[
        Annotated[str, Field(json_schema_extra=_TEXT_OR_NUMBER)] | None,
        Field(description="The version to compile for."),
    ] = None
    allow: Annotated[
        tuple[str, ...],
        Field(description="Differences in meaning that are accepted, as --allow takes them."),
    ] = ()


def _image(name: str) -> str:
    checked_image("", name)
    return name


class StackSection(Section):
    """One stack."""

    extends: Annotated[
        str | None, Field(description="A stack whose settings hold where this one has none.")
    ] = None
    orchestrator: OrchestratorSection = OrchestratorSection()
    artifact_store: Annotated[
        _Store | None,
        Field(description="Where artifacts are kept: a folder or an fsspec URL."),
    ] = None
    metadata_path: Annotated[
        str | None, Field(description="Where runs are recorded here: an SQLite file.")
    ] = None
    image: Annotated[
        Annotated[str, AfterValidator(_image)] | None,
        Field(description="The container image of steps that name none."),
    ] = None
    code: Annotated[
        Literal["import", "bundle"] | None,
        Field(description="How the project's code gets there: installed, or compiled along."),
    ] = None


class FileSection(Section):
    """The whole file."""

    active_stack: Annotated[
        str | None, Field(description="The stack to use where none is asked for.")
    ] = None
    stacks: Annotated[dict[str, StackSection], Field(description="Stacks by name.")] = {}


def file_model(settings: Mapping[str, type[BaseModel]]) -> type[FileSection]:
    """Give the model of a file whose stacks may have settings of targets.

    Args:
        settings: the models of the targets' settings, by the target's name.
    """
    fields: dict[str, Any] = {
        name: (model | None, Field(None, description=f"Settings of {name}; see its guide."))
        for name, model in settings.items()
    }
    stack: Any = create_model("StackSection", __base__=StackSection, **fields)
    stacks: Any = (dict[str, stack], Field(default_factory=dict, description="Stacks by name."))
    return create_model("FileSection", __base__=FileSection, stacks=stacks)


def json_schema() -> dict[str, Any]:
    """Give the JSON Schema of the file, with the sections of every target that is installed."""
    from flowyml.stacks.sections import settings_models

    title = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "flowyml.yaml"}
    return file_model(settings_models()).model_json_schema() | title

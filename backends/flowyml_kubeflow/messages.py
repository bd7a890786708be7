"""The format's own protobuf classes, loaded without the kfp SDK.

kfp-pipeline-spec puts them into the package `kfp`. Importing that package runs the SDK's
`__init__` where the SDK is installed: half a second, and a Kubernetes client. So the one module
that is needed is loaded from its file.
"""

from __future__ import annotations

import functools
import importlib
import sys
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from flowyml.diagnostics import FlowymlError
from flowyml.diagnostics.missing import MissingPackageError, Needs
from flowyml_kubeflow.json_data import is_array, is_object

_NAME = "kfp.pipeline_spec.pipeline_spec_pb2"


class FormatError(FlowymlError, ValueError):
    """A document that is not a pipeline specification; the message names the field."""


@functools.cache
def messages() -> Any:
    """Give the module of protobuf classes: `PipelineSpec`, `PipelineDeploymentConfig` and others.

    Raises:
        MissingPackageError: kfp-pipeline-spec is not installed.
    """
    if _NAME in sys.modules:
        return sys.modules[_NAME]
    file = _file()
    spec = spec_from_file_location(_NAME, file)
    if spec is None or spec.loader is None:
        raise FlowymlError(f"{file} is not a module that Python can load")
    module = module_from_spec(spec)
    with Needs("google"):
        spec.loader.exec_module(module)
    return module


def to_dict(message: Any) -> dict[str, Any]:
    """Give a message as the JSON data that Kubeflow reads, with whole numbers as ints.

    Raises:
        FormatError: it holds a number that JSON has not, such as NaN.
    """
    form = _json_format()
    try:
        data: dict[str, Any] = whole(form.MessageToDict(message))
    except form.SerializeToJsonError as error:
        raise FormatError(f"not a {type(message).__name__}: {error}") from None
    return data


def to_message(name: str, data: Any) -> Any:
    """Read JSON data as a message, as strictly as Kubeflow does.

    Args:
        name: the class, for example `PipelineSpec`.
        data: plain JSON data.

    Raises:
        FormatError: a field that the format does not have, or a value of another type.
    """
    form = _json_format()
    if not is_object(data):
        raise FormatError(f"not a {name}: an object is expected, not {type(data).__name__}")
    try:
        return form.ParseDict(data, getattr(messages(), name)())
    except form.ParseError as error:
        raise FormatError(f"not a {name}: {error}") from None
    except (AttributeError, TypeError) as error:  # ParseDict itself trips over, say, a list
        raise FormatError(
            f"not a {name}: {type(data).__name__} in a wrong place ({error})"
        ) from None


def whole(data: Any) -> Any:
    """Undo what protobuf's JSON does to numbers: 3 in a free-form value comes back as 3.0."""
    if is_object(data):
        return {key: whole(value) for key, value in data.items()}
    if is_array(data):
        return [whole(value) for value in data]
    if isinstance(data, float) and data.is_integer() and abs(data) < 2**53:
        return int(data)
    return data


def _json_format() -> Any:
    with Needs("google"):
        return importlib.import_module("google.protobuf.json_format")


def _file() -> Path:
    package = find_spec("kfp")
    for folder in (package and package.submodule_search_locations) or ():
        file = Path(folder, "pipeline_spec", "pipeline_spec_pb2.py")
        if file.is_file():
            return file
    raise MissingPackageError("kfp")

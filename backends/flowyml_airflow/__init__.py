"""The Airflow backend: a pipeline becomes a DAG file. Nothing here needs Airflow to compile.

Names are loaded on first use: a worker that runs one step loads no compiler.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flowyml_airflow.backend import AirflowBackend
    from flowyml_airflow.trial import AirflowSession

_HOMES = {
    "AirflowBackend": "flowyml_airflow.backend",
    "AirflowSession": "flowyml_airflow.trial",
}

__all__ = ["AirflowBackend", "AirflowSession"]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'flowyml_airflow' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)

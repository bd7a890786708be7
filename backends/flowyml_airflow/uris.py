"""The URIs of the assets of Airflow that stand for those of pipelines; workers know them, too."""

from __future__ import annotations

from urllib.parse import quote, unquote

_SCHEME = "x-flowyml"  # Airflow: schemes of users' own begin with `x-`


def uri_of(pipeline: str, output: str) -> str:
    """Give the URI of an asset that a step of a pipeline makes.

    Example:
        >>> uri_of("training", "best model")
        'x-flowyml://training/best%20model'
    """
    return f"{_SCHEME}://{quote(pipeline, safe='')}/{quote(output, safe='')}"


def output_of(uri: str) -> str:
    """Give the name of the asset whose URI `uri_of` made."""
    return unquote(uri.rpartition("/")[2])

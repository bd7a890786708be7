"""Pickles of any value, functions and classes of a prompt included."""

from __future__ import annotations

import pickle
from contextlib import suppress
from importlib import import_module
from typing import Any

_OF_A_PROMPT = (b"__main__", b"__mp_main__")


def dumps(value: Any) -> bytes:
    """Pickle a value: by itself if that says the same, else with cloudpickle.

    Most values are data and names of modules, for which cloudpickle need not be loaded.

    Raises:
        MissingPackageError: cloudpickle is needed, and not installed.
    """
    with suppress(Exception):  # what cannot be pickled so
        made = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
        if not any(name in made for name in _OF_A_PROMPT):
            return made
    from flowyml.diagnostics.missing import Needs

    with Needs("cloudpickle"):
        cloudpickle: Any = import_module("cloudpickle")
    pickled: bytes = cloudpickle.dumps(value)
    return pickled

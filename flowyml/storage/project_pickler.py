"""Cloudpickle with two additions: it knows which modules it met, and what `__main__` is called.

Imported when the first value is pickled, because it imports cloudpickle.
"""

from __future__ import annotations

import pickle
from types import BuiltinFunctionType, FunctionType
from typing import TYPE_CHECKING, Any, BinaryIO

from flowyml.storage.project_names import MAIN, is_importable, load_module, portable_name, resolve

if TYPE_CHECKING:
    from pickle import Pickler as CloudPickler
else:
    from flowyml.diagnostics.missing import Needs

    with Needs("cloudpickle"):
        from cloudpickle import Pickler as CloudPickler

PROTOCOL = 5

_NAMED = (type, FunctionType, BuiltinFunctionType)


class ProjectPickler(CloudPickler):
    """Pickles the project's classes and functions by name, those of a prompt or notebook by value.

    Attributes:
        modules: the modules of everything that was pickled, but for Python's basic types.
    """

    def __init__(self, file: BinaryIO) -> None:
        super().__init__(file, protocol=PROTOCOL)
        self.modules: set[str] = set()

    def reducer_override(self, obj: Any, /) -> Any:
        """Note where an object comes from; store what `__main__` defines by its portable name."""
        named = isinstance(obj, _NAMED)
        module = getattr(obj if named else type(obj), "__module__", None)
        if isinstance(module, str):
            self.modules.add(module)
        if named and module in MAIN and is_importable(obj):
            return resolve, (portable_name(module), obj.__qualname__)
        return super().reducer_override(obj)


class ProjectUnpickler(pickle.Unpickler):
    """Finds the project's classes where they are: in `__main__`, if that is their module."""

    def find_class(self, module_name: str, global_name: str, /) -> Any:
        """Load the module the project's way, then the name in it."""
        load_module(module_name)
        return super().find_class(module_name, global_name)

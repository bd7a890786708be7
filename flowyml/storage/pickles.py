"""Everything else, as pickles that say what they need.

A stored pickle is a first line with the Python minor version that wrote it, the pickle, and a
trailer: the distributions that its objects come from, as JSON, and the JSON's length. The trailer
comes last because it is known last. It is read only to explain a failure.
"""

from __future__ import annotations

import io
import json
import struct
import sys
from collections.abc import Mapping
from typing import Any, BinaryIO

from flowyml.storage import UnloadableError, UnserializableError
from flowyml.storage.serializers import Serializer

_MAGIC = "flowyml-pickle/1 python="
_LENGTH = struct.Struct(">I")


class PickleSerializer(Serializer):
    """Any value that cloudpickle can pickle; the project's classes by reference."""

    name = "pickle"
    suffix = ".pkl"

    def accepts(self, value: Any) -> bool:  # noqa: ARG002
        """Say yes: whether it is so is known only after trying."""
        return True

    def dump(self, value: Any, file: BinaryIO) -> None:
        """Write the value.

        Raises:
            UnserializableError: says which part cannot be pickled, its type, and what to do.
        """
        from flowyml.storage.distributions import distributions_of
        from flowyml.storage.project_pickler import ProjectPickler

        file.write(f"{_MAGIC}{_python()}\n".encode())
        pickler = ProjectPickler(file)
        try:
            pickler.dump(value)
        except (OSError, MemoryError):
            raise
        except Exception as error:
            raise UnserializableError(
                f"{explained(value, error)}, or teach flowyml the type with "
                "flowyml.storage.register_serializer"
            ) from error
        trailer = json.dumps(distributions_of(pickler.modules)).encode()
        file.write(trailer + _LENGTH.pack(len(trailer)))

    def load(self, file: BinaryIO) -> Any:
        """Rebuild the value.

        Raises:
            UnloadableError: it was written by another minor version of Python, or needs a library,
                module or class that is not here.
        """
        written_by = file.readline().decode().strip().removeprefix(_MAGIC)
        if written_by != _python():
            raise UnloadableError(_other_python(written_by, _needs(file)))
        from flowyml.storage.project_pickler import ProjectUnpickler

        try:
            return ProjectUnpickler(file).load()
        except (OSError, MemoryError):
            raise
        except Exception as error:
            raise UnloadableError(_unloadable(error, _needs(file))) from error


def _python() -> str:
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def _needs(file: BinaryIO) -> dict[str, str]:
    file.seek(-_LENGTH.size, io.SEEK_END)
    (length,) = _LENGTH.unpack(file.read(_LENGTH.size))
    file.seek(-_LENGTH.size - length, io.SEEK_END)
    needs: dict[str, str] = json.loads(file.read(length))
    return needs


def explained(value: Any, error: Exception) -> str:
    """Say which part of a value cannot be pickled, of which type it is, and what to do.

    Args:
        value: the whole value.
        error: what was raised when it was to be pickled.
    """
    from flowyml.storage.culprit import find_culprit

    where, part = find_culprit(value)
    kind = f"{type(part).__module__}.{type(part).__qualname__}".removeprefix("builtins.")
    return f"{where} is a {kind}, which cannot be stored ({error}); return the data in it instead"


def _other_python(written_by: str, needs: Mapping[str, str]) -> str:
    with_ = f", with {_list(needs)}" if needs else ""
    return (
        f"the value was pickled by Python {written_by}{with_}, and this is Python {_python()}; "
        f"pickles hold for one minor version: run both steps on the same Python, or return plain "
        f"data, a data frame or an array"
    )


def _unloadable(error: Exception, needs: Mapping[str, str]) -> str:
    from flowyml.storage.distributions import installed_version

    here = {name: installed_version(name) for name in needs}
    missing = {name: version for name, version in needs.items() if here[name] is None}
    other = [
        f"{name} {version} (here {here[name]})"
        for name, version in needs.items()
        if here[name] not in (None, version)
    ]
    parts = [f"the value cannot be rebuilt here ({type(error).__name__}: {error})"]
    if missing:
        parts.append(f"install {_list(missing)}, which it needs")
    if other:
        parts.append(f"it was written with {', '.join(other)}")
    return "; ".join(parts)


def _list(needs: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in needs.items())

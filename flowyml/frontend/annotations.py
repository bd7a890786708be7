"""Annotations as data: public names, one spelling per type."""

from __future__ import annotations

import inspect
import sys
import types
import typing
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Literal, Union, get_args, get_origin

from flowyml.frontend.digest_functions import closure
from flowyml.frontend.digest_project import own_name, real_function

if TYPE_CHECKING:
    from flowyml.ir import TypeIR

_QUALIFIERS = ("ClassVar", "Final", "Required", "NotRequired", "ReadOnly")


def hints(function: Callable[..., Any]) -> dict[str, Any]:
    """Evaluate a function's annotations; one that cannot be evaluated is left out.

    Names imported under `TYPE_CHECKING` alone are common, and tell nothing at run time. Each
    annotation is evaluated on its own, and a default of None adds nothing to it: Python 3.10 would
    make `x: int = None` optional, later ones do not.
    """
    real = _annotated(function)
    if real is None:
        return {}
    inner = closure(real)
    scope = {**real.__globals__, **inner} if inner else real.__globals__  # a module may be large
    found = {name: _evaluate(text, scope) for name, text in real.__annotations__.items()}
    return {name: value for name, value in found.items() if value is not inspect.Signature.empty}


def type_ir(annotation: Any) -> TypeIR | None:
    """Turn an evaluated annotation into data.

    Returns:
        None where it says nothing: `Any`, `object`, a type variable, a name not evaluated.
    """
    if annotation is None or annotation is type(None):
        return _made("None")
    origin = get_origin(annotation)
    if origin is not None:
        return _generic(origin, get_args(annotation))
    for alias in ("__supertype__", "__value__"):  # NewType, and `type X = …` of Python 3.12
        if hasattr(annotation, alias):
            return type_ir(getattr(annotation, alias))
    return _class(annotation) if isinstance(annotation, type) else None


def public_name(kind: type) -> str:
    """Name a class by the shortest module under which the same object is found.

    Example:
        >>> from sklearn.ensemble._forest import RandomForestClassifier
        >>> public_name(RandomForestClassifier)
        'sklearn.ensemble.RandomForestClassifier'
    """
    asset = vars(kind).get("__flowyml_asset__")
    if asset is not None:
        return str(asset).replace(":", ".")
    parts = own_name(kind.__module__).split(".")
    for length in range(1, len(parts)):
        module = ".".join(parts[:length])
        if _resolve(module, kind.__qualname__) is kind:
            return f"{module}.{kind.__qualname__}"
    return f"{'.'.join(parts)}.{kind.__qualname__}"


def _annotated(function: Callable[..., Any]) -> types.FunctionType | None:
    return real_function(function) or real_function(type(function).__call__)


def _evaluate(annotation: Any, scope: dict[str, Any]) -> Any:
    """Evaluate one annotation; `Signature.empty` if it cannot be."""
    holder = types.SimpleNamespace(__annotations__={"it": annotation})
    try:
        return typing.get_type_hints(holder, scope, include_extras=True)["it"]
    except Exception:  # whatever a user's own text raises
        return inspect.Signature.empty


def _made(name: str, *, args: tuple[TypeIR, ...] = (), bases: tuple[str, ...] = ()) -> TypeIR:
    from flowyml.ir import TypeIR, unchecked

    return unchecked(TypeIR)(name=name, args=args, bases=bases)


def _generic(origin: Any, args: tuple[Any, ...]) -> TypeIR | None:
    if origin is typing.Annotated or getattr(origin, "_name", None) in _QUALIFIERS:
        return type_ir(args[0])
    if origin in (Union, types.UnionType):
        return _union(map(type_ir, args))
    if origin is Literal:
        return _made("typing.Literal", args=tuple(_made(repr(arg)) for arg in args))
    plain = _class(origin) if isinstance(origin, type) else None
    members = [_made("...") if arg is ... else type_ir(arg) for arg in args]
    known = tuple(member for member in members if member is not None)
    if plain is None or len(known) < len(members):
        return plain  # an argument that says nothing makes the whole say no more than its origin
    return plain.model_copy(update={"args": known})


def _union(members: Iterable[TypeIR | None]) -> TypeIR | None:
    flat: dict[TypeIR, None] = {}
    for member in members:
        if member is None:
            return None
        flat.update(dict.fromkeys(member.args if member.name == "union" else (member,)))
    return _made("union", args=tuple(flat)) if len(flat) > 1 else next(iter(flat))


def _class(kind: type) -> TypeIR | None:
    if kind in (object, Any, inspect.Signature.empty):
        return None
    bases = tuple(public_name(base) for base in kind.__mro__[1:] if base is not object)
    return _made(public_name(kind), bases=bases)


def _resolve(module: str, qualname: str) -> object:
    found: object = sys.modules.get(module)
    for part in qualname.split("."):
        found = getattr(found, part, None)
    return found

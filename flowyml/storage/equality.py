"""When two values are the same: types included, NaN equal to NaN, order in sets and dicts aside."""

from __future__ import annotations

import dataclasses
from collections import deque
from collections.abc import Callable
from types import CellType, FunctionType
from typing import Any, TypeAlias, cast

Pairs: TypeAlias = "dict[tuple[int, int], tuple[Any, Any]]"
"""The pairs that are being compared; they are kept alive, so that no other gets their ids."""


def equal(a: Any, b: Any) -> bool:
    """Tell whether two values are the same.

    Containers are compared part by part. An object without an `==` of its own is compared by what
    pickling would store of it, so that two models with the same parameters are equal.

    Example:
        >>> equal([1, float("nan")], [1, float("nan")]), equal([1], [1.0]), equal((1,), [1])
        (True, False, False)
    """
    return _same(a, b, {})


def _same(a: Any, b: Any, pairs: Pairs) -> bool:
    if a is b:
        return True
    if type(a) is not type(b):
        return False
    if (id(a), id(b)) in pairs:
        return True
    if type(a) in _ATOMS:
        return bool(a == b or (a != a and b != b))
    pairs[id(a), id(b)] = (a, b)
    return _comparison(a)(a, b, pairs)


def _comparison(value: object) -> Callable[[Any, Any, Pairs], bool]:
    kind = type(value)
    if found := _EXACT.get(kind):
        return found
    top = kind.__module__.partition(".")[0]
    if top in ("numpy", "pandas"):
        return _of_a_library
    if isinstance(value, (set, frozenset)):
        return _sets
    return _dataclasses if dataclasses.is_dataclass(value) else _objects


def _complexes(a: complex, b: complex, pairs: Pairs) -> bool:
    return _same(a.real, b.real, pairs) and _same(a.imag, b.imag, pairs)


def _sequences(a: Any, b: Any, pairs: Pairs) -> bool:
    return len(a) == len(b) and all(_same(x, y, pairs) for x, y in zip(a, b, strict=True))


def _dicts(a: dict[Any, Any], b: dict[Any, Any], pairs: Pairs) -> bool:
    ours = {_token(key): value for key, value in a.items()}
    theirs = {_token(key): value for key, value in b.items()}
    return ours.keys() == theirs.keys() and all(
        _same(value, theirs[key], pairs) for key, value in ours.items()
    )


def _sets(a: Any, b: Any, pairs: Pairs) -> bool:
    own = getattr(a, "__dict__", None), getattr(b, "__dict__", None)
    return set(map(_token, a)) == set(map(_token, b)) and _same(*own, pairs)


def _token(key: object) -> object:
    """Give something hashable that is equal only for keys of the same type and value."""
    if type(key) is tuple:
        return tuple, tuple(map(_token, cast("tuple[object, ...]", key)))
    if type(key) is frozenset:
        return frozenset, frozenset(map(_token, cast("frozenset[object]", key)))
    return type(key), "NaN" if key != key else key


def _functions(a: FunctionType, b: FunctionType, pairs: Pairs) -> bool:
    def parts(function: FunctionType) -> list[Any]:
        defaults = [function.__defaults__, function.__kwdefaults__]
        return [function.__module__, function.__qualname__, function.__closure__, *defaults]

    return a.__code__ == b.__code__ and _same(parts(a), parts(b), pairs)


def _cells(a: CellType, b: CellType, pairs: Pairs) -> bool:
    return _same(a.cell_contents, b.cell_contents, pairs)


def _of_a_library(a: Any, b: Any, pairs: Pairs) -> bool:
    from flowyml.storage.tabular_equality import tabular_equal

    found = tabular_equal(a, b, lambda x, y: _same(x, y, pairs))
    return _objects(a, b, pairs) if found is None else found


def _dataclasses(a: Any, b: Any, pairs: Pairs) -> bool:
    names = [field.name for field in dataclasses.fields(a) if field.compare]
    return all(_same(getattr(a, n, None), getattr(b, n, None), pairs) for n in names)


def _objects(a: Any, b: Any, pairs: Pairs) -> bool:
    """Compare by what pickling stores; else by `==`, but for containers, whose `==` is lax."""
    if isinstance(a, type):
        return False
    ours, theirs = _stored(a), _stored(b)
    if ours is not None and _same(ours, theirs, pairs):
        return True
    return not isinstance(a, (list, tuple, dict, deque)) and _says_equal(a, b)


def _says_equal(a: Any, b: Any) -> bool:
    try:
        return bool(a == b)
    except Exception:  # an object's own comparison may do anything; then it does not say "equal"
        return False


def _stored(value: Any) -> Any:
    """Take an object apart as pickling does, if it can be."""
    try:
        parts = value.__reduce_ex__(4)
    except Exception:  # an object's own code may do anything
        return None
    if isinstance(parts, str):
        return parts
    make, arguments, state, items, pairs = [*parts, None, None, None][:5]
    return [make, arguments, state, list(items or ()), dict(pairs or ())]


_ATOMS = frozenset({bool, int, float, str, bytes, bytearray})

_EXACT: dict[type, Callable[[Any, Any, Pairs], bool]] = {
    complex: _complexes,
    list: _sequences,
    tuple: _sequences,
    dict: _dicts,
    FunctionType: _functions,
    CellType: _cells,
}

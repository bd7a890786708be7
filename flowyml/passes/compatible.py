"""Whether a value of one type can be given where another is expected."""

from __future__ import annotations

import enum
from collections.abc import Iterable

from flowyml.ir import TypeIR
from flowyml.passes.wire_assets import wants_asset, wants_list


class Verdict(enum.Enum):
    """Surely, surely not, or depending on the value."""

    YES = "yes"
    MAYBE = "maybe"
    NO = "no"


MAP_RESULT = "flowyml.MapTaskResult"
_TOWER = {
    "builtins.bool": ("builtins.int", "builtins.float", "builtins.complex"),
    "builtins.int": ("builtins.float", "builtins.complex"),
    "builtins.float": ("builtins.complex",),
}
_STRUCTURAL = ("collections.abc.", "typing.", "numbers.", "os.PathLike")


def compatible(given: TypeIR, expected: TypeIR) -> Verdict:
    """Compare what is given with what is expected.

    Unions by member, generics by origin and then by argument where both are known, numbers by the
    tower (bool, int, float, complex), an asset class against data in both directions: the runtime
    takes the data out of an asset and puts data into one (docs/semantics.md §2.4).
    """
    if given.name == "union":
        return _all(compatible(member, expected) for member in given.args)
    if expected.name == "union":
        return _any(compatible(given, member) for member in expected.args)
    if given.name == MAP_RESULT and wants_list(expected):
        return Verdict.YES
    if wants_asset(given) != wants_asset(expected):
        return Verdict.NO if "None" in (given.name, expected.name) else Verdict.YES
    return _classes(given, expected)


def _classes(given: TypeIR, expected: TypeIR) -> Verdict:
    if given.name == expected.name:
        return _arguments(given, expected)
    if "typing.Literal" in (given.name, expected.name):
        return _literals(given, expected)
    if expected.name in (*given.bases, *_TOWER.get(given.name, ())):
        return Verdict.YES
    if expected.name.startswith(_STRUCTURAL) or given.name.startswith(_STRUCTURAL):
        return Verdict.NO if "None" in (given.name, expected.name) else Verdict.YES
    return Verdict.MAYBE if given.name in expected.bases else Verdict.NO


def _arguments(given: TypeIR, expected: TypeIR) -> Verdict:
    if given.name == "typing.Literal":
        return Verdict.YES if set(given.args) <= set(expected.args) else Verdict.MAYBE
    if len(given.args) != len(expected.args):
        return Verdict.YES  # one of the two says nothing of its arguments, or a tuple's are open
    pairs = zip(given.args, expected.args, strict=True)
    return _worst(compatible(one, other) for one, other in pairs)


def _literals(given: TypeIR, expected: TypeIR) -> Verdict:
    """Compare a literal with a plain class, leniently: the class of its values is not kept."""
    plain = expected if given.name == "typing.Literal" else given
    return Verdict.YES if plain.name.startswith("builtins.") else Verdict.NO


def _all(verdicts: Iterable[Verdict]) -> Verdict:
    found = set(verdicts)
    return found.pop() if len(found) == 1 else Verdict.YES if not found else Verdict.MAYBE


def _worst(verdicts: Iterable[Verdict]) -> Verdict:
    found = set(verdicts)
    return next((v for v in (Verdict.NO, Verdict.MAYBE) if v in found), Verdict.YES)


def _any(verdicts: Iterable[Verdict]) -> Verdict:
    found = set(verdicts)
    if Verdict.YES in found:
        return Verdict.YES
    return Verdict.MAYBE if Verdict.MAYBE in found else Verdict.NO

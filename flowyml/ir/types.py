"""Type annotations as data."""

from __future__ import annotations

from flowyml.ir.node import Node


class TypeIR(Node):
    """An annotation: a public dotted name and its arguments.

    Unions are `union` whatever their spelling, `None` is `None`, a missing or unknown annotation is
    not a TypeIR at all. `bases` are the names of the classes it derives from; the passes compare by
    them, and the checked IR leaves them out because they change with library versions.
    """

    name: str
    args: tuple[TypeIR, ...] = ()
    bases: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Give the annotation as a user would write it."""
        short = self.name.removeprefix("builtins.")
        if self.name == "union":
            return " | ".join(map(str, self.args))
        return f"{short}[{', '.join(map(str, self.args))}]" if self.args else short

"""The same chain of steps in flowyml's words and in those of Kubeflow's SDK."""

from __future__ import annotations

import dataclasses
from pathlib import Path


@dataclasses.dataclass(frozen=True)
class Chain:
    """Steps that each read what the one before made.

    Attributes:
        name: what files are called.
        steps: their names.
        functions: the function of each.
    """

    name: str
    steps: tuple[str, ...]
    functions: tuple[str, ...]

    @classmethod
    def distinct(cls, length: int) -> Chain:
        """Make a chain in which every step has a function of its own."""
        steps = tuple(f"step_{number}" for number in range(length))
        return cls(f"distinct-{length}", steps, steps)

    @classmethod
    def alike(cls, length: int) -> Chain:
        """Make a chain of one function, after a first step."""
        steps = tuple(f"step_{number}" for number in range(length))
        return cls(f"alike-{length}", steps, ("first", *["link"] * (length - 1)))

    def inserted(self, place: int) -> Chain:
        """Put one more step in: `added`, which is one more use of the function before it if that
        is used more often, else of a function of its own."""
        used = self.functions[place - 1]
        function = used if self.functions.count(used) > 1 else "added"
        return Chain(
            f"{self.name}-added",
            (*self.steps[:place], "added", *self.steps[place:]),
            (*self.functions[:place], function, *self.functions[place:]),
        )


def ours(chain: Chain) -> str:
    """Write the chain for flowyml."""
    head, *others = dict.fromkeys(chain.functions)
    lines = ["from flowyml import Pipeline, step", "", f"def {head}(rows: int = 3) -> int:"]
    lines += ["    return rows", ""]
    for name in others:
        lines += [f"def {name}(value: int) -> int:", f"    return value + len({name!r})", ""]
    lines += ["pipeline = Pipeline('chain').add_steps(["]
    before = ""
    for name, function in zip(chain.steps, chain.functions, strict=True):
        reads = f", inputs=['{before}']" if before else ""
        before = f"{name}_value"
        lines.append(f"    step({function}, name='{name}'{reads}, outputs=['{before}']),")
    return "\n".join([*lines, "])", ""])


def theirs(chain: Chain, made: Path) -> str:
    """Write the chain for Kubeflow's SDK, and compile it to a file."""
    head, *others = dict.fromkeys(chain.functions)
    image = "@dsl.component(base_image='localhost/chain:dev')"
    lines = ["from kfp import compiler, dsl", "", image, f"def {head}(rows: int = 3) -> int:"]
    lines += ["    return rows", ""]
    for name in others:
        lines += [image, f"def {name}(value: int) -> int:", f"    return value + len({name!r})", ""]
    lines += ["@dsl.pipeline(name='chain')", "def chain(rows: int = 3):"]
    given = "rows=rows"
    for name, function in zip(chain.steps, chain.functions, strict=True):
        lines.append(f"    task_{name} = {function}({given})")
        given = f"value=task_{name}.output"
    return "\n".join([*lines, "", f"compiler.Compiler().compile(chain, {str(made)!r})", ""])

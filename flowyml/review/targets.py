"""The targets that a command names."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from flowyml.backend import Backend, CompileOptions
from flowyml.constructs import CONSTRUCTS
from flowyml.diagnostics import CODES, UsageError, near
from flowyml.registry import compilers, resolve_target

if TYPE_CHECKING:
    from flowyml.ir import PipelineIR
    from flowyml.stacks import Stack


@dataclasses.dataclass(frozen=True)
class Target:
    """A backend and the exact version to compile for, and the stack that says so, if one does."""

    backend: Backend
    version: str
    stack: Stack | None = None

    @property
    def name(self) -> str:
        """Give the name as it is typed: `airflow==3.3`."""
        return f"{self.backend.name}=={self.version}"

    def options(self, allow: Collection[str], ir: PipelineIR | None = None) -> CompileOptions:
        """Give the options to compile with; without an IR, those that hold for any pipeline."""
        from flowyml.review.settings import merged
        from flowyml.stacks.stack import Stack

        own = self.stack.section(self.backend.name) if self.stack else None
        stack = self.stack or Stack(name=self.backend.name)
        named = own or stack.image or stack.code or stack.artifact_store
        return CompileOptions(
            version=self.version,
            allow=frozenset(allow),
            settings=merged(self.backend, own or {}, ir),
            stack=stack.name if named else None,
            image=stack.image,
            code=stack.code,
            store=stack.artifact_store,
        )


def resolve(specs: Iterable[str], *, written: bool = True) -> tuple[Target, ...]:
    """Resolve targets such as `airflow` and `kubeflow==2.5`, each once.

    Args:
        specs: as the user named them.
        written: whether files are written for them, which those of two versions would share.

    Raises:
        UsageError: none is named, one is unknown, or one is to be written in two versions.
    """
    targets = {target.name: target for target in (Target(*resolve_target(s)) for s in specs)}
    if not targets:
        raise UsageError(f"name a target with --target; there is: {', '.join(compilers())}")
    names = [target.backend.name for target in targets.values()]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice and written:
        both = " and ".join(t.name for t in targets.values() if t.backend.name == twice)
        raise UsageError(f"{both} would write the same files; compile for one version at a time")
    return tuple(targets.values())


def of_stack(stack: Stack) -> tuple[Target, ...]:
    """Give what a stack asks to compile for, with its settings.

    Raises:
        UsageError: the stack is this machine.
    """
    backend, version = resolve_target(stack.target)
    return (Target(backend, version, stack),)


def refuse_unknown(allow: Iterable[str]) -> None:
    """Refuse to allow what is neither a diagnostic's code nor a construct.

    Raises:
        UsageError: with what is near.
    """
    known = {*CODES, *CONSTRUCTS}
    for name in allow:
        if name not in known:
            raise UsageError(f"--allow knows no code or construct '{name}'; {near(name, known)}")

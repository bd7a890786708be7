"""Compile a pipeline for a stack, and hand it over."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from flowyml.backend import Delivery, Deployed, Deploys
from flowyml.diagnostics import Diagnostic, UsageError
from flowyml.registry import compilers, load_backend
from flowyml.review.compile import compile_for, contents
from flowyml.review.targets import of_stack
from flowyml.stacks.stack import LOCAL

if TYPE_CHECKING:
    from flowyml.api.pipeline import Pipeline
    from flowyml.stacks import Stack


def prepare(
    pipeline: Pipeline,
    stack: Stack,
    *,
    allow: Collection[str] = (),
    inputs: Collection[str] = (),
    runs: bool = False,
    activate: bool = False,
    overwrite: bool = False,
    say: Callable[[str], None] = lambda _: None,
) -> tuple[Delivery, tuple[Diagnostic, ...]]:
    """Check and compile a pipeline for a stack; touches neither disk nor network.

    Args:
        pipeline: the user's object.
        stack: where it is to go.
        allow: differences in meaning that are accepted besides those that the stack accepts.
        inputs: names of values that a run would be given, each of which is refused (FML309).
        runs: whether a run is to follow.
        activate: whether a target that has it paused is to let it run again.
        overwrite: whether files that are not as flowyml wrote them may be replaced.
        say: told in one line what is done next.

    Returns:
        What is to be handed over, and the diagnostics that are no errors.

    Raises:
        CompileError: the pipeline is wrong, or cannot mean the same there.
        UsageError: nothing can be deployed to that stack.
    """
    deployer(stack)
    (target,) = of_stack(stack)
    allowed = [*allow, *stack.allow]
    ir, (compiled,), notes = compile_for(pipeline, [target], allowed, inputs)
    delivery = Delivery(
        ir=ir,
        files=contents([compiled]),
        options=target.options(allowed, ir),
        stack=stack,
        runs=runs,
        activate=activate,
        overwrite=overwrite,
        say=say,
    )
    return delivery, notes


def deliver(delivery: Delivery) -> Deployed:
    """Hand a compiled pipeline over; see `Deploys.deploy`."""
    return deployer(delivery.stack).deploy(delivery)


def deployer(stack: Stack) -> Deploys:
    """Load the backend that deploys to a stack.

    Raises:
        UsageError: it is this machine, or its backend deploys nothing; says which do.
    """
    if stack.orchestrator == LOCAL:
        raise UsageError(
            f"the stack '{stack.name}' is this machine, where nothing has to be deployed: "
            "flowyml run PIPELINE; choose a stack of flowyml.yaml with --stack NAME"
        )
    found = load_backend(stack.orchestrator)
    if isinstance(found, Deploys):
        return found
    able = [name for name in compilers() if isinstance(load_backend(name), Deploys)]
    raise UsageError(
        f"'{stack.orchestrator}' deploys nothing; what does: {', '.join(able) or 'nothing here'}; "
        f"compile for it: flowyml compile PIPELINE --stack {stack.name}"
    )

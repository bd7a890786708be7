"""Small IRs, built by hand, for the tests of the Kubeflow backend."""

from __future__ import annotations

from flowyml.ir import (
    ContextParameter,
    FromAsset,
    FromContext,
    FromRunDate,
    Function,
    Output,
    Parameter,
    PipelineIR,
    Source,
    Span,
    StepNode,
    TypeIR,
)


def node(name, *, reads=(), context=(), makes=None, after=(), retry=None, dated=False, digest="a"):
    """Make a step; `reads` are pairs (parameter, step), `makes` the outputs, by default one."""
    parameters = [Parameter(name=p, binding=FromAsset(step=s, output=s)) for p, s in reads]
    parameters += [Parameter(name=key, binding=FromContext()) for key in context]
    if dated:
        parameters.append(Parameter(name="day", binding=FromRunDate()))
    function = Function(
        entrypoint=f"m:{name}", digest=digest * 64, span=Span(file="pipelines/m.py", line=7)
    )
    outputs = tuple(Output(name=each) for each in (makes or (name,)))
    return StepNode(
        name=name,
        function=function,
        parameters=tuple(parameters),
        outputs=outputs,
        after=tuple(after),
        retry=retry,
    )


def given(key, type_, default=None, **fields):
    """Make a context parameter with a default."""
    return ContextParameter(key=key, type=type_, has_default=True, default=default, **fields)


def pipeline(*steps, name="training", parameters=(), **fields):
    """Make a pipeline of these steps."""
    source = Source(module="pipelines.m", file="pipelines/m.py", variable="pipeline")
    return PipelineIR(name=name, source=source, parameters=parameters, steps=steps, **fields)


def typed(step, name):
    """Give a step's first output a type."""
    output = step.outputs[0].model_copy(update={"type": TypeIR(name=name)})
    return step.model_copy(update={"outputs": (output,)})


def chain(length):
    """Make a pipeline in which each step reads the one before."""
    steps = [node("s0")]
    for number in range(1, length):
        steps.append(node(f"s{number}", reads=[("x", f"s{number - 1}")]))
    return pipeline(*steps)

"""Small IRs, built by hand, for the tests of the Kubeflow backend."""

from __future__ import annotations

from flowyml.backend import CompileOptions
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
from flowyml_kubeflow.executors import executors, place_of
from flowyml_kubeflow.lowering import lower
from flowyml_kubeflow.plan import plan
from flowyml_kubeflow.platform import platform_document
from flowyml_kubeflow.versions import version as known


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


def written(ir, version="2.5", **settings):
    """Give the plan of a pipeline, its containers, and both documents."""
    options = CompileOptions(version=version, settings=settings)
    place, planned = place_of(ir, options), plan(ir, spread=known(version).knows("loops"))
    placed = executors(planned, place, ir)
    return planned, placed, lower(ir, planned, placed), platform_document(placed, place)


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


def component_of(spec, task):
    """Give the component of a task of the root's graph."""
    reference = spec["root"]["dag"]["tasks"][task]["componentRef"]
    return spec["components"][reference["name"]]

"""Small IRs, built by hand, for the tests of the Airflow backend."""

from __future__ import annotations

from flowyml.backend import CompileOptions
from flowyml.ir import (
    ContextParameter,
    FromAsset,
    FromContext,
    FromInput,
    FromRunDate,
    Function,
    Output,
    Parameter,
    PipelineIR,
    Retry,
    Source,
    Span,
    StepNode,
)
from flowyml_airflow import AirflowBackend

OPTIONS = CompileOptions(version="3.3")


def node(name, *, reads=(), context=(), makes=(), after=(), digest="a", **fields):
    """Make a step; `reads` are triples (parameter, step, output), `makes` the outputs."""
    parameters = [Parameter(name=p, binding=FromAsset(step=s, output=o)) for p, s, o in reads]
    parameters += [Parameter(name=key, binding=FromContext()) for key in context]
    function = Function(
        entrypoint="pipelines.m:work", digest=digest * 64, span=Span(file="pipelines/m.py", line=7)
    )
    return StepNode(
        name=name,
        function=fields.pop("function", function),
        parameters=tuple(parameters),
        outputs=tuple(Output(name=each) for each in makes or (name,)),
        after=tuple(after),
        **fields,
    )


def given(key, type_, default, **fields):
    """Make a context parameter with a default."""
    return ContextParameter(key=key, type=type_, has_default=True, default=default, **fields)


def pipeline(*steps, name="training", **fields):
    """Make a pipeline of these steps."""
    source = Source(module="pipelines.m", file="pipelines/m.py", variable="pipeline")
    return PipelineIR(name=name, source=source, steps=steps, **fields)


def compiled(ir):
    """Compile to the text of the DAG file."""
    (artifact,) = AirflowBackend().compile(ir, OPTIONS)
    return artifact.text


def training():
    """Make a pipeline that uses every construct."""
    check = node("check", reads=[("rows", "load", "rows")])
    train = node(
        "train",
        reads=[("rows", "load", "rows"), ("labels", "load", "return_value")],
        context=["rate"],
        after=["check"],
        retry=Retry(attempts=3, delay=2, backoff=2, max_delay=60),
    )
    dated = Parameter(name="day", binding=FromRunDate())
    report = node("a report", reads=[("model", "train", "train")])
    return pipeline(
        node("load", makes=["rows", "return_value"], context=["path"]),
        check,
        train,
        report.model_copy(update={"parameters": (*report.parameters, dated)}),
        parameters=(given("path", "string", "data.csv"), given("rate", "number", 0.1)),
        description="Train a model.",
        project="ml",
        tags=("nightly",),
    )


def with_input():
    """Make a step that reads a value of `run(inputs=…)`."""
    parameter = Parameter(name="rows", binding=FromInput(key="rows"))
    return node("load").model_copy(update={"parameters": (parameter,)})

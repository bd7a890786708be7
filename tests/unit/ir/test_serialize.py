from __future__ import annotations

import json

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from flowyml.ir import (
    ContextParameter,
    FromAsset,
    FromContext,
    Function,
    Output,
    Parameter,
    PipelineIR,
    Retry,
    Source,
    Span,
    StepNode,
    TypeIR,
    digest,
    from_json,
    json_schema,
    to_json,
)

names = st.text(min_size=1, max_size=8)
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | names,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=6,
)
spans = st.builds(Span, file=names, line=st.integers(1, 999))
types = st.builds(TypeIR, name=names)
functions = st.builds(
    Function, entrypoint=names, digest=names, span=spans | st.none(), problem=st.none() | names
)
bindings = st.builds(FromContext) | st.builds(
    FromAsset, step=names, output=names, view=st.sampled_from(["data", "asset"])
)
steps = st.builds(
    StepNode,
    name=names,
    function=functions,
    parameters=st.lists(
        st.builds(Parameter, name=names, binding=bindings, type=types | st.none()), max_size=2
    ).map(tuple),
    outputs=st.lists(st.builds(Output, name=names, type=types | st.none()), max_size=2).map(tuple),
    after=st.lists(names, max_size=2).map(tuple),
    retry=st.builds(Retry, attempts=st.integers(1, 9)) | st.none(),
)
pipelines = st.builds(
    PipelineIR,
    name=names,
    source=st.builds(Source, module=names, line=st.integers(1, 9) | st.none()),
    parameters=st.lists(
        st.builds(
            ContextParameter,
            key=names,
            type=st.just("any"),
            has_default=st.just(True),
            default=json_values,
        ),
        max_size=3,
    ).map(tuple),
    steps=st.lists(steps, max_size=3).map(tuple),
)


@given(pipelines)
def test_what_is_written_is_read_back_equal(ir):
    assert from_json(to_json(ir)) == ir


@pytest.fixture(scope="module")
def published():
    schema = json_schema()
    validator = jsonschema.validators.validator_for(schema)
    validator.check_schema(schema)
    return validator(schema)


@given(pipelines)
def test_the_text_is_canonical_and_fits_the_published_schema(published, ir):
    text = to_json(ir)
    assert text.endswith("}\n")
    assert to_json(from_json(text)) == text
    published.validate(json.loads(text))


def pipeline(*, line: int = 3, description: str | None = None, attempts: int = 2) -> PipelineIR:
    function = Function(entrypoint="m:f", digest="d", span=Span(file="m.py", line=line))
    node = StepNode(
        name="f", function=function, retry=Retry(attempts=attempts), description=description
    )
    line_of_user = ContextParameter(
        key="k", type="object", has_default=True, default={"line": 1, "span": 2}
    )
    return PipelineIR(
        name="p",
        source=Source(module="m", line=line),
        steps=(node,),
        parameters=(line_of_user,),
    )


def test_lines_can_be_left_out_without_touching_the_users_values():
    text = to_json(pipeline(), lines=False)
    assert text == to_json(pipeline(line=99), lines=False)
    again = from_json(text)
    assert again.steps[0].function.span == Span(file="m.py")
    assert again.parameters[0].default == {"line": 1, "span": 2}


def test_the_digest_is_over_meaning_alone():
    assert digest(pipeline()) == digest(pipeline(line=9, description="says more"))
    assert digest(pipeline()) != digest(pipeline(attempts=3))


def test_nan_is_refused():
    bad = ContextParameter(key="k", type="number", has_default=True, default=float("nan"))
    with pytest.raises(ValueError, match="JSON"):
        to_json(PipelineIR(name="p", source=Source(module="m"), parameters=(bad,)))


def test_unknown_keys_are_refused():
    with pytest.raises(ValidationError, match="extra"):
        from_json('{"name": "p", "source": {"module": "m"}, "nmae": 1}')

"""Every kind of change, the line that tells it, and its grade."""

from __future__ import annotations

import pytest

from flowyml.ir import FromContext, MapSpec, Output, Parameter, PipelineIR, Predicate, Retry
from tests.unit.review.changed import (
    ALPHA,
    CHECK,
    CLEAN,
    FLOAT,
    INT,
    IR,
    LOAD,
    RATE,
    STEPS,
    TRAIN,
    asset,
    function,
    lines,
    of,
    step,
)

ALPHA_READ, BETA = CLEAN.parameters[1], FromContext(key="beta")


def parameters(*found: object) -> PipelineIR:
    return of(IR, parameters=found)


@pytest.mark.parametrize(
    ("new", "line"),
    [
        (of(IR, name="other"), "~ pipeline: name: training → other  [breaking]"),
        (of(IR, fail_fast=True), "~ pipeline: fail_fast: false → true  [behaviour]"),
        (of(IR, project="mine"), "~ pipeline: project added: mine  [behaviour]"),
        (of(IR, tags=("a", "b")), "~ pipeline: tags added: a, b  [cosmetic]"),
        (of(IR, description="Learn."), "~ pipeline: description  [cosmetic]"),
        (
            parameters(of(ALPHA, default=0.75), RATE),
            "~ parameter alpha: default: 0.5 → 0.75  [behaviour]",
        ),
        (
            parameters(of(ALPHA, default=None), RATE),
            "~ parameter alpha: default: 0.5 → null  [behaviour]",
        ),
        (
            parameters(of(ALPHA, type="any"), RATE),
            "~ parameter alpha: type: number → any  [behaviour]",
        ),
        (
            parameters(of(ALPHA, type="string"), RATE),
            "~ parameter alpha: type: number → string  [breaking]",
        ),
        (
            parameters(ALPHA, of(RATE, type="number")),
            "~ parameter rate: type: integer → number  [behaviour]",
        ),
        (
            parameters(ALPHA, of(RATE, nullable=True)),
            "~ parameter rate: nullable: false → true  [behaviour]",
        ),
        (
            parameters(ALPHA, of(RATE, required=False)),
            "~ parameter rate: required: true → false  [behaviour]",
        ),
        (parameters(ALPHA), "- parameter rate  [breaking]"),
        (
            parameters(ALPHA, RATE, of(ALPHA, key="beta")),
            "+ parameter beta: number = 0.5  [behaviour]",
        ),
        (
            parameters(ALPHA, RATE, of(RATE, key="beta")),
            "+ parameter beta: integer, required  [breaking]",
        ),
        (step("load", function=function("load", "new")), "~ step load: code  [behaviour]"),
        (
            step("load", function=of(LOAD.function, entrypoint="io:load")),
            "~ step load: entrypoint: train:load → io:load  [behaviour]",
        ),
        (
            step("load", function=of(LOAD.function, problem="it is a lambda")),
            "~ step load: problem added: it is a lambda  [breaking]",
        ),
        (step("load", description="Read."), "~ step load: description  [cosmetic]"),
        (step("load", group=("prepare",)), "~ step load: group added: prepare  [cosmetic]"),
        (step("load", timeout=5.0), "~ step load: timeout added: 5.0  [behaviour]"),
        (step("train", timeout=None), "~ step train: timeout removed  [behaviour]"),
        (
            step("train", retry=Retry(attempts=4)),
            "~ step train: retry attempts: 2 → 4  [behaviour]",
        ),
        (step("train", retry=None), "~ step train: retry removed  [behaviour]"),
        (
            step("load", retry=Retry(attempts=3, delay=2.0)),
            "~ step load: retry added: attempts 3, delay 2.0, backoff 1.0, "
            "on builtins:Exception  [behaviour]",
        ),
        (step("train", fallback=None), "~ step train: fallback removed  [behaviour]"),
        (
            step("train", fallback=function("train#fallback", "new")),
            "~ step train: fallback code  [behaviour]",
        ),
        (
            step("clean", map=MapSpec(concurrency=8)),
            "~ step clean: map concurrency: 4 → 8  [behaviour]",
        ),
        (step("clean", after=()), "~ step clean: after removed  [behaviour]"),
        (step("train", after=("check",)), "~ step train: after added: check  [behaviour]"),
        (step("train", when=()), "~ step train: condition 1 removed  [behaviour]"),
        (
            step("train", when=(of(TRAIN.when[0], negate=True),)),
            "~ step train: condition 1: when → unless  [behaviour]",
        ),
        (
            step("train", when=(Predicate(function=function("train#when[0]", "new")),)),
            "~ step train: condition 1 code  [behaviour]",
        ),
        (
            step("load", when=(Predicate(function=function("load#when[0]")),)),
            "~ step load: condition 1 added: when  [breaking]",
        ),
        (
            step("train", condition_parameters=()),
            "~ step train: parameter of its conditions 'rate' removed  [behaviour]",
        ),
        (
            step("train", parameters=(asset("cleaned", "clean"),)),
            "~ step train: parameter 'cleaned': 'cleaned' of clean, if it was made "
            "→ 'cleaned' of clean  [behaviour]",
        ),
        (
            step("train", parameters=(asset("cleaned", "load", optional=True),)),
            "~ step train: parameter 'cleaned': 'cleaned' of clean, if it was made "
            "→ 'cleaned' of load, if it was made  [behaviour]",
        ),
        (
            step("check", parameters=(asset("rows", "load", view="asset"),)),
            "~ step check: parameter 'rows' view: data → asset  [behaviour]",
        ),
        (
            step("check", parameters=(of(CHECK.parameters[0], type=INT),)),
            "~ step check: parameter 'rows' type: any → int  [behaviour]",
        ),
        (
            step(
                "check",
                parameters=(*CHECK.parameters, Parameter(name="rate", binding=FromContext())),
            ),
            "~ step check: parameter 'rate' added: the context  [behaviour]",
        ),
        (
            step("clean", parameters=(CLEAN.parameters[0], of(ALPHA_READ, binding=BETA))),
            "~ step clean: parameter 'alpha': the context → the context's 'beta'  [behaviour]",
        ),
        (step("train", outputs=()), "~ step train: output 'model' removed  [breaking]"),
        (
            step("train", outputs=(Output(name="model", type=INT),)),
            "~ step train: output 'model': any → int  [behaviour]",
        ),
        (
            step("load", outputs=(LOAD.outputs[0], Output(name="schema", type=FLOAT))),
            "~ step load: output 'schema': int → float  [breaking]",
        ),
        (
            step("load", outputs=(*LOAD.outputs, Output(name="more"))),
            "~ step load: output 'more' added: any  [behaviour]",
        ),
        (
            step("load", outputs=tuple(reversed(LOAD.outputs))),
            "~ step load: order of outputs: rows, schema → schema, rows  [breaking]",
        ),
        (of(IR, steps=STEPS[:3]), "- step train  [breaking]"),
        (
            of(IR, steps=(*STEPS, of(CHECK, name="again", outputs=(Output(name="seen"),)))),
            "+ step again: reads rows from 'rows' of load; makes seen  [behaviour]",
        ),
    ],
)
def test_one_change_is_one_line(new, line):
    assert lines(IR, new) == [line]

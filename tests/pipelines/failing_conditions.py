"""Conditions that raise: one whose readers fall with it, one that a reader outlives."""

from __future__ import annotations

from flowyml import Pipeline, context, step, when


def broken(data):
    raise LookupError(f"no verdict on {data}")


@step(outputs=["data"])
def read(which: str):
    return which


@step(outputs=["alone"])
@when(lambda which: which == "alone")
@when(broken)
def fall(data):
    return data


@step(outputs=["follows"])
def follow(alone):
    return alone


@step(outputs=["outlived"])
@when(lambda which: which == "outlived")
@when(broken)
def fade(data):
    return data


@step(outputs=["outlives"])
def outlive(outlived="default"):
    return outlived


pipeline = Pipeline("failing_conditions", context=context(which="none"), fail_fast=True).add_steps(
    [read, fall, follow, fade, outlive]
)

if __name__ == "__main__":
    print(pipeline.run().outputs)

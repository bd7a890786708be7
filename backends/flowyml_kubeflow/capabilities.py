"""What Kubeflow does with each construct, by version of its backend."""

from __future__ import annotations

from flowyml.backend import Capabilities, Support
from flowyml_kubeflow.versions import VERTEX

_2_5 = {
    "step": Support(grade="native"),
    "asset": Support(grade="native"),
    "context": Support(grade="native"),
    "limits": Support(
        grade="emulated", note="the pod of a step that reads the value refuses it, when it starts"
    ),
    "run_date": Support(
        grade="emulated",
        note="a first task settles it: the run parameter flowyml_run_date, else the scheduled "
        "time where the backend states it (2.17), else its own start",
    ),
    "after": Support(grade="native"),
    "retry": Support(
        grade="emulated",
        note="attempts and waits happen inside one pod; a pod that is lost is not tried again",
    ),
    "backoff": Support(grade="emulated", note="the pod itself waits between attempts"),
    "when": Support(
        grade="emulated",
        note="a gate task decides, and Kubeflow leaves the step out; where another step outlives "
        "that, the step's own pod decides, and counts as succeeded there",
    ),
    "optional": Support(
        grade="emulated", note="the pod of a skipped step leaves a marker that its readers know"
    ),
    "complementary": Support(
        grade="emulated", note="one gate task evaluates the predicate, and the pods of both obey"
    ),
    "map": Support(
        grade="emulated",
        note="one pod works on all items, several at once; from 2.14 on they are spread over pods",
    ),
    "dynamic": Support(grade="emulated", note="one pod runs the pipeline that it builds"),
    "sub_pipeline": Support(grade="native"),
    "fallback": Support(
        grade="emulated",
        note="the pod calls it after the last attempt; a pod that is lost cannot fall back",
    ),
    "timeout": Support(
        grade="emulated", note="the pod runs the step in a process of its own and ends it"
    ),
    "cache": Support(
        grade="emulated",
        note="the step's pod looks in the stack's artifact_store; without one every run runs the "
        "step",
    ),
    "image": Support(grade="native"),
    "resources": Support(grade="native"),
    "schedule": Support(
        grade="emulated",
        note="it is no part of a specification: a recurring run keeps it, which deploying makes",
    ),
    "triggered": Support(
        grade="refused", note="its recurring runs know times, and nothing of other pipelines"
    ),
    "independent": Support(
        grade="degraded",
        note="Kubeflow starts no further step once one has failed; "
        "with fail_fast=True on the Pipeline that is its meaning everywhere",
    ),
    "fail_fast": Support(grade="native"),
}

_2_14 = {
    **_2_5,
    "map": Support(
        grade="emulated",
        note="a task splits the items into ranges, a loop works on these in pods of their own, and "
        "a last task collects; with a retry, fallback or time limit of its own, one pod does all; "
        "a pod that is lost fails the step",
    ),
}

_2_17 = {
    **_2_14,
    "run_date": Support(
        grade="emulated",
        note="a first task settles it: the run parameter flowyml_run_date, else the scheduled "
        "time, else its own start",
    ),
}

_VERTEX = {
    **_2_17,
    "independent": Support(grade="native"),
    "fail_fast": Support(
        grade="degraded",
        note="a job on Vertex goes on by default; submit it with failure_policy='fast'",
    ),
    "schedule": Support(
        grade="degraded",
        note="it is no part of a specification, and no deploying to Vertex makes one; create it "
        "there",
    ),
    "resources": Support(
        grade="native", note="at most 96 cores and 624 GB, on the machine that fits best"
    ),
}

VERSIONS: dict[str, Capabilities] = {
    "2.5": _2_5,
    "2.14": _2_14,
    "2.15": _2_14,
    "2.16": _2_14,
    "2.17": _2_17,
    VERTEX: _VERTEX,
}
"""The tables by version, the default first. Older backends lack retries and loop limits."""

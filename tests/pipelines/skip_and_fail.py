"""Readers of both a skipped and a failed asset, whichever came first in time."""

from __future__ import annotations

import time

from flowyml import Pipeline, context, step, when


def never(**kwargs):
    return False


def slowly_no(pause: float):
    time.sleep(pause)
    return False


@step(outputs=["early"])
@when(never)
def skip_early():
    return 1


@step(outputs=["broken"], after=["skip_early"])
def fail():
    raise RuntimeError("broken")


@step(outputs=["late"])
@when(slowly_no)
def skip_late():
    return 1


@step(outputs=["skip_first"])
def join_early(early, broken):
    return early, broken


@step(outputs=["fail_first"])
def join_late(late, broken):
    return late, broken


@step(outputs=["with_default"])
def join_default(broken, early=0):
    return early, broken


pipeline = Pipeline("skip_and_fail", context=context(pause=0.5)).add_steps(
    [skip_early, fail, skip_late, join_early, join_late, join_default]
)

if __name__ == "__main__":
    print(pipeline.run(context={"pause": 0.0}).success)

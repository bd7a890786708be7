"""A step that takes longer than it may."""

from __future__ import annotations

import time

from flowyml import Pipeline, step


@step(timeout=0.5)
def sleeps():
    time.sleep(60)


pipeline = Pipeline("too_slow").add_step(sleeps)

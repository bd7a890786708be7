"""A step that takes longer than it may."""

import time

from flowyml import Pipeline, step


@step(timeout=0.5)
def sleeps():
    time.sleep(60)


pipeline = Pipeline("too_slow").add_step(sleeps)

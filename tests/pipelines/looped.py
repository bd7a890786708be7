"""Steps made by one `def` in a loop: they run here, and no worker could import them."""

from __future__ import annotations

from flowyml import Pipeline, step

pipeline = Pipeline("looped")
for factor in (2, 3):

    @step(outputs=[f"times_{factor}"], name=f"times_{factor}")
    def multiply(by=factor) -> int:
        return 10 * by

    pipeline.add_step(multiply)

"""Values for one run (docs/semantics.md §1.3, §2.5)."""

from __future__ import annotations

import pytest

from flowyml import CompileError, Pipeline, step


def test_a_run_can_give_what_the_context_does_not_hold():
    @step
    def double(path):
        return path * 2

    pipeline = Pipeline("p").add_step(double)
    assert pipeline.run(context={"path": "a"})["double"] == "aa"
    with pytest.raises(CompileError, match="needs 'path'"):
        pipeline.run()
    with pytest.raises(CompileError, match="needs 'path'"):
        pipeline.build()

"""What a run leaves on the disk (docs/semantics.md §4.5)."""

from __future__ import annotations

from pathlib import Path

from flowyml import Pipeline, step

MEGABYTE = 1 << 20


def ten_large_steps():
    @step(outputs=["value_0"])
    def first():
        return bytes(10 * MEGABYTE)

    def another(number):
        @step(name=f"step_{number}", inputs=[f"value_{number - 1}"], outputs=[f"value_{number}"])
        def add(value):
            return bytes([number]) + value[1:]

        return add

    return Pipeline("large").add_steps([first, *(another(number) for number in range(1, 10))])


def on_disk():
    files = [path for path in Path(".flowyml").rglob("*") if path.is_file()]
    return len([path for path in files if "artifacts" in path.parts]), sum(
        path.stat().st_size for path in files
    )


def test_ten_steps_of_ten_megabytes_take_each_artifact_once():
    pipeline = ten_large_steps()
    first = pipeline.run()
    assert first.success
    count, size = on_disk()
    assert count == 10
    assert 100 * MEGABYTE <= size <= 101 * MEGABYTE
    assert pipeline.rerun(first.run_id).success
    assert pipeline.rerun(first.run_id, from_step="step_3").success
    assert pipeline.run().success
    again, size = on_disk()
    assert again == 10
    assert size <= 101 * MEGABYTE

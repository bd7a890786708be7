"""Pipelines within pipelines (docs/semantics.md §3)."""

from __future__ import annotations

import pytest

from flowyml import CompileError, Pipeline, context, step, unless, when


@step(outputs=["clean"])
def tidy(raw):
    return sorted(raw)


@step(outputs=["scaled"])
def scale(clean, factor: int = 1):
    return [factor * number for number in clean]


@step(outputs=["raw"])
def load():
    return [3, 1, 2]


@step(outputs=["total"])
def add(scaled):
    return sum(scaled)


def part(name="part", **values):
    return Pipeline(name, context=context(**values)).add_steps([tidy, scale])


def refused(pipeline):
    with pytest.raises(CompileError) as error:
        pipeline.build()
    return [(d.code, d.help) for d in error.value.diagnostics]


def test_without_a_word_names_are_shared_and_what_nobody_inside_reads_is_handed_out():
    result = Pipeline("whole").add_step(load).add_sub_pipeline(part()).add_step(add).run()
    assert result.outputs == {
        "raw": [3, 1, 2],
        "part.clean": [1, 2, 3],
        "scaled": [1, 2, 3],
        "total": 6,
    }
    assert list(result.step_results) == ["load", "part.tidy", "part.scale", "add"]


def test_the_order_of_adding_parts_does_not_matter():
    whole = Pipeline("whole").add_step(add).add_sub_pipeline(part()).add_step(load)
    assert whole.run().outputs["total"] == 6


def test_names_are_mapped_in_and_out():
    @step(outputs=["numbers"])
    def other():
        return [5, 4]

    @step
    def last(result):
        return result[-1]

    whole = Pipeline("whole").add_steps([load, other, last])
    whole.add_sub_pipeline(
        part(),
        inputs=["numbers"],
        outputs=["result"],
        input_mapping={"numbers": "raw"},
        output_mapping={"scaled": "result"},
    )
    assert whole.run()["last"] == 5


def test_a_part_can_be_used_twice():
    cleaning = part(factor=2)
    whole = Pipeline("whole").add_step(load)
    whole.add_sub_pipeline(cleaning, output_mapping={"scaled": "first"})
    whole.add_sub_pipeline(
        cleaning, "again", input_mapping={"first": "raw"}, output_mapping={"scaled": "second"}
    )
    outputs = whole.run().outputs
    assert (outputs["first"], outputs["second"]) == ([2, 4, 6], [4, 8, 12])


def test_parts_of_one_name_are_numbered_with_advice():
    cleaning = part()
    whole = Pipeline("whole").add_step(load)
    whole.add_sub_pipeline(cleaning, output_mapping={"scaled": "first"})
    whole.add_sub_pipeline(cleaning, output_mapping={"scaled": "second"})
    assert [s.name for s in whole.build().steps][1:] == [
        "part.tidy", "part.scale", "part-2.tidy", "part-2.scale",
    ]  # fmt: skip
    assert whole.run().outputs["second"] == [1, 2, 3]


def test_twice_with_one_output_name_is_an_error_that_names_the_mapping():
    whole = Pipeline("whole").add_step(load).add_sub_pipeline(part())
    whole.add_sub_pipeline(part(), "again")
    assert refused(whole) == [
        (
            "FML103",
            "an asset has one producer; rename one of the two outputs, with output_mapping= of "
            "add_sub_pipeline()",
        )
    ]


def test_parts_within_parts():
    inner = Pipeline("inner", context=context(factor=10)).add_step(scale)
    middle = Pipeline("middle").add_step(tidy).add_sub_pipeline(inner)
    result = Pipeline("whole").add_steps([load, add]).add_sub_pipeline(middle).run()
    assert result["middle.inner.scale"] == [10, 20, 30]
    assert result["add"] == 60


def test_the_context_of_a_part_comes_before_the_whole_pipelines():
    @step(outputs=["own"])
    def outer(factor: int):
        return factor

    whole = Pipeline("whole", context=context(factor=7)).add_steps([load, outer])
    whole.add_sub_pipeline(part(factor=2))
    result = whole.run()
    assert (result["part.scale"], result["outer"]) == ([2, 4, 6], 7)


def test_a_part_without_a_value_reads_the_whole_pipelines():
    whole = Pipeline("whole", context=context(factor=7)).add_step(load)
    assert whole.add_sub_pipeline(part()).run()["part.scale"] == [7, 14, 21]


@pytest.mark.parametrize(
    ("overrides", "expected"),
    [
        ({"factor": 5}, ([5, 10, 15], 5)),
        ({"part.factor": 5}, ([5, 10, 15], 7)),
        ({"factor": 3, "part.factor": 5}, ([5, 10, 15], 3)),
    ],
)
def test_an_override_reaches_every_part_and_the_full_name_one(overrides, expected):
    @step(outputs=["own"])
    def outer(factor: int):
        return factor

    whole = Pipeline("whole", context=context(factor=7)).add_steps([load, outer])
    result = whole.add_sub_pipeline(part(factor=2)).run(context=overrides)
    assert (result["part.scale"], result["outer"]) == expected


def test_a_required_value_may_come_with_the_run():
    @step(outputs=["scaled"])
    def grow(raw, factor: int):
        return [factor * number for number in raw]

    whole = Pipeline("whole").add_step(load).add_sub_pipeline(Pipeline("p").add_step(grow))
    assert whole.run(context={"factor": 2})["p.grow"] == [6, 2, 4]


def test_declared_inputs_go_in_order_within_a_part():
    @step(inputs=["left", "right"], outputs=["both"])
    def join(a, b):
        return [a, b]

    sides = Pipeline("sides").add_step(join)
    whole = Pipeline("whole").add_sub_pipeline(sides, input_mapping={"x": "left", "y": "right"})
    assert whole.run(inputs={"x": 1, "y": 2})["sides.join"] == [1, 2]


def test_variable_arguments_keep_the_names_of_the_part():
    @step(inputs=["left"], outputs=["all"])
    def gather(**values):
        return values

    whole = Pipeline("whole").add_sub_pipeline(
        Pipeline("p").add_step(gather), input_mapping={"x": "left"}
    )
    assert whole.run(inputs={"x": 1})["p.gather"] == {"left": 1}


def test_a_gate_inside_guards_the_part_alone_and_one_outside_guards_the_part_too():
    @step
    def inner_check(raw):
        raise ValueError("not for us")

    @step
    def copy(raw):
        return raw

    guarded = Pipeline("p").add_steps([inner_check, tidy])
    states = Pipeline("whole").add_step(load).add_sub_pipeline(guarded).add_step(copy).run()
    assert {n: s.state for n, s in states.step_results.items()} == {
        "load": "SUCCEEDED",
        "p.inner_check": "FAILED",
        "p.tidy": "UPSTREAM_FAILED",
        "copy": "SUCCEEDED",
    }
    outside = Pipeline("whole").add_steps([load, inner_check]).add_sub_pipeline(part())
    assert outside.run().step_results["part.tidy"].state == "UPSTREAM_FAILED"


def test_after_may_name_a_part_and_waits_for_all_of_it():
    @step(after=["part"])
    def announce():
        return "done"

    whole = Pipeline("whole").add_steps([announce, load]).add_sub_pipeline(part())
    assert next(s for s in whole.build().steps if s.name == "announce").after == ("part.scale",)


def test_a_failure_inside_is_the_whole_pipelines():
    @step(outputs=["clean"])
    def fails(raw):
        raise ValueError("broken")

    whole = Pipeline("whole").add_step(load).add_sub_pipeline(Pipeline("p").add_step(fails))
    result = whole.run()
    assert result.success is False
    with pytest.raises(ValueError, match="broken"):
        _ = result["p.fails"]


def test_conditions_work_inside_complementary_ones_too():
    def big(raw):
        return len(raw) > 2

    @step(outputs=["size"])
    @when(big)
    def large(raw):
        return "large"

    @step(outputs=["size"])
    @unless(big)
    def small(raw):
        return "small"

    choice = Pipeline("choice").add_steps([large, small])
    whole = Pipeline("whole").add_step(load).add_sub_pipeline(choice)
    result = whole.run()
    assert result.outputs["size"] == "large"
    assert result.step_results["choice.small"].state == "SKIPPED"


@pytest.mark.parametrize(
    ("keywords", "help_"),
    [
        ({"inputs": ["rwa"]}, "did you mean 'raw'?"),
        ({"outputs": ["scaledd"]}, "did you mean 'scaled'?"),
        ({"input_mapping": {"raw": "rwa"}}, "did you mean 'raw'?"),
        ({"output_mapping": {"scale": "x"}}, "did you mean 'scaled'?"),
        ({"inputs": ["raw"], "input_mapping": {"raww": "raw"}}, "did you mean 'raw'?"),
        (
            {"outputs": ["result"], "output_mapping": {"scaled": "results"}},
            "did you mean 'result'?",
        ),
    ],
)
def test_a_mapping_to_a_name_that_is_not_there_is_an_error(keywords, help_):
    whole = Pipeline("whole").add_step(load).add_sub_pipeline(part(), **keywords)
    assert ("FML114", help_) in refused(whole)


def test_what_is_not_among_the_inputs_is_not_read():
    whole = Pipeline("whole").add_step(load).add_sub_pipeline(part(), inputs=[])
    assert ("FML104", "add 'raw' to inputs= of add_sub_pipeline()") in refused(whole)


def test_a_pipeline_cannot_contain_itself():
    whole = Pipeline("whole").add_step(load)
    middle = Pipeline("middle").add_sub_pipeline(whole)
    whole.add_sub_pipeline(middle)
    assert [code for code, _ in refused(whole)] == ["FML108"]


def test_a_part_that_stops_early_needs_a_whole_that_does():
    careful = Pipeline("careful", fail_fast=True).add_step(tidy)
    assert [c for c, _ in refused(Pipeline("w").add_step(load).add_sub_pipeline(careful))] == [
        "FML115"
    ]
    whole = Pipeline("w", fail_fast=True).add_step(load).add_sub_pipeline(careful)
    assert whole.run().success


def test_a_step_cannot_take_the_name_of_one_inside():
    same = step(load.function, name="part.tidy")
    whole = Pipeline("whole").add_step(same).add_sub_pipeline(part(), input_mapping={"x": "raw"})
    assert "FML112" in [code for code, _ in refused(whole)]


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({"inputs": "raw"}, r'inputs= takes a list of names: write inputs=\["raw"\]'),
        ({"input_mapping": ["raw"]}, "input_mapping= takes a dict of names, not list"),
        ({"output_mapping": {"a": 1}}, "output_mapping= takes a dict of names"),
        ({"name": 3}, "name= takes text, not int"),
    ],
)
def test_arguments_of_another_type(keywords, message):
    with pytest.raises(TypeError, match=message):
        Pipeline("whole").add_sub_pipeline(part(), **keywords)


def test_of_a_whole_and_its_parts_in_one_file_the_whole_is_meant(tmp_path):
    from flowyml.frontend.locate import locate

    file = tmp_path / "nested_in_a_file.py"
    file.write_text(
        "from flowyml import Pipeline\n"
        "inner = Pipeline('inner')\n"
        "middle = Pipeline('middle').add_sub_pipeline(inner)\n"
        "whole = Pipeline('whole').add_sub_pipeline(middle)\n"
    )
    assert locate(str(file)).variable == "whole"


def test_what_is_no_pipeline():
    with pytest.raises(TypeError, match=r"takes a pipeline, not Step; add_step\(\) takes a step"):
        Pipeline("whole").add_sub_pipeline(load)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"not Pipeline; add_sub_pipeline\(\) takes one"):
        Pipeline("whole").add_step(part())  # type: ignore[arg-type]


def test_a_rerun_takes_nothing_over_that_an_override_by_full_or_plain_name_changes():
    whole = Pipeline("whole").add_step(load).add_sub_pipeline(part(factor=2)).add_step(add)
    first = whole.run(context={"part.factor": 3})
    again = whole.rerun(first.run_id)
    assert [each.state for each in again.step_results.values()] == ["CACHED"] * 4
    assert whole.rerun(first.run_id, context={"part.factor": 5})["add"] == 30
    assert whole.rerun(first.run_id, context={"factor": 7})["add"] == 42

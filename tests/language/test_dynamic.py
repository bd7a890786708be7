"""Steps that build the pipeline that does their work (docs/semantics.md §3)."""

from __future__ import annotations

import pytest

from flowyml import LocalStack, Pipeline, RunDate, context, dynamic, on_failure, retry, step, when
from flowyml.runtime import NestedError


def train_model(rate):
    return {"rate": rate}


@dynamic(outputs=["best_model"])
def search(config: dict):
    sub = Pipeline("hp_search")
    for rate in config["learning_rates"]:

        @step(outputs=[f"model_{rate}"])
        def train(learning_rate=rate):
            return train_model(learning_rate)

        sub.add_step(train)
    return sub


CONFIG = context(config={"learning_rates": [0.1, 0.01]})


def run(*steps, **keywords):
    return Pipeline("p", **keywords).add_steps(steps).run()


def failed(*steps, **keywords):
    result = run(*steps, **keywords)
    assert not result.success
    return result.step_results[steps[0].name]


def test_without_the_declared_name_the_value_is_the_dict_of_terminal_assets():
    result = run(search, context=CONFIG)
    assert result.outputs["best_model"] == {
        "model_0.1": {"rate": 0.1},
        "model_0.01": {"rate": 0.01},
    }


def test_a_declared_output_that_was_skipped_is_not_replaced_by_a_dict():
    @step(outputs=["label"])
    @when(lambda: False)
    def write():
        return "a label"

    @dynamic(outputs=["label"])
    def maybe():
        return Pipeline("sub").add_step(write)

    found = failed(maybe)
    assert "the pipeline 'sub' that step 'maybe' built skipped 'label'" in found.error
    assert found.nested["write"].state == "SKIPPED"


def test_its_steps_stand_below_it_in_the_result_and_in_the_record():
    result = run(search, context=CONFIG)
    nested = result.step_results["search"].nested
    assert {name: (each.state, each.attempts) for name, each in nested.items()} == {
        "train": ("SUCCEEDED", 1),
        "train-2": ("SUCCEEDED", 1),
    }
    assert nested["train-2"].output == {"rate": 0.01}
    with LocalStack().records() as records:
        recorded = records.get(result.run_id).steps["search"].nested
    assert {name: told["state"] for name, told in recorded.items()} == {
        "train": "SUCCEEDED",
        "train-2": "SUCCEEDED",
    }


def test_an_asset_of_the_declared_name_is_the_value():
    @step(outputs=["best_model"])
    def choose(models):
        return max(models)

    @step(outputs=["models"])
    def train():
        return [1, 3, 2]

    @dynamic(outputs=["best_model"])
    def build():
        return Pipeline("sub").add_steps([train, choose])

    @step
    def use(best_model):
        return best_model + 1

    assert run(build, use)["use"] == 4


def test_several_outputs():
    @step(outputs=["low", "high"])
    def ends(numbers=(1, 5)):
        return numbers

    @dynamic(outputs=["low", "high"])
    def build():
        return Pipeline("sub").add_step(ends)

    assert run(build)["build"] == {"low": 1, "high": 5}


def test_nested_twice_with_the_date_of_the_run():
    @step(outputs=["year"])
    def year(date: RunDate):
        return date.year

    @dynamic(outputs=["year"])
    def inner():
        return Pipeline("inner").add_step(year)

    @dynamic(outputs=["year"])
    def outer():
        return Pipeline("outer").add_step(inner)

    from datetime import datetime, timezone

    date = datetime(2020, 2, 2, tzinfo=timezone.utc)
    result = Pipeline("p").add_step(outer).run(run_date=date)
    assert result["outer"] == 2020
    assert result.step_results["outer"].nested["inner"].nested["year"].state == "SUCCEEDED"


def test_a_failure_in_it_is_the_steps():
    @step
    def fine():
        return 1

    @step
    def breaks():
        raise ValueError("no data")

    @dynamic
    def build():
        return Pipeline("sub").add_steps([fine, breaks])

    found = failed(build)
    assert "the pipeline 'sub' that step 'build' built failed in its step 'breaks'" in found.error
    assert "ValueError: no data" in found.error
    assert {n: s.state for n, s in found.nested.items()} == {
        "fine": "SUCCEEDED",
        "breaks": "FAILED",
    }


def test_retries_go_by_what_the_nested_step_raised():
    tries: list[int] = []

    @step(outputs=["value"])
    def flaky():
        tries.append(1)
        if len(tries) < 3:
            raise ConnectionError("later")
        return 7

    @retry(max_attempts=3, delay=0, on=(ConnectionError,))
    @dynamic(outputs=["value"])
    def build():
        return Pipeline("sub").add_step(flaky)

    result = run(build)
    assert (result["build"], result.step_results["build"].attempts) == (7, 3)


def test_a_fallback_replaces_the_pipeline():
    @step
    def breaks():
        raise ValueError("no data")

    @on_failure(lambda: "yesterday's")
    @dynamic
    def build():
        return Pipeline("sub").add_step(breaks)

    assert run(build)["build"] == "yesterday's"


def test_its_conditions_are_those_of_a_step_and_so_are_its_time_limits():
    @step(outputs=["value"], timeout=600)
    def slow_step():
        return 3

    @dynamic(outputs=["value"])
    def build():
        return Pipeline("sub").add_step(slow_step)

    assert run(build)["build"] == 3


@pytest.mark.parametrize("returned", [None, 3])
def test_what_returns_no_pipeline(returned):
    @dynamic
    def build():
        return returned

    error = failed(build).error
    assert f"dynamic step 'build' returned {type(returned).__name__}" in error
    assert "it has to return the Pipeline" in error


def test_a_pipeline_that_is_wrong_shows_its_diagnostics():
    @step
    def needs(something):
        return something

    @dynamic
    def build():
        return Pipeline("sub").add_step(needs)

    assert "FML104" in failed(build).error


def test_one_that_builds_itself_for_ever_is_stopped():
    def build():
        return Pipeline("sub").add_step(endless)

    endless = dynamic(build, name="endless")
    assert "dynamic step 'endless' is within 20 others" in failed(endless).error


def test_called_directly_it_gives_the_pipeline():
    assert isinstance(search({"learning_rates": [1]}), Pipeline)


def test_what_it_prints_and_its_steps_print_is_the_steps(capsys):
    @step
    def speaks():
        print("from within")

    @dynamic
    def build():
        return Pipeline("sub").add_step(speaks)

    run(build)
    assert "from within" in capsys.readouterr().out


def test_unknown_keywords():
    with pytest.raises(TypeError, match=r"dynamic\(\) has no keyword 'output'; did you mean"):
        dynamic(output=["x"])


def test_the_error_survives_another_process():
    import pickle

    error = pickle.loads(pickle.dumps(NestedError("broken", {"a": {"state": "FAILED"}})))
    assert (str(error), error.steps) == ("broken", {"a": {"state": "FAILED"}})


def test_in_a_process_of_its_own_its_steps_are_known_all_the_same():
    result = run(search, context=CONFIG, executor="process")
    assert list(result.step_results["search"].nested) == ["train", "train-2"]

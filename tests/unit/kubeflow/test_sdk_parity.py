"""What we emit says the same as what Kubeflow's SDK emits for the same containers, but for names.

The pipelines are written twice: with steps, and with the SDK's own words for the containers that
these become. What differs for a reason is stated where it does. The SDK reads annotations as they
are, so this module has no `from __future__ import annotations`.
"""

import pytest
import yaml

from flowyml.backend import CompileOptions
from flowyml.ir import FromAsset, Function, MapSpec, Parameter, Predicate, Retry
from flowyml_kubeflow import KubeflowBackend
from flowyml_kubeflow.names import task_name
from tests.unit.kubeflow.irs import given, node, pipeline
from tests.unit.kubeflow.sdk_meaning import containers, parameters

dsl = pytest.importorskip("kfp.dsl")  # the format's package alone provides `kfp`, too
compiler = pytest.importorskip("kfp.compiler")


def step():
    """A container as ours are; what it is handed comes through `{{$}}`."""
    return dsl.ContainerSpec(
        image="localhost/training:dev",
        command=["python", "-m", "flowyml.runtime", "kubeflow"],
        args=["--executor-input", "{{$}}"],
    )


@pytest.fixture
def ours():
    def emit(ir, version="2.5"):
        options = CompileOptions(version=version, allow=frozenset({"independent"}))
        (artifact,) = KubeflowBackend().compile(ir, options)
        return yaml.safe_load(artifact.text)

    return emit


@pytest.fixture
def theirs(tmp_path):
    def emit(function):
        file = tmp_path / "sdk.yaml"
        compiler.Compiler().compile(function, str(file))
        return yaml.safe_load(file.read_text())

    return emit


def told(spec):
    """Give what the steps are told; the SDK's tasks are told the same."""
    found = {}
    for component in (spec["root"], *spec["components"].values()):
        for name, task in component.get("dag", {}).get("tasks", {}).items():
            constants = task.get("inputs", {}).get("parameters", {})
            if "flowyml_task" in constants:
                found[name] = constants["flowyml_task"]["runtimeValue"]["constant"]
    return found


def uncached(task):
    """Turn the SDK's cache off: its key knows nothing of the code in an image."""
    return task.set_caching_options(False)


def test_a_chain_with_parameters_and_an_order(ours, theirs):
    spec = ours(
        pipeline(
            node("load", context=["rows"]),
            node("train", reads=[("data", "load")], context=["rate"]),
            node("notify", after=["train"]),
            parameters=(given("rows", "integer", 100), given("rate", "number", 0.5)),
        )
    )
    texts = told(spec)

    @dsl.container_component
    def load(flowyml_task: str, rows: int, output: dsl.Output[dsl.Artifact]):
        return step()

    @dsl.container_component
    def train(
        flowyml_task: str,
        data: dsl.Input[dsl.Artifact],
        rate: float,
        output: dsl.Output[dsl.Artifact],
    ):
        return step()

    @dsl.container_component
    def notify(flowyml_task: str, output: dsl.Output[dsl.Artifact]):
        return step()

    @dsl.pipeline(name="training")
    def training(rows: int = 100, rate: float = 0.5):
        loaded = uncached(load(flowyml_task=texts["load"], rows=rows))
        fitted = uncached(
            train(flowyml_task=texts["train"], data=loaded.outputs["output"], rate=rate)
        )
        uncached(notify(flowyml_task=texts["notify"])).after(fitted)

    other = theirs(training)

    assert containers(spec) == containers(other)
    assert parameters(spec) == parameters(other)
    # The containers are the same, and so they are one here: the SDK writes one for each task.
    assert len(spec["deploymentSpec"]["executors"]) == 1
    assert len(other["deploymentSpec"]["executors"]) == 3


def test_a_condition(ours, theirs):
    predicate = Predicate(function=Function(entrypoint="m:train#when[0]", digest="b" * 64))
    conditional = node("train", reads=[("data", "load")]).model_copy(update={"when": (predicate,)})
    spec = ours(pipeline(node("load"), conditional, node("use", reads=[("model", "train")])))
    texts = told(spec)

    @dsl.container_component
    def load(flowyml_task: str, output: dsl.Output[dsl.Artifact]):
        return step()

    @dsl.container_component
    def train_when(
        flowyml_task: str, data: dsl.Input[dsl.Artifact], flowyml_wanted: dsl.OutputPath(bool)
    ):
        return step()

    @dsl.container_component
    def train(
        flowyml_task: str,
        data: dsl.Input[dsl.Artifact],
        flowyml_wanted: bool,
        output: dsl.Output[dsl.Artifact],
    ):
        return step()

    @dsl.container_component
    def use(flowyml_task: str, model: dsl.Input[dsl.Artifact], output: dsl.Output[dsl.Artifact]):
        return step()

    @dsl.pipeline(name="training")
    def training():
        loaded = uncached(load(flowyml_task=texts["load"]))
        data = loaded.outputs["output"]
        gate = uncached(train_when(flowyml_task=texts["train--when"], data=data))
        with dsl.If(gate.outputs["flowyml_wanted"] == True):  # noqa: E712 - the SDK's own words
            fitted = uncached(
                train(
                    flowyml_task=texts["train"],
                    data=data,
                    flowyml_wanted=gate.outputs["flowyml_wanted"],
                )
            )
            uncached(use(flowyml_task=texts["use"], model=fitted.outputs["output"]))

    found, other = containers(spec, {"train--when": "train-when"}), containers(theirs(training))

    # A task is skipped with what it reads, so a condition need not stand on its readers too. The
    # SDK knows no other way to let `use` read what `train` makes.
    condition = "<flowyml_wanted of train-when> == true"
    assert other["use"].pop("conditions") == (condition,)
    assert found["use"].pop("conditions") == ()
    assert found == other


def test_a_loop_over_what_a_task_made(ours, theirs):
    scores = node("score", reads=[("row", "load")]).model_copy(
        update={"map": MapSpec(concurrency=3)}
    )
    spec = ours(pipeline(node("load"), scores), version="2.14")
    texts = told(spec)

    @dsl.container_component
    def load(flowyml_task: str, output: dsl.Output[dsl.Artifact]):
        return step()

    @dsl.container_component
    def score_split(
        flowyml_task: str,
        row: dsl.Input[dsl.Artifact],
        flowyml_ranges: dsl.OutputPath(list[dict]),
        flowyml_items: dsl.Output[dsl.Artifact],
    ):
        return step()

    @dsl.container_component
    def score_work(
        flowyml_task: str,
        flowyml_items: dsl.Input[dsl.Artifact],
        flowyml_range: dict,
        flowyml_results: dsl.Output[dsl.Artifact],
    ):
        return step()

    @dsl.container_component
    def score(
        flowyml_task: str,
        flowyml_items: dsl.Input[dsl.Artifact],
        flowyml_ranges: list,
        flowyml_results: dsl.Input[list[dsl.Artifact]],
        output: dsl.Output[dsl.Artifact],
    ):
        return step()

    @dsl.pipeline(name="training")
    def training():
        loaded = uncached(load(flowyml_task=texts["load"]))
        split = uncached(
            score_split(flowyml_task=texts["score--split"], row=loaded.outputs["output"])
        )
        ranges, items = split.outputs["flowyml_ranges"], split.outputs["flowyml_items"]
        with dsl.ParallelFor(items=ranges, parallelism=3) as each:
            work = uncached(
                score_work(
                    flowyml_task=texts["score--work"], flowyml_items=items, flowyml_range=each
                )
            )
        results = dsl.Collected(work.outputs["flowyml_results"])
        uncached(
            score(
                flowyml_task=texts["score"],
                flowyml_items=items,
                flowyml_ranges=ranges,
                flowyml_results=results,
            )
        )

    names = {f"score--{part}": f"score-{part}" for part in ("split", "work")}
    assert containers(spec, names) == containers(theirs(training))


def inside(name, *, reads):
    """A step of the sub-pipeline `prepare`, which reads what a step makes by that step's name."""
    step, output = reads
    bound = Parameter(name="x", binding=FromAsset(step=step, output=output))
    made = node(name, context=["rate"])
    changes = {"name": f"prepare.{name}", "group": ("prepare",)}
    return made.model_copy(update=changes | {"parameters": (bound, *made.parameters)})


def test_a_nested_pipeline(ours, theirs):
    bound = Parameter(name="x", binding=FromAsset(step="prepare.scale", output="scale"))
    spec = ours(
        pipeline(
            node("load"),
            inside("clean", reads=("load", "load")),
            inside("scale", reads=("prepare.clean", "clean")),
            node("use").model_copy(update={"parameters": (bound,)}),
            parameters=(given("rate", "number", 0.5),),
        )
    )
    names = {task_name(f"prepare.{name}"): name for name in ("clean", "scale")}
    texts = {names.get(task, task): text for task, text in told(spec).items()}

    @dsl.container_component
    def load(flowyml_task: str, output: dsl.Output[dsl.Artifact]):
        return step()

    @dsl.container_component
    def clean(
        flowyml_task: str, x: dsl.Input[dsl.Artifact], rate: float, output: dsl.Output[dsl.Artifact]
    ):
        return step()

    @dsl.container_component
    def scale(
        flowyml_task: str, x: dsl.Input[dsl.Artifact], rate: float, output: dsl.Output[dsl.Artifact]
    ):
        return step()

    @dsl.container_component
    def use(flowyml_task: str, x: dsl.Input[dsl.Artifact], output: dsl.Output[dsl.Artifact]):
        return step()

    @dsl.pipeline(name="prepare")
    def prepare(x: dsl.Input[dsl.Artifact], rate: float) -> dsl.Artifact:
        cleaned = uncached(clean(flowyml_task=texts["clean"], x=x, rate=rate))
        made = scale(flowyml_task=texts["scale"], x=cleaned.outputs["output"], rate=rate)
        return uncached(made).outputs["output"]

    @dsl.pipeline(name="training")
    def training(rate: float = 0.5):
        loaded = uncached(load(flowyml_task=texts["load"]))
        inner = prepare(x=loaded.outputs["output"], rate=rate)
        uncached(use(flowyml_task=texts["use"], x=inner.output))

    assert containers(spec, names) == containers(theirs(training))


def test_retries_are_the_pods_own(ours, theirs):
    """The SDK's retry starts a new pod; ours is told to its own, for waits and exceptions."""
    spec = ours(pipeline(node("load", retry=Retry(attempts=3))))
    texts = told(spec)

    @dsl.container_component
    def load(flowyml_task: str, output: dsl.Output[dsl.Artifact]):
        return step()

    @dsl.pipeline(name="training")
    def training():
        uncached(load(flowyml_task=texts["load"])).set_retry(num_retries=2)

    found, other = containers(spec), containers(theirs(training))

    assert other["load"].pop("retry")["maxRetryCount"] == 2
    assert found["load"].pop("retry") is None
    assert '"attempts": 3' in texts["load"]
    assert found == other

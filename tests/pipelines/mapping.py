"""Map tasks over what steps make and what the context holds; all, some or no items succeed."""

from __future__ import annotations

from pathlib import Path

from flowyml import MapTaskResult, Pipeline, context, map_task, on_failure, retry, step, when


@step(outputs=["numbers"])
def numbers(count: int):
    return list(range(count))


@step(outputs=["scale"])
def scales():
    return 10


@map_task(inputs=["numbers"], outputs=["scaled"])
def multiply(number: int, scale: int, shift: int = 0):
    return number * scale + shift


@map_task(inputs=["scaled"], outputs=["pairs"], concurrency=2)
def pair(value, suffix: str):
    return value, f"{value}{suffix}"


@map_task(outputs=["upper"])
def capitalise(words: str):
    return words.upper()


@map_task(inputs=["numbers"], outputs=["halves"], min_success_ratio=0.4)
def halve(number: int):
    if number % 2:
        raise ValueError(f"{number} is odd")
    return number // 2


@step(outputs=["seen"])
def look(halves: MapTaskResult, pairs: list, upper: list):
    return [halves.results, [error.error for error in halves.errors], pairs, upper]


@step(outputs=["extra"])
@when(lambda count: count > 100)
def skipped(count: int):
    return list(range(count))


@map_task(inputs=["extra"], outputs=["never"])
def over_nothing(each):
    return each


@map_task(inputs=["numbers"], outputs=["without"])
def can_do_without(number, extra=None):
    return [number, extra]


@map_task(inputs=["numbers"], outputs=["guarded"])
@when(lambda scale: scale > 100)
def guarded(number):
    return number


@step(outputs=["told"], after=["guarded"])
def tell(without: list, never="nothing"):
    return [without, never]


@map_task(inputs=["numbers"], outputs=["counted"], retries=1, retry_delay=0, timeout_per_item=60)
def second_time(number: int, folder: str):
    if not folder:
        raise ValueError("this pipeline leaves files: give it a folder with -c folder=…")
    mark = Path(folder, f"tried-{number}")
    if not mark.exists():
        mark.touch()
        raise RuntimeError("the first try")
    return number


def instead(number, error):
    return [type(error).__name__, len(number)]


@map_task(inputs=["numbers"], outputs=["rescued"])
@on_failure(instead)
@retry(max_attempts=2, delay=0)
def always_fails(number):
    if number >= 0:
        raise RuntimeError("never")


@step(outputs=["saved"])
def save(rescued, counted: list):
    return [rescued, counted] if isinstance(rescued, list) else [rescued.results, counted]


pipeline = Pipeline(
    "mapping", context=context(count=4, shift=1, suffix="!", words=["one", "two"], folder="")
).add_steps(
    [
        numbers,
        scales,
        multiply,
        pair,
        capitalise,
        halve,
        look,
        skipped,
        over_nothing,
        can_do_without,
        guarded,
        tell,
        second_time,
        always_fails,
        save,
    ]
)

"""Context values of ten kilobytes each, of every kind, read by steps, conditions and maps."""

from __future__ import annotations

from flowyml import Pipeline, context, map_task, step, when

WORDS = [f'{{{{word}}}} {n} "é"' for n in range(450)]
NESTED = {"rows": [{"n": 2**60 + n, "half": [1.0, None]} for n in range(190)], "": {}}
TEXT = '"null' + "a line\n" * 1200
NUMBERS = list(range(1800))
TABLE = {str(n): n for n in range(800)}


def is_long(words: list[str]) -> bool:
    return len(words) > 100


@step(outputs=["arrived"])
def compare(words: list[str], nested: dict, text: str, numbers: list[int]) -> list[bool]:
    whole = nested["rows"][0]["half"][0]
    return [
        words == WORDS,
        nested == NESTED and isinstance(whole, float),
        text == TEXT,
        numbers == NUMBERS,
    ]


@step(outputs=["decided"])
@when(is_long)
def decide(arrived: list[bool]) -> int:
    return len(arrived)


@map_task(inputs=["arrived"], outputs=["mapped"], concurrency=2)
def look_up(item: bool, table: dict = TABLE) -> int:
    return table["7"] + item


@step(outputs=["total"])
def total(mapped: list, size: int) -> int:
    return sum(mapped) + size


@step(outputs=["size"])
def measure(table: dict) -> int:
    return len(table)


measuring = Pipeline("measuring", context=context(table=TABLE)).add_step(measure)
pipeline = Pipeline(
    "large_defaults",
    context=context(words=WORDS, nested=NESTED, text=TEXT, numbers=NUMBERS),
    fail_fast=True,
)
pipeline.add_steps([compare, decide, look_up]).add_sub_pipeline(measuring).add_step(total)

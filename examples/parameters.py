"""Parameters of every JSON type, set for one run, and the date that a run is for.

flowyml run examples/parameters.py
flowyml run examples/parameters.py -c rate=0.5 -c 'weights={"red": 2, "green": 1}'
flowyml run examples/parameters.py --date 2026-01-31
"""

from __future__ import annotations

import json

from flowyml import Pipeline, RunDate, context, step


@step(outputs=["plan"])
def plan(rate: float, rounds: int, verbose: bool, colours: list[str], weights: dict[str, int]):
    shares = {colour: round(weights.get(colour, 0) * rate, 2) for colour in colours}
    return {"rounds": rounds, "shares": shares, "verbose": verbose}


@step(inputs=["plan"], outputs=["report"])
def report(plan: dict[str, object], title: str, day: RunDate, note: str | None = None) -> str:
    text = f"{title} for {day:%Y-%m-%d}: {json.dumps(plan['shares'], sort_keys=True)}"
    return text if note is None else f"{text} ({note})"


@step(inputs=["report"])
def publish(report: str) -> None:
    print(report)


pipeline = Pipeline(
    "parameters",
    context=context(
        title='Shares "as planned"',
        rate=0.1,
        rounds=3,
        verbose=False,
        colours=["red", "green"],
        weights={"red": 1, "green": 3},
    ),
    description="Compute shares from parameters and report them for a date.",
).add_steps([plan, report, publish])

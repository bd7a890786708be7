"""The date that the run is for."""

from __future__ import annotations

from flowyml import Pipeline, RunDate, step


@step(outputs=["day"])
def name_day(date: RunDate) -> str:
    return f"{date:%Y-%m-%d}"


@step(outputs=["moment"])
def moment(when: RunDate, day: str) -> list[str | None]:
    return [when.isoformat(), str(when.tzinfo), day]


pipeline = Pipeline("dated").add_steps([name_day, moment])

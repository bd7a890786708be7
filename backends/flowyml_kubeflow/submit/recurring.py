"""Recurring runs: what a schedule becomes on a Kubeflow, and what replaces the one that is there.

A recurring run has no zone of its own (`recurring_run.proto`): the installation reads all cron in
one, that of its controller's `CRON_SCHEDULE_TIMEZONE`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flowyml.diagnostics import UsageError
from flowyml.frozen import dataclass
from flowyml_kubeflow.names import pipeline_name

if TYPE_CHECKING:
    from flowyml.ir import PipelineIR, Schedule
    from flowyml_kubeflow.deploy_settings import ServerSettings
    from flowyml_kubeflow.submit.api import Api

_OURS = "Made by flowyml"
"""What the description of a recurring run begins with; others of the same name are left alone."""
_UTC = frozenset({"UTC", "Etc/UTC", "Etc/UCT", "Zulu", "Universal", "UCT"})


@dataclass(frozen=True, kw_only=True)
class Recurring:
    """The recurring run that a pipeline is to have.

    Attributes:
        name: what it is called.
        settings: where it goes.
        trigger: when it starts runs; None if the pipeline has no schedule.
        said: the same for a person.
    """

    name: str
    settings: ServerSettings
    trigger: Mapping[str, Any] | None = None
    said: str = ""

    @classmethod
    def of(cls, ir: PipelineIR, settings: ServerSettings) -> Recurring:
        """Translate a schedule.

        Raises:
            UsageError: Kubeflow cannot keep it.
        """
        name = f"{pipeline_name(ir.name)} (schedule)"
        schedule = ir.schedule
        if schedule is None:
            return cls(name=name, settings=settings)
        trigger, said = _trigger(schedule, settings.timezone)
        return cls(name=name, settings=settings, trigger=trigger, said=said)

    def settle(
        self, api: Api, source: Mapping[str, str], version: str, *, activate: bool
    ) -> tuple[str, ...]:
        """Make the recurring run, unless it is there, and take those away that it replaces.

        One that somebody has disabled stays so, unless it is to be activated.

        Returns:
            What was done, a sentence each.
        """
        found = api.recurring(self.name)
        old = [each for each in found if each.get("description", "").startswith(_OURS)]
        if self.trigger is None:
            _take_away(api, old)
            return ("its recurring run is gone: it has no schedule any more",) if old else ()
        wanted = self._body(source, version, api.experiment(self.settings.experiment))
        same = [each for each in old if each["description"] == wanted["description"]]
        stopped = bool(old) and not activate and all(each["status"] == "DISABLED" for each in old)
        if not same or (activate and same[0]["status"] == "DISABLED"):
            api.create_recurring(wanted | {"mode": "DISABLE" if stopped else "ENABLE"})
            _take_away(api, old)
        else:
            _take_away(api, [each for each in old if each is not same[0]])
        rest = "; it is disabled there, and --unpause enables it" if stopped else ""
        return (f"it starts {self.said}{rest}",)

    def _body(self, source: Mapping[str, str], version: str, experiment: str) -> dict[str, Any]:
        """Say all but whether it is enabled; the description tells it from any other."""
        body = {
            "display_name": self.name,
            "experiment_id": experiment,
            "pipeline_version_reference": dict(source),
            "runtime_config": self.settings.runtime({}),
            "trigger": self.trigger,
            "max_concurrency": str(self.settings.max_active_runs),
            "no_catchup": not self.settings.catchup,
            **self.settings.account(),
        }
        settings = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:8]
        about = f"{_OURS} for version {version}; starts {self.said}; settings {settings}"
        return body | {"description": about}


def _trigger(schedule: Schedule, zone: str) -> tuple[dict[str, Any], str]:
    """Give the trigger, and say when it starts runs."""
    if schedule.every is not None:
        said = f"every {schedule.every} seconds"
        return {"periodic_schedule": {"interval_second": str(schedule.every)}}, said
    own = schedule.timezone or "UTC"
    if own != zone and not {own, zone} <= _UTC:
        raise UsageError(
            f"the schedule is in {own}, and this Kubeflow reads cron in {zone}; write the schedule "
            f"in {zone}; or, if its controller has CRON_SCHEDULE_TIMEZONE={own}, say so in the "
            f"stack: kubeflow: {{timezone: {own}}}"
        )
    cron = f"0 {schedule.cron}"  # six fields, seconds first; assets are refused when it is compiled
    said = f"at '{cron}' (seconds first) in {zone}, the zone that this Kubeflow reads cron in"
    return {"cron_schedule": {"cron": cron}}, said


def _take_away(api: Api, recurring: list[dict[str, Any]]) -> None:
    for each in recurring:
        api.delete_recurring(each["recurring_run_id"])

"""Hand a specification to a Kubeflow as a version of its pipeline, and begin runs of it.

A version is named by the digest of the IR and that of the text, which holds images and resources of
the stack, too: what is there under that name already is the same in every respect.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from flowyml.backend import Delivery, Deployed, RunRequest
from flowyml.deploy.errors import RefusedError
from flowyml.deploy.http import Service, bearer, revealed
from flowyml.diagnostics import UsageError
from flowyml.ir import digest
from flowyml.stacks.stack import Secret
from flowyml_kubeflow import versions
from flowyml_kubeflow.deploy_settings import ServerSettings
from flowyml_kubeflow.names import RUN_DATE, pipeline_name
from flowyml_kubeflow.plan import plan
from flowyml_kubeflow.submit.api import Api, found_or_made
from flowyml_kubeflow.submit.nodes import moment
from flowyml_kubeflow.submit.recurring import Recurring
from flowyml_kubeflow.submit.remote import KubeflowRun
from flowyml_kubeflow.trial import asks_for_date, given_context, run_parameters

if TYPE_CHECKING:
    from flowyml.stacks import Stack

_OWN = "pipeline '{}' of flowyml"
"""The last line of the description of each pipeline that is made here."""
_TOKEN_FILE = "KF_PIPELINES_SA_TOKEN_PATH"  # noqa: S105 - the name of a variable
"""What Kubeflow's own SDK reads, too: in a pod it names the file of its service account's token."""


def deploy(delivery: Delivery) -> Deployed:
    """Upload a pipeline as a new version, unless it is there, and settle its schedule."""
    settings = ServerSettings.of(delivery.options)
    api, address = _reach(delivery.stack, settings)
    name, version = pipeline_name(delivery.ir.name), _version(delivery)
    recurring = Recurring.of(delivery.ir, settings)
    delivery.say(f"looking for version {version} of {name}")
    own = _OWN.format(delivery.ir.name)
    about = "\n".join(filter(None, (delivery.ir.description, own)))
    there, _ = found_or_made(lambda: api.pipeline(name), lambda: api.create_pipeline(name, about))
    _refuse_other(there, own, name)
    pipeline = str(there["pipeline_id"])
    found, changed = found_or_made(
        lambda: api.version(pipeline, version), lambda: _upload(api, pipeline, version, delivery)
    )
    source = {"pipeline_id": pipeline, "pipeline_version_id": found}
    notes = recurring.settle(api, source, version, activate=delivery.activate)
    url = f"{address}/#/pipelines/details/{pipeline}/version/{found}"
    return Deployed(name=name, version=version, changed=changed, url=url, notes=notes)


def start(delivery: Delivery, run: RunRequest) -> KubeflowRun:
    """Begin a run of what was deployed."""
    settings = ServerSettings.of(delivery.options)
    api, address = _reach(delivery.stack, settings)
    name, version = pipeline_name(delivery.ir.name), _version(delivery)
    there = api.pipeline(name)
    pipeline = str(there["pipeline_id"]) if there else None
    found = pipeline and api.version(pipeline, version)
    if not found:
        raise RefusedError(
            f"Kubeflow at {address} has no version {version} of {name} any more; deploy it again",
            status=404,
            words="",
        )
    parameters = run_parameters(delivery.ir, run.context)
    if run.run_date and asks_for_date(delivery.ir):
        parameters[RUN_DATE] = run.run_date.isoformat()
    body: dict[str, Any] = {
        "display_name": f"{name} {run.run_id}",
        "experiment_id": api.experiment(settings.experiment),
        "pipeline_version_reference": {"pipeline_id": pipeline, "pipeline_version_id": found},
        "runtime_config": settings.runtime(parameters),
        **settings.account(),
    }
    begun = api.start(body)
    return _seen(delivery, api, address, begun, run.run_date)


def attach(delivery: Delivery, handle: str) -> KubeflowRun:
    """Find a run that was begun earlier."""
    api, address = _reach(delivery.stack, ServerSettings.of(delivery.options))
    return _seen(delivery, api, address, api.run(handle), None)


def _reach(stack: Stack, settings: ServerSettings) -> tuple[Api, str]:
    """Prepare to ask; nothing is asked yet.

    Raises:
        UsageError: the stack does not say where Kubeflow is.
    """
    if settings.url is None:
        raise UsageError(
            f"the stack '{stack.name}' does not say where Kubeflow is; add to it in flowyml.yaml: "
            "kubeflow: {url: https://…}"
        )
    service = Service("Kubeflow", settings.url, lambda _: _credentials(stack, settings))
    return Api(service, settings.namespace), service.url


def _credentials(stack: Stack, settings: ServerSettings) -> Mapping[str, str]:
    """Give the headers that say who asks.

    Raises:
        UsageError: a secret cannot be had.
    """
    found: dict[str, str] = {}
    if settings.token is not None:
        found |= bearer(stack, settings.token.secret)
    elif place := os.environ.get(_TOKEN_FILE):
        found |= bearer(stack, Secret("file", place))
    if settings.cookie is not None:
        found["Cookie"] = revealed(stack, settings.cookie.secret, "cookie")
    return found


def _refuse_other(there: Mapping[str, Any], own: str, name: str) -> None:
    """Refuse to put versions of two pipelines under one name: Kubeflow has no underscores.

    Raises:
        UsageError: what is there is another pipeline of flowyml.
    """
    said = str(there.get("description", "")).rpartition("\n")[2]
    if said != own and re.fullmatch(_OWN.format(".*"), said):
        raise UsageError(
            f"on this Kubeflow '{name}' is another pipeline: {said}; rename one of them, or deploy "
            "it to another namespace"
        )


def _upload(api: Api, pipeline: str, version: str, delivery: Delivery) -> str:
    delivery.say("uploading it")
    return api.upload_version(pipeline, version, _text(delivery), _describe(delivery))


def _version(delivery: Delivery) -> str:
    """Name the version: by the IR, and by what the specification says beside its comments."""
    lines = [line for line in _text(delivery).splitlines() if not line.lstrip().startswith("#")]
    text = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    return f"{digest(delivery.ir)[:16]}-{text[:8]}"


def _text(delivery: Delivery) -> str:
    """Give the one specification among the files."""
    (text,) = (each for path, each in delivery.files.items() if path.endswith(".yaml"))
    return text.decode() if isinstance(text, bytes) else text


def _describe(delivery: Delivery) -> str:
    version = f", version {delivery.ir.version}" if delivery.ir.version else ""
    return f"IR {digest(delivery.ir)}{version}; made by flowyml"


def _seen(
    delivery: Delivery, api: Api, address: str, run: Mapping[str, Any], date: datetime | None
) -> KubeflowRun:
    handle = str(run["run_id"])
    given = run.get("runtime_config", {}).get("parameters", {})
    date = date or moment(given.get(RUN_DATE))
    date = date or moment(run.get("scheduled_at")) or moment(run.get("created_at"))
    return KubeflowRun(
        api,
        handle,
        url=f"{address}/#/runs/details/{handle}",
        run_date=date or datetime.now(timezone.utc),
        context=given_context(delivery.ir, given),
        ir=delivery.ir,
        planned=plan(delivery.ir, spread=versions.version(delivery.options.version).knows("loops")),
    )

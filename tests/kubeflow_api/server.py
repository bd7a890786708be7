"""A server on this machine that speaks the v2beta1 API of Kubeflow Pipelines over HTTP."""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from tests.kubeflow_api.service import Refusal, Service, filtered, invalid

API = "/apis/v2beta1"


@dataclasses.dataclass
class Server:
    """A server that runs.

    Attributes:
        url: where it listens.
        service: what it keeps.
        token: what it asks for; None lets everybody in.
        asked: each request, as `POST /apis/v2beta1/runs`.
        interfere: is asked first, and may answer in the server's place.
    """

    service: Service
    url: str = ""
    token: str | None = None
    asked: list[str] = dataclasses.field(default_factory=list)
    interfere: Callable[[Request], Response | None] = lambda _request: None

    async def answer(self, request: Request, call: Callable[[Request], Any]) -> Response:
        self.asked.append(f"{request.method} {request.url.path}")
        if answer := await run_in_threadpool(self.interfere, request):
            return answer
        if self.token and request.headers.get("authorization") != f"Bearer {self.token}":
            return JSONResponse({"error": "Unauthenticated", "code": 16}, status_code=401)
        try:
            found = await call(request)
        except Refusal as refusal:
            said = {"error": refusal.message, "code": refusal.code, "message": refusal.message}
            if "/upload" in request.url.path:
                said = {"error_message": refusal.message, "error_details": refusal.message}
            return JSONResponse(said, status_code=refusal.status)
        return found if isinstance(found, Response) else JSONResponse(_shown(found))


def _shown(found: Any) -> Any:
    """Leave out what only this server needs."""
    if isinstance(found, dict):
        return {key: _shown(value) for key, value in found.items() if key != "text"}
    return [_shown(each) for each in found] if isinstance(found, list) else found


def _app(server: Server) -> Starlette:
    service = server.service

    def route(method: str, path: str, call: Callable[[Request], Any]) -> Route:
        async def endpoint(request: Request) -> Response:
            return await server.answer(request, call)

        return Route(path, endpoint, methods=[method])

    def plain(call: Callable[[Request], Any]) -> Callable[[Request], Any]:
        async def called(request: Request) -> Any:
            return await run_in_threadpool(call, request)

        return called

    def listed(name: str, items: Callable[[Request], list[Any]]) -> Callable[[Request], Any]:
        def call(request: Request) -> Any:
            found = filtered(items(request), request.query_params.get("filter"))
            return {name: found, "total_size": len(found)} if found else {}

        return plain(call)

    def kept(name: str, items: dict[str, Any]) -> Callable[[Request], Any]:
        return listed(name, lambda _: [*items.values()])

    async def body(request: Request) -> Any:
        try:
            return await request.json()
        except ValueError:
            raise invalid("the body is no JSON") from None

    def created(make: Callable[[Any], Any]) -> Callable[[Request], Any]:
        async def call(request: Request) -> Any:
            return await run_in_threadpool(make, await body(request))

        return call

    async def upload(request: Request) -> Any:
        asked = request.query_params
        return service.upload(
            await _file(request), asked.get("name", ""), asked.get("description", "")
        )

    async def upload_version(request: Request) -> Any:
        asked = request.query_params
        text = await _file(request)
        key, name = asked.get("pipelineid", ""), asked.get("name", "")
        return service.upload_version(text, key, name, asked.get("description", ""))

    def key(name: str, find: Callable[[str], Any]) -> Callable[[Request], Any]:
        return plain(lambda request: find(request.path_params[name]))

    def log(request: Request) -> Response:
        asked = request.path_params
        return PlainTextResponse(service.log(asked["run"], asked["pod"]))

    def switched(status: str) -> Callable[[str], Any]:
        def switch(found: str) -> dict[str, Any]:
            service.recurring[found]["status"] = status
            return {}

        return switch

    async def healthz(_request: Request) -> Any:
        return {"multi_user": False}

    versions = f"{API}/pipelines/{{pipeline}}/versions"
    recurring = f"{API}/recurringruns"
    return Starlette(
        routes=[
            route("GET", f"{API}/healthz", healthz),
            route("POST", f"{API}/pipelines/upload", upload),
            route("POST", f"{API}/pipelines/upload_version", upload_version),
            route("GET", f"{API}/pipelines/names/{{name}}", key("name", service.pipeline_by_name)),
            route("POST", f"{API}/pipelines", created(service.create_pipeline)),
            route("GET", f"{API}/pipelines", kept("pipelines", service.pipelines)),
            route("GET", f"{API}/pipelines/{{pipeline}}", key("pipeline", service.pipeline)),
            route(
                "GET",
                versions,
                listed(
                    "pipeline_versions",
                    lambda request: service.versions_of(request.path_params["pipeline"], None),
                ),
            ),
            route("POST", f"{API}/experiments", created(service.create_experiment)),
            route("GET", f"{API}/experiments", kept("experiments", service.experiments)),
            route("POST", f"{API}/runs", created(service.create_run)),
            route("GET", f"{API}/runs/{{run}}", key("run", service.run)),
            route("GET", "/apis/v1alpha1/runs/{run}/nodes/{pod}/log", plain(log)),
            route("POST", recurring, created(service.create_recurring)),
            route("GET", recurring, kept("recurringRuns", service.recurring)),
            route("POST", f"{recurring}/{{key}}:disable", key("key", switched("DISABLED"))),
            route("POST", f"{recurring}/{{key}}:enable", key("key", switched("ENABLED"))),
            route("DELETE", f"{recurring}/{{key}}", key("key", service.delete_recurring)),
        ]
    )


async def _file(request: Request) -> str:
    async with request.form() as form:
        file: Any = form.get("uploadfile")
        if file is None:
            raise invalid("Failed to read pipeline from file")
        return str((await file.read()).decode())


class Running:
    """Starts the server in a thread, on a port of its own, and stops it."""

    def __init__(self, folder: Path, project: Path, env: dict[str, str]) -> None:
        self.server = Server(Service(folder, project, env))
        config = uvicorn.Config(
            _app(self.server), host="127.0.0.1", port=0, log_level="error", lifespan="off"
        )
        self._uvicorn = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._uvicorn.run, name="kubeflow-api")

    def __enter__(self) -> Server:
        self._thread.start()
        while not self._uvicorn.started:
            if not self._thread.is_alive():
                raise RuntimeError("the server did not start")
            time.sleep(0.01)
        port = self._uvicorn.servers[0].sockets[0].getsockname()[1]
        self.server.url = f"http://127.0.0.1:{port}"
        return self.server

    def __exit__(self, *_: object) -> None:
        self._uvicorn.should_exit = True
        self._thread.join()
        self.server.service.close()

"""What is uploaded, when, and what is said where a Kubeflow does not take it."""

from __future__ import annotations

import dataclasses
import socket

import pytest

from flowyml.deploy import (
    RefusedError,
    UnauthorizedError,
    UnreachableError,
    begin,
    deliver,
    prepare,
    run_there,
)
from flowyml.deploy import http as module
from flowyml.diagnostics import UsageError
from flowyml.ir import digest

UPLOAD = "POST /apis/v2beta1/pipelines/upload_version"


def deployed(pipeline, stack, **options):
    delivery, _ = prepare(pipeline, stack, **options)
    return deliver(delivery)


def refuse(path, status, **body):
    """Answer requests to a path in the server's place."""
    from starlette.responses import JSONResponse

    def answer(request):
        return JSONResponse(body, status_code=status) if request.url.path.endswith(path) else None

    return answer


def test_a_version_is_named_by_the_digest_of_the_ir(pipeline, stack, there):
    made = deployed(pipeline, stack())

    assert made.changed
    assert (made.name, made.version[:16]) == ("sums", digest(pipeline.build())[:16])
    (version,) = there.service.versions.values()
    assert version["name"] == made.version
    assert f"IR {digest(pipeline.build())}" in version["description"]
    assert made.url == (
        f"{there.url}/#/pipelines/details/{version['pipeline_id']}"
        f"/version/{version['pipeline_version_id']}"
    )


def test_the_same_is_not_uploaded_twice(project, stack, there):
    first, again = deployed(project(), stack()), deployed(project(), stack())

    assert (first.changed, again.changed) == (True, False)
    assert first.url == again.url
    assert there.asked.count(UPLOAD) == 1


def test_another_pipeline_is_another_version(project, stack, there):
    first = deployed(project(), stack())
    other = deployed(project(**{"return sum(rows)": "return max(rows)"}), stack())

    assert other.version != first.version
    assert len(there.service.pipelines) == 1
    assert there.asked.count(UPLOAD) == 2


def test_two_pipelines_that_would_have_one_name_there(project, stack, there):
    """Kubeflow's names have dashes alone, so `two_sums` and `two-sums` are one."""
    deployed(project(**{'"sums"': '"two_sums", description="First\\nof two"'}), stack())
    other = project(**{'"sums"': '"two-sums"'})

    with pytest.raises(UsageError, match=r"'two-sums' is another pipeline: pipeline 'two_sums' of"):
        deployed(other, stack())
    assert len(there.service.versions) == 1


def test_a_namespace_is_named_wherever_one_counts(pipeline, stack, there):
    seen = []
    there.interfere = lambda request: seen.append((request.method, request.url))
    run_there(pipeline, stack(namespace="team"))

    asked = {url.path.removeprefix("/apis/v2beta1"): url.query for _, url in seen}
    assert asked["/pipelines/names/sums"] == "namespace=team"
    assert "namespace=team" in asked["/recurringruns"]
    assert any(url.path.endswith("/experiments") and "=team" in url.query for _, url in seen)
    (made,) = there.service.pipelines.values()
    (experiment,) = there.service.experiments.values()
    assert (made["namespace"], experiment["namespace"]) == ("team", "team")


def test_what_somebody_else_uploads_meanwhile_is_found(pipeline, stack, there):
    """Between our look and our upload: the server answers 409."""
    other = iter([True])

    def meanwhile(request):
        if f"{request.method} {request.url.path}" == UPLOAD and next(other, False):
            there.interfere = lambda _: None
            deployed(pipeline, stack())

    there.interfere = meanwhile
    made = deployed(pipeline, stack())

    assert not made.changed
    assert len(there.service.versions) == 1


def test_a_conflict_that_is_none_of_ours_is_told(pipeline, stack, there):
    there.interfere = refuse("/upload_version", 409, error_message="taken")

    with pytest.raises(RefusedError, match=r"refuses POST .*/upload_version: taken \(409\)"):
        deployed(pipeline, stack())


def test_a_server_refuses_in_its_own_words(pipeline, stack, there):
    there.interfere = refuse("/runs", 400, error="Invalid input error: no quota", code=3)

    with pytest.raises(RefusedError, match=r"refuses POST .*/runs: Invalid input error: no quota"):
        run_there(pipeline, stack())


def test_a_stack_without_an_address(pipeline, stack):
    nowhere = dataclasses.replace(stack(), sections={})

    with pytest.raises(UsageError, match=r"'cluster' does not say where Kubeflow is.*kubeflow: "):
        deployed(pipeline, nowhere)


def test_nobody_answers(pipeline, stack):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(UnreachableError, match=f"Kubeflow at {url} does not answer"):
            deployed(pipeline, stack(url=url))


def test_an_answer_that_does_not_come(pipeline, stack, there, monkeypatch):
    monkeypatch.setattr(module, "SECONDS", 0.2)
    import threading

    wait = threading.Event()
    there.interfere = lambda _: wait.wait(60) and None
    try:
        with pytest.raises(UnreachableError, match="does not answer: timed out"):
            deployed(pipeline, stack())
    finally:
        wait.set()


# Who asks.


TOKEN = {"token": {"env": "SUMS_TOKEN"}}


def test_a_token_of_the_environment(pipeline, stack, there, monkeypatch):
    there.token = "open"
    monkeypatch.setenv("SUMS_TOKEN", "open")

    assert deployed(pipeline, stack(**TOKEN)).changed


def test_a_token_in_a_file_that_is_renewed_while_a_run_is_followed(
    pipeline, stack, there, tmp_path
):
    """A service account's token expires and is written anew: the file is read again on 401."""
    there.token = "first"
    (tmp_path / "token").write_text("first\n")
    delivery, _ = prepare(pipeline, stack(token={"file": "token"}), runs=True)
    deliver(delivery)
    with delivery.stack.recorded().records() as records:
        begun = begin(pipeline, delivery, records)
        begun.remote.look()
        there.token = "second"
        (tmp_path / "token").write_text("second")

        assert begun.remote.look().state in ("RUNNING", "SUCCEEDED")


def test_the_token_of_a_pod(pipeline, stack, there, monkeypatch, tmp_path):
    there.token = "mounted"
    (tmp_path / "pod").write_text("mounted")
    monkeypatch.setenv("KF_PIPELINES_SA_TOKEN_PATH", str(tmp_path / "pod"))

    assert deployed(pipeline, stack()).changed


def test_a_session_of_a_browser(pipeline, stack, there, monkeypatch):
    seen = []
    there.interfere = lambda request: seen.append(request.headers.get("cookie"))
    monkeypatch.setenv("SUMS_SESSION", "authservice_session=abc")
    deployed(pipeline, stack(cookie={"env": "SUMS_SESSION"}))

    assert set(seen) == {"authservice_session=abc"}


def test_a_token_that_is_not_accepted(pipeline, stack, there, monkeypatch):
    there.token = "open"
    monkeypatch.setenv("SUMS_TOKEN", "expired")

    with pytest.raises(UnauthorizedError, match="does not accept the credentials of the stack"):
        deployed(pipeline, stack(**TOKEN))
    assert not there.service.pipelines


def test_a_token_that_is_not_there(pipeline, stack, there, monkeypatch):
    monkeypatch.delenv("SUMS_TOKEN", raising=False)

    with pytest.raises(UsageError, match=r"token of the stack 'cluster': .*SUMS_TOKEN is not set"):
        deployed(pipeline, stack(**TOKEN))
    assert not there.asked


def test_a_page_to_log_in_at(pipeline, stack, there):
    from starlette.responses import RedirectResponse

    there.interfere = lambda _: RedirectResponse("https://login.example/dex", status_code=302)

    with pytest.raises(RefusedError, match=r"it sends us to https://login\.example/dex"):
        deployed(pipeline, stack())

"""What can go wrong between here and a target is said where it is known: whose fault, what next."""

from __future__ import annotations

import gc
import socket

import pytest

from flowyml.deploy import RefusedError, UnauthorizedError, UnreachableError, http
from flowyml.deploy.http import Service, bearer
from flowyml.diagnostics import UsageError
from flowyml.stacks import Stack
from flowyml.stacks.stack import Secret
from tests.http_server import Answer, serving

httpx = pytest.importorskip("httpx")


def answering(answer):
    return serving(lambda asked: answer)


def test_an_answer_is_its_json_and_what_is_asked_arrives():
    seen = []

    def answer(asked):
        seen.append(asked)
        return Answer(200, {"a": [1]})

    with serving(answer) as url:
        service = Service("Airflow", f"{url}/base/", lambda _: {"Authorization": "Bearer x"})
        assert service.send("POST", "/runs", {"b": None}, limit=3, none=None) == {"a": [1]}
    (asked,) = seen
    assert (asked.method, asked.path, asked.query) == ("POST", "/base/runs", {"limit": "3"})
    assert (asked.body, asked.headers["authorization"]) == ({"b": None}, "Bearer x")


def test_its_connections_are_closed_with_it(monkeypatch):
    clients = []
    monkeypatch.setattr(http, "_client", lambda url: clients.append(httpx.Client()) or clients[0])
    with answering(Answer(200, {})) as url:
        service = Service("Airflow", url)
        service.get("/runs")
        assert not clients[0].is_closed
        del service
        gc.collect()
    assert clients[0].is_closed


@pytest.mark.parametrize("answer", [Answer(204, ""), Answer(200, None)])
def test_nothing_is_an_object_without_keys(answer):
    with answering(answer) as url:
        assert Service("Airflow", url).send("DELETE", "/runs/1") == {}


@pytest.mark.parametrize("said", [{}, {"run": {"id": 1}}, None])
def test_what_the_api_promises_and_is_not_there_is_named(said):
    with answering(Answer(200, said)) as url:
        found = Service("Airflow", url).get("/runs/1")
        with pytest.raises(
            RefusedError, match=r"is not Airflow: GET /runs/1 gives no '(run|name)'"
        ):
            assert found["run"]["name"]


@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        (Answer(401, {"detail": "Invalid JWT token"}), UnauthorizedError,
         r"does not accept the credentials of the stack: Invalid JWT token \(401\)"),
        (Answer(403, {"detail": "Forbidden"}), UnauthorizedError,
         r"refuses these credentials for GET /dags: Forbidden \(403\)"),
        (Answer(500, "Internal Server Error"), UnreachableError, r"fails at GET /dags: Internal"),
        (Answer(503, "<html>\n bad </html>"), UnreachableError, "<html> bad </html>"),
        (Answer(404, {"error": "no", "code": 5}), RefusedError, r"refuses GET /dags: no \(404\)"),
        (Answer(422, {"detail": [{"loc": ["x"]}]}), RefusedError, r'\[\{"loc": \["x"\]\}\]'),
        (Answer(302, "", (("Location", "https://login"),)), RefusedError, "sends us to https://l"),
        (Answer(200, "<html>hello</html>"), RefusedError, "is not Airflow: .* no JSON"),
        (Answer(200, [1]), RefusedError, "is not Airflow: .* no object of JSON"),
        (Answer(400, {"detail": "x" * 5000}), RefusedError, r"x{600} … \(400\)$"),
        (Answer(400, {}), RefusedError, r"refuses GET /dags: \{\} \(400\)"),
        (Answer(400, ""), RefusedError, r"refuses GET /dags: Bad Request \(400\)"),
    ],
)  # fmt: skip
def test_what_a_target_says_is_passed_on(answer, error, said):
    with answering(answer) as url, pytest.raises(error, match=said):
        Service("Airflow", url).get("/dags")


def test_nobody_there_is_said_with_the_address():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # bound, and nobody listens
        url = f"http://127.0.0.1:{held.getsockname()[1]}"
        with pytest.raises(UnreachableError, match=f"Airflow at {url} does not answer: .*refused"):
            Service("Airflow", url).get("/dags")


@pytest.mark.parametrize("url", ["airflow.example", "ftp://airflow.example", "http://[::"])
def test_what_is_no_address_is_refused(url):
    with pytest.raises(UsageError, match="is no address of Airflow"):
        Service("Airflow", url).get("/dags")


def test_credentials_that_are_refused_are_asked_for_once_more():
    given = iter(["old", "new"])

    def answer(asked):
        return (
            Answer(200, {"a": 1}) if asked.headers["authorization"] == "new" else Answer(401, "no")
        )

    with serving(answer) as url:
        service = Service("Airflow", url, lambda _: {"Authorization": next(given)})
        assert service.get("/dags") == {"a": 1}
    assert list(given) == []


def test_what_the_stack_holds_by_reference_is_looked_up_late(tmp_path, monkeypatch):
    monkeypatch.setenv("TOKEN_OF_TEST", "abc")
    (tmp_path / "token").write_text("def\n")
    stack = Stack(name="far", folder=tmp_path)
    assert bearer(stack, Secret("env", "TOKEN_OF_TEST")) == {"Authorization": "Bearer abc"}
    assert bearer(stack, Secret("file", "token")) == {"Authorization": "Bearer def"}
    monkeypatch.delenv("TOKEN_OF_TEST")
    with pytest.raises(UsageError, match=r"token of the stack 'far': .* TOKEN_OF_TEST is not set"):
        bearer(stack, Secret("env", "TOKEN_OF_TEST"))
    (tmp_path / "token").write_text("two\nlines")
    with pytest.raises(UsageError, match=r"\{file: token\} holds no such thing") as caught:
        bearer(stack, Secret("file", "token"))
    assert "lines" not in str(caught.value)

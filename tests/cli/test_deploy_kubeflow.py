"""`flowyml deploy` to a Kubeflow as typed: what is uploaded, what runs, and what is said of both.

The server is the contract's (`tests/kubeflow_api`); it carries runs out in the simulator.
"""

from __future__ import annotations

import json
import os
import re
import socket
from pathlib import Path

import pytest

pytest.importorskip("httpx")
pytest.importorskip("kfp_server_api")  # the light environments have none
server = pytest.importorskip("tests.kubeflow_api.server")

ROOT = Path(__file__).parents[2]
ORDERS = """
from flowyml import Dataset, Pipeline, context, step

@step(outputs=["orders"])
def read(rows: int) -> Dataset:
    print("reading", rows, "orders")
    return Dataset([25.0] * rows, name="orders")

@step(inputs=["orders"], outputs=["revenue"])
def add_up(orders, discount: float = 0.5):
    if discount > 1:
        raise ValueError(f"no discount: {discount}")
    return sum(orders) * discount

@step(inputs=["revenue"])
def tell(revenue):
    print("revenue:", revenue)

pipeline = Pipeline("orders", context=context(rows=3)).add_steps([read, add_up, tell])
"""
STACK = """stacks:
  cluster:
    orchestrator: {{type: kubeflow}}
    kubeflow: {{url: "{url}", token: {{env: KUBEFLOW_TOKEN}}{more}}}
"""
DEPLOY = ("deploy", "orders.py", "--stack", "cluster")
UPLOAD = "POST /apis/v2beta1/pipelines/upload_version"
PAGE = ROOT / "docs" / "how-to" / "kubeflow.md"
TYPED = (*DEPLOY, "--run", "-c", "rows=4", "--wait")
UPDATE = bool(os.environ.get("FLOWYML_UPDATE_DOCS"))
IDS = re.compile(r"\b(\d{8}-\d{9}-\w{8}|\w{16}-\w{8}|\w{8}(-\w{4}){3}-\w{12})\b")
"""Names of runs, versions and other things."""
DURATION = re.compile(r"( in)? +\d+\.\d\d s\b")
"""Left out where it is short."""


@pytest.fixture
def there(tmp_path, project):
    paths = [str(project), *(str(ROOT / name) for name in (".", "backends", "templates"))]
    env = {"PYTHONPATH": os.pathsep.join(paths)}
    with server.Running(tmp_path / "runs", project, env) as running:
        running.token = "open"
        yield running


@pytest.fixture
def typed(flowyml, project, there):
    """Type a command in a project whose stack is that server."""
    (project / "orders.py").write_text(ORDERS)

    def run(*arguments, url=None, more="", token="open"):
        section = STACK.format(url=url or there.url, more=more)
        (project / "flowyml.yaml").write_text(section)
        return flowyml(*arguments, KUBEFLOW_TOKEN=token)

    return run


def flat(text):
    return " ".join(text.split())


def compare_with_page(session):
    """Compare what was printed with the how-to, but for the order, which is that of our looks."""
    page = PAGE.read_text(encoding="utf-8")
    begin, end = f"$ flowyml {' '.join(DEPLOY)} ", "```"
    shown = begin + page.partition(begin)[2].partition(end)[0]
    if UPDATE and lines_of(shown) != lines_of(session):
        PAGE.write_text(page.replace(shown, session, 1), encoding="utf-8")
        return
    assert lines_of(shown) == lines_of(session)


def lines_of(session):
    same = IDS.sub("…", DURATION.sub("", session))
    return sorted(" ".join(line.split()) for line in same.splitlines())


def test_it_is_deployed_run_followed_and_recorded(typed, there):
    done = typed(*TYPED)

    assert done.code == 0, done.err
    printed = f"$ flowyml {' '.join(TYPED)}\n{done.err}{done.out}"
    compare_with_page(printed.replace(there.url, "https://kubeflow.example/pipeline"))
    assert "[tell] revenue: 50.0" in done.err

    shown = typed("runs", "show", "latest", "--json")
    run = json.loads(shown.out)
    assert (run["stack"], run["state"]) == ("cluster", "SUCCEEDED")
    assert run["parameters"] == {"rows": 4, "discount": 0.5}
    assert run["url"].startswith(f"{there.url}/#/runs/details/")
    assert {step: each["state"] for step, each in run["steps"].items()} == dict.fromkeys(
        ("read", "add_up", "tell"), "SUCCEEDED"
    )


def test_the_same_is_not_uploaded_twice(typed, there):
    assert typed(*DEPLOY).code == 0
    again = typed(*DEPLOY)

    assert again.code == 0
    assert again.out.startswith("orders was already version ")
    assert there.asked.count(UPLOAD) == 1


def test_a_schedule_is_told_with_its_zone(typed, there, project):
    file = project / "orders.py"
    file.write_text(ORDERS.replace('"orders", ', '"orders", schedule="30 2 * * 7", '))
    done = typed(*DEPLOY)

    assert "it starts at '0 30 2 * * 0' (seconds first) in UTC, the zone that" in done.out
    (recurring,) = there.service.recurring.values()
    assert recurring["trigger"] == {"cron_schedule": {"cron": "0 30 2 * * 0"}}


def test_a_run_that_fails_there_ends_as_one_here(typed):
    done = typed(*DEPLOY, "--run", "-c", "discount=2", "--wait")

    assert done.code == 1
    assert re.search(r"add_up  FAILED", done.out)
    assert re.search(r'orders\.py", line \d+, in add_up\n    raise ValueError', done.out)
    assert "ValueError: no discount: 2.0" in done.out
    assert "UPSTREAM_FAILED" in done.out
    assert "flowyml_kubeflow" not in done.out


def test_what_was_begun_is_followed_later(typed):
    begun = typed(*DEPLOY, "--run")
    assert begun.code == 0
    assert "it runs there as " in begun.out
    assert json.loads(typed("runs", "show", "latest", "--json").out)["state"] == "RUNNING"

    followed = typed("runs", "follow", "latest")
    assert followed.code == 0, followed.err
    assert re.search(r"  tell    SUCCEEDED", followed.out)
    again = typed("runs", "follow", "latest")
    assert again.code == 2
    assert "has ended: flowyml runs show" in flat(again.err)


def test_a_token_that_expires_while_a_run_is_followed(typed, there):
    """The run goes on, and is followed again with another one."""
    looks = iter([True])

    def expire(request):
        if re.fullmatch(r"/apis/v2beta1/runs/[^/]+", request.url.path) and next(looks, False):
            there.token = "renewed"

    there.interfere = expire
    done = typed(*DEPLOY, "--run", "--wait")

    assert done.code == 1
    assert "does not accept the credentials of the stack" in flat(done.err)
    assert "to follow it again: flowyml runs follow " in flat(done.err)
    assert "Traceback" not in done.err
    there.interfere = lambda _: None
    assert typed("runs", "follow", "latest", token="renewed").code == 0


def test_a_token_that_has_expired(typed, there):
    done = typed(*DEPLOY, "--run", "--wait", token="old")

    assert done.code == 1
    said = f"error: Kubeflow at {there.url} does not accept the credentials of the stack"
    assert said in flat(done.err)
    assert not there.service.pipelines


def test_nobody_answers(typed):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        done = typed(*DEPLOY, url=url)

    assert done.code == 1
    assert f"Kubeflow at {url} does not answer" in flat(done.err)
    assert "Traceback" not in done.err


def test_a_refusal_is_told_in_the_servers_words(typed, there):
    from starlette.responses import JSONResponse

    def refuse(request):
        if request.method == "POST" and request.url.path.endswith("/runs"):
            return JSONResponse({"error": "Invalid input error: no quota"}, status_code=400)

    there.interfere = refuse
    done = typed(*DEPLOY, "--run", "--wait")

    assert done.code == 1
    assert "refuses POST /apis/v2beta1/runs: Invalid input error: no quota (400)" in flat(done.err)
    assert typed("runs", "list").out.startswith("no runs are recorded")


def test_a_wrong_key_of_the_section_is_said_before_anything_is_asked(typed, there):
    done = typed(*DEPLOY, more=", experimnt: nightly")

    assert done.code == 2
    assert "experimnt" in done.err
    assert "experiment" in done.err
    assert not there.asked

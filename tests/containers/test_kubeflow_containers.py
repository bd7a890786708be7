"""What is compiled for Kubeflow runs in real containers, each in the image that it names."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from flowyml.backend import CompileOptions
from flowyml.frontend.loader import load_file
from flowyml_kubeflow import KubeflowBackend
from flowyml_kubeflow.simulate import NoDockerError, run_spec
from tests.unit.kubeflow.specs import one

SOURCE = """
import os
import platform

from flowyml import Dataset, Pipeline, context, step


@step(outputs=["rows"], retry=1)
def load(count: int) -> Dataset:
    if not os.path.exists("/tmp/tried"):
        open("/tmp/tried", "w").close()
        raise OSError("once")
    return Dataset(list(range(count)), name="rows")


@step(inputs=["rows"], outputs=["total"])
def add(rows: list):
    return [sum(rows), os.getcwd(), os.path.exists("/opt/flowyml")]


pipeline = Pipeline("contained", context=context(count=3)).add_steps([load, add])
"""


@pytest.fixture(scope="module")
def project(docker, image, tmp_path_factory):
    """A project, and an image that holds it."""
    folder = tmp_path_factory.mktemp("contained")
    (folder / "flowyml.yaml").touch()
    (folder / "contained.py").write_text(SOURCE)
    container = docker.run("create", image, "sh")
    docker.run("cp", f"{folder}/.", f"{container}:/project")
    docker.run("commit", container, "localhost/contained:dev")
    return folder


@pytest.fixture
def flowyml(docker, project):
    def run(*arguments, **env):
        command = [str(Path(sys.executable).with_name("flowyml")), *arguments]
        return subprocess.run(
            command,
            cwd=project,
            env={**os.environ, "DOCKER_HOST": docker.url, **env},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_each_container_runs_in_its_image_and_ends_as_the_pipeline_does_here(flowyml):
    done = flowyml("run", "contained.py", "--simulate", "kubeflow", "--docker", "-c", "count=4")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "load  SUCCEEDED  2 attempts" in done.stdout
    assert "total = [6, '/project', True]" in done.stdout


def test_pods_take_results_from_the_store_that_is_mounted_in_them(
    docker, project, tmp_path, monkeypatch
):
    """The source runs every time; what reads the same rows again is found."""
    monkeypatch.setenv("DOCKER_HOST", docker.url)
    store = tmp_path / "store"
    store.mkdir()
    settings = {"volumes": [{"claim": "results", "mount": str(store)}]}
    options = CompileOptions(version="2.5", store=str(store), settings=settings)
    ir = load_file(project / "contained.py").module.pipeline.build()
    (artifact,) = KubeflowBackend().compile(ir, options)
    first, second = (
        run_spec(artifact.text, workdir=tmp_path / name, docker=True) for name in ("1", "2")
    )

    assert (first.state, second.state) == ("SUCCEEDED", "SUCCEEDED"), second
    hit = "step 'add' is not run: what it gives is in the cache"
    assert [hit in run.tasks["add"].log for run in (first, second)] == [False, True]
    (one_made,), (other_made,) = (
        run.tasks["add"].outputs.artifacts["output"] for run in (first, second)
    )
    assert other_made["metadata"] == one_made["metadata"] | {"cached": "true"}
    assert Path(other_made["uri"]).read_bytes() == Path(one_made["uri"]).read_bytes()


def test_an_image_that_is_not_there_fails_in_dockers_words(docker, tmp_path, monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", docker.url)
    executor = {"container": {"image": "localhost/nobody:1", "command": ["true"]}}
    run = run_spec(one(executor), workdir=tmp_path, docker=True)

    assert (run.state, run.tasks["a"].exit_code) == ("FAILED", 125)
    assert "Unable to find image 'localhost/nobody:1'" in run.tasks["a"].log


OUT = "{{$.outputs.parameters['x'].output_file}}"


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        (["no-such-program"], 127, "exit code 127"),
        (["sh", "-c", "exit 3"], 3, "exit code 3"),
        (["true"], 127, "exit code 127"),
        (["sh", "-c", ":"], 0, "the output parameter 'x' was not written"),
        (["sh", "-c", f"echo rubbish > {OUT}"], 0, "'rubbish' is not a whole number"),
    ],
)
def test_a_container_that_does_not_do_its_work(
    docker, image, tmp_path, monkeypatch, command, code, said
):
    monkeypatch.setenv("DOCKER_HOST", docker.url)
    executor = {"container": {"image": image, "command": command}}
    text = one(executor, outputs={"x": "NUMBER_INTEGER"})
    run = run_spec(text, workdir=tmp_path, docker=True)

    assert (run.state, run.tasks["a"].exit_code) == ("FAILED", code)
    assert said in run.tasks["a"].error


def test_secrets_and_volumes_come_from_this_machine(docker, image, tmp_path, monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", docker.url)
    monkeypatch.setenv("DB_PASSWORD", "open sesame")
    (tmp_path / "data").mkdir()
    (tmp_path / "data/rows").write_text("7 rows\n")
    script = f'read -r rows < {tmp_path}/data/rows; echo "$DB_PASSWORD $rows"'
    pod = {
        "secretAsEnv": [
            {"secretName": "db", "keyToEnv": [{"secretKey": "p", "envVar": "DB_PASSWORD"}]}
        ],
        "pvcMount": [{"constant": "data", "mountPath": str(tmp_path / "data")}],
    }
    platform = {"platforms": {"kubernetes": {"deploymentSpec": {"executors": {"e": pod}}}}}
    executor = {"container": {"image": image, "command": ["sh", "-c", script]}}
    text = f"{one(executor)}---\n{yaml.safe_dump(platform)}"
    run = run_spec(text, workdir=tmp_path / "run", docker=True)

    assert run.tasks["a"].log == "open sesame 7 rows\n"


def test_a_container_sees_its_own_environment_alone(docker, image, tmp_path, monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", docker.url)
    monkeypatch.setenv("OF_THIS_MACHINE", "1")
    container = {
        "image": image,
        "command": ["sh", "-c"],
        "args": ['echo "$OWN $OF_THIS_MACHINE $PWD"'],
        "env": [{"name": "OWN", "value": "a b"}],
    }
    run = run_spec(one({"container": container}), workdir=tmp_path, docker=True)

    assert run.tasks["a"].log == "a b  /project\n"


def test_a_daemon_that_does_not_answer(tmp_path, monkeypatch, docker):
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/nobody.sock")
    with pytest.raises(NoDockerError, match=r"does not answer: .*DOCKER_HOST"):
        run_spec(one("true"), workdir=tmp_path, docker=True)
    assert not Path(tmp_path / "tasks").exists()

"""`flowyml stack`, and `--stack`."""

from __future__ import annotations

import json

import pytest

FILE = """\
active_stack: dev
stacks:
  dev:
    artifact_store: here
    metadata_path: runs.db
  hidden:
    extends: dev
    artifact_store: {env: STORE_URL}
  production:
    orchestrator: {type: airflow, version: 3.3, allow: [independent]}
  weak:
    orchestrator: {type: kubeflow}
  allowed:
    extends: weak
    orchestrator: {allow: [independent]}
"""
TWO = """
from flowyml import Pipeline, step

@step
def one():
    return None

@step(outputs=["text"])
def other() -> str:
    return "b"

pipeline = Pipeline("two").add_steps([other, one])
"""
"""Steps that have nothing to do with each other, which Kubeflow cannot keep apart."""


@pytest.fixture(autouse=True)
def _file(project):
    (project / "flowyml.yaml").write_text(FILE)


def test_list_marks_the_one_that_is_used(flowyml):
    assert flowyml("stack", "list").out.splitlines() == [
        "  local  local",
        "* dev  local",
        "  hidden  local",
        "  production  airflow",
        "  weak  kubeflow",
        "  allowed  kubeflow",
    ]
    listed = json.loads(flowyml("stack", "list", "--json", FLOWYML_STACK="weak").out)
    assert [each["name"] for each in listed if each["chosen"]] == ["weak"]


def test_show_never_shows_a_secret(flowyml):
    done = flowyml("stack", "show", "hidden", STORE_URL="memory://geheim")
    assert done.out.splitlines() == [
        "hidden",
        "  orchestrator.type: local",
        "  artifact_store: {env: STORE_URL}",
        "  metadata_path: runs.db",
    ]
    as_json = flowyml("stack", "show", "production", "--json").out
    assert json.loads(as_json)["orchestrator.allow"] == ["independent"]


def test_diff_says_in_what_two_differ(flowyml):
    done = flowyml("stack", "diff", "dev", "production")
    assert done.code == 1
    assert done.out.splitlines() == [
        "orchestrator.type: local -> airflow",
        "artifact_store: here -> (none)",
        "metadata_path: runs.db -> (none)",
        "orchestrator.version: (none) -> 3.3",
        "orchestrator.allow: (none) -> independent",
    ]
    same = flowyml("stack", "diff", "dev", "dev")
    assert (same.code, same.out) == (0, "'dev' and 'dev' are the same\n")


def test_validate_tells_every_mistake(flowyml, project):
    done = flowyml("stack", "validate")
    assert done.code == 1
    assert done.out.startswith("flowyml.yaml:8: artifact_store of the stack 'hidden': ")
    good = flowyml("stack", "validate", STORE_URL="memory://x")
    assert (good.code, good.out) == (0, "no mistakes\n")
    (project / "flowyml.yaml").write_text(FILE + "image: x\ncode: y\n")
    assert [
        line.split(" ")[0] for line in flowyml("stack", "validate", "dev").out.splitlines()
    ] == [
        "flowyml.yaml:16:",
        "flowyml.yaml:17:",
    ]


def test_a_run_keeps_what_it_makes_where_the_stack_says(flowyml, project):
    assert flowyml("run", "sums.py").code == 0
    assert (project / "here").is_dir()
    assert (project / "runs.db").is_file()
    assert not (project / ".flowyml/metadata.db").exists()
    assert len(json.loads(flowyml("runs", "list", "--json").out)) == 1
    assert flowyml("rerun", "latest").code == 0
    assert flowyml("run", "sums.py", "--stack", "local").code == 0
    assert (project / ".flowyml/metadata.db").is_file()


def test_what_failed_can_be_gone_on_from_on_the_same_stack(flowyml):
    failed = flowyml("run", "sums.py", "-c", "count=12", "--stack", "dev", FLOWYML_STACK="local")
    assert failed.code == 1
    (hint,) = [line for line in failed.out.splitlines() if "flowyml rerun" in line]
    assert " --stack dev --from check" in hint
    command = hint.partition("flowyml ")[2].split()
    again = flowyml(*command, "-c", "count=3", FLOWYML_STACK="local")
    assert again.code == 0, again.err


def test_a_stack_says_what_to_compile_for_and_to_check(flowyml, write):
    write("two.py", TWO)
    assert "airflow==3.3" in flowyml("compile", "sums.py", "--stack", "production", "--stdout").out
    by_variable = flowyml("compile", "sums.py", "--stdout", FLOWYML_STACK="production")
    assert "airflow==3.3" in by_variable.out
    refused = flowyml("compile", "two.py", "--stack", "weak", "--stdout")
    assert (refused.code, "FML302" in refused.err) == (3, True)
    assert flowyml("compile", "two.py", "--stack", "allowed", "--stdout").code == 0
    assert flowyml("check", "two.py", "--stack", "weak").code == 3
    assert flowyml("check", "two.py").code == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("run", "sums.py", "--stack", "production"),
            "says no dags_folder and url, which deploying",
        ),
        (
            ("run", "sums.py", "--stack", "prodution"),
            "no stack 'prodution' in flowyml.yaml; did you mean",
        ),
        (("run", "sums.py", "--stack", "hidden"), "the environment variable STORE_URL is not set"),
        (("compile", "sums.py"), "name a target with --target"),
        (("compile", "sums.py", "--stack", "dev"), "needs no compiling"),
        (("compile", "sums.py", "--stack", "weak", "--target", "ir"), "give one"),
        (("run", "sums.py", "--stack", "dev", "--simulate", "kubeflow"), "--stack works in this"),
        (("check", "spec.yaml", "--stack", "weak"), "not with a compiled file"),
        (("stack", "diff", "dev", "wek"), "did you mean 'weak'?"),
        (("stack", "shwo"), "did you mean 'show'?"),
    ],
)
def test_wrong_use_is_explained(flowyml, arguments, message):
    done = flowyml(*arguments)
    assert done.code == 2, done
    assert message in done.err

"""What a `flowyml.yaml` means."""

from __future__ import annotations

import json

import jsonschema
import pytest
import yaml

from flowyml import LocalStack, Stack, UsageError, load_stack
from flowyml.stacks import every_stack, mistakes, place_of
from flowyml.stacks.schema import json_schema

TWO = """
    active_stack: dev
    stacks:
      dev:
        artifact_store: store
        metadata_path: runs.db
      production:
        orchestrator: {type: airflow, version: 3.3, allow: [independent]}
"""


def test_without_a_file_there_is_this_machine(write):
    assert load_stack() == load_stack("local") == Stack(name="local")
    assert place_of() == LocalStack()


def test_a_stack_says_where_runs_keep_things_relative_to_the_file(write, tmp_path, monkeypatch):
    write(TWO)
    (tmp_path / "inner").mkdir()
    monkeypatch.chdir(tmp_path / "inner")
    assert place_of("dev") == LocalStack(str(tmp_path / "store"), str(tmp_path / "runs.db"))


def test_what_a_stack_leaves_out_is_as_without_one(write):
    write("stacks: {dev: {metadata_path: /runs.db}}")
    assert place_of("dev") == LocalStack(metadata_path="/runs.db")


def test_a_stack_says_what_to_compile_for(write):
    write(TWO)
    production = load_stack("production")
    assert (production.target, production.allow) == ("airflow==3.3", ("independent",))


@pytest.mark.parametrize(
    ("argument", "variable", "chosen"),
    [
        ("production", "other", "production"),
        (None, "production", "production"),
        (None, None, "dev"),
        (None, "", "dev"),
        ("local", "production", "local"),
    ],
)
def test_argument_then_variable_then_active(write, monkeypatch, argument, variable, chosen):
    write(TWO)
    if variable is not None:
        monkeypatch.setenv("FLOWYML_STACK", variable)
    assert load_stack(argument).name == chosen


def test_local_may_be_redefined(write):
    write("stacks: {local: {artifact_store: 'memory://here'}}")
    assert place_of().artifact_path == "memory://here"


def test_the_first_that_is_asked_for_counts(write):
    write(TWO)
    assert place_of(None, LocalStack("a"), "dev") == LocalStack("a")
    assert place_of(load_stack("dev"), "nowhere") == place_of("dev")


def test_extending_takes_over_what_is_not_said(write):
    write("""
        stacks:
          base: {orchestrator: {type: airflow, version: 3.3, allow: [independent]}}
          middle: {extends: base, orchestrator: {allow: [FML302]}}
          top: {extends: middle}
    """)
    assert load_stack("top").settings() == {
        "orchestrator.type": "airflow",
        "orchestrator.version": "3.3",
        "orchestrator.allow": ["FML302"],
    }


def test_variables_are_put_in_as_a_shell_does(write, monkeypatch):
    for name, value in {"SET": "s3://b", "EMPTY": ""}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("UNSET", raising=False)
    write("""
        stacks:
          a: {artifact_store: "${SET}/x", metadata_path: "${UNSET:-u}${EMPTY:-e}$${SET}$1"}
    """)
    found = load_stack("a")
    assert (found.artifact_store, found.metadata_path) == ("s3://b/x", "ue${SET}$1")


def test_a_variable_that_another_stack_needs_may_be_unset(write, monkeypatch):
    monkeypatch.delenv("UNSET", raising=False)
    write("stacks:\n  a: {}\n  b: {artifact_store: '${UNSET}'}\n  c: {extends: b}\n")
    assert load_stack("a").artifact_store is None
    assert list(every_stack()[1]) == ["local", "a", "b", "c"]
    for name in ("b", "c"):
        with pytest.raises(UsageError, match=r"flowyml.yaml:3: \$\{UNSET\} is not set"):
            load_stack(name)


@pytest.mark.parametrize("target", ["local", "airflow", "kubeflow"])
def test_a_store_that_is_left_empty_is_none(write, target):
    write(f"""
        stacks:
          base: {{orchestrator: {{type: {target}}}, artifact_store: /shared}}
          other: {{extends: base, artifact_store: }}
          own: {{orchestrator: {{type: {target}}}, artifact_store: }}
    """)
    assert mistakes() == []
    assert load_stack("base").artifact_store == "/shared"
    assert load_stack("other").artifact_store is load_stack("own").artifact_store is None


@pytest.mark.parametrize("reference", ["env: STORE_URL", "file: secret.txt"])
def test_a_secret_is_looked_up_where_it_is_used_and_not_shown(
    write, tmp_path, monkeypatch, reference
):
    write(f"stacks: {{a: {{artifact_store: {{{reference}}}}}}}")
    stack = load_stack("a")
    with pytest.raises(UsageError, match="artifact_store of the stack 'a'"):
        stack.local()
    monkeypatch.setenv("STORE_URL", "memory://hidden")
    (tmp_path / "secret.txt").write_text("memory://hidden\n")
    assert stack.local().artifact_path == "memory://hidden"
    assert "hidden" not in f"{stack!r}{stack.settings()}"
    assert stack.settings()["artifact_store"] == f"{{{reference}}}"


def test_the_schema_for_editors_says_what_the_file_may_hold(write):
    schema = json.loads(json.dumps(json_schema()))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(yaml.safe_load(TWO), schema)
    for wrong in ("typo: 1", "stacks: {a: {code: x}}", "stacks: {a: []}"):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(yaml.safe_load(wrong), schema)

"""Every mistake in a `flowyml.yaml` is reported at once, with its line."""

from __future__ import annotations

import pytest

from flowyml import UsageError, load_stack
from flowyml.review.targets import of_stack
from flowyml.stacks import mistakes

MANY = """\
active_stack: dve
stacks:
  dev:
    picture: python
    metadata_path: [a]
  production:
    orchestrator: {type: airfow, allow: [independnt]}
  later:
    orchestrator:
      type: airflow
      version: 9
    metadata_path: ""
  list: []
  dev: {}
  ftp: {extends: nowhere, artifact_store: "ftp://me:secret@host/x"}
typo: 1
"""
FOUND = {
    1: "there is no stack 'dve'; did you mean 'dev'?",
    4: "unknown key 'picture'; there is: airflow, artifact_store, code",
    5: "metadata_path takes text",
    7: "there is no orchestrator 'airfow'; did you mean 'airflow'?",
    11: "airflow has no version '9'",
    12: "metadata_path: it must not be empty",
    13: "list takes a mapping",
    14: "'dev' is there twice, first in line 3",
    15: "there is no stack 'nowhere' in this file",
    16: "unknown key 'typo'; there is: active_stack, stacks",
}


def test_all_of_them_at_once(write):
    write(MANY)
    found = mistakes()
    assert {int(each.split(":")[1]) for each in found} == set(FOUND)
    for line, message in FOUND.items():
        assert any(each.startswith(f"flowyml.yaml:{line}: {message}") for each in found), line
    assert any("did you mean 'independent'?" in each for each in found)
    assert any("a password in the URL" in each for each in found)
    assert "secret" not in "".join(found)
    assert len(found) == len(FOUND) + 2


def test_a_stack_of_a_wrong_file_is_not_used(write):
    write(MANY)
    with pytest.raises(UsageError) as raised:
        load_stack("production")
    assert str(raised.value).startswith("12 mistakes in flowyml.yaml\n  flowyml.yaml:1: ")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [", "1: this is no YAML: "),
        ("[1]", "1: the file takes a mapping"),
        ("stacks: 3", "1: stacks takes a mapping"),
        ("? [a]\n: 1", "1: a key must be a word"),
        ("stacks: &a {x: *a}", "1: this holds itself"),
        ("stacks:\n  a: {extends: a}", "2: 'a' extends itself: a -> a"),
        ("stacks:\n  a: {extends: b}\n  b: {extends: a}", "2: 'a' extends itself: a -> b -> a"),
        ("stacks:\n  a: {orchestrator: {version: 3}}", "2: orchestrator.version has no effect on"),
        ("stacks:\n  a: {orchestrator: {allow: all}}", "2: allow takes a list"),
        ("stacks:\n  a: {code: zip}", "2: code must be 'import' or 'bundle'"),
        ("stacks:\n  a: {image: A B}", "2: image takes the name of an image, such as 'registry"),
        ("stacks:\n  a: {image: python}", "2: image has no effect on local: nothing is compiled"),
        ("stacks:\n  a: {code: import}", "2: code has no effect on local: nothing is compiled"),
        ("stacks:\n  a: {artifact_store: ''}", "2: artifact_store: it must not be empty"),
        (
            "stacks:\n  a: {artifact_store: 's3:///x'}",
            "2: artifact_store: 's3:///x' names no bucket",
        ),
        ("stacks:\n  a: {extends: x}", "2: there is no stack 'x' in this file; and no other one"),
        ("stacks:\n  '': {}", "2: '' is no name that can be typed"),
        ('stacks:\n  "a\\nb": {}', "2: 'a\\nb' is no name that can be typed"),
        pytest.param("a: " + "[" * 9999, "1: this is nested too deep to be read", id="deep"),
        ("stacks:\n  a: {artifact_store: 'memoryy://x'}", "2: artifact_store: fsspec knows"),
        ("stacks:\n  a: {artifact_store: 'filecache::s4://x'}", "2: artifact_store: fsspec"),
        ("stacks:\n  a: {artifact_store: 'wandb://x'}", "2: artifact_store of the stack 'a': the"),
        ("stacks:\n  a: {metadata_path: ''}", "2: metadata_path: it must not be empty"),
        ("stacks:\n  a: {metadata_path: 's3://b'}", "2: metadata_path: records are an SQLite"),
        ("stacks:\n  a: {artifact_store: {env: A, file: b}}", "2: artifact_store takes a folder"),
        ("stacks:\n  a: {artifact_store: '${a b}'}", "2: write ${NAME} or ${NAME:-default}"),
        (
            "stacks:\n  a: {artifact_store: x}\n  b: {extends: a, orchestrator: {type: ir}}",
            "3: artifact_store has no effect on ir",
        ),
        (
            "stacks:\n  a: {artifact_store: 'memory://x', orchestrator: {type: airflow}}",
            "2: artifact_store: it is in the memory of one process",
        ),
        (
            "stacks:\n  a: {artifact_store: x, orchestrator: {type: kubeflow}}",
            "2: artifact_store: pods need a URL, or the absolute path of a folder that is mounted",
        ),
        (
            "stacks:\n  a: {artifact_store: x}\n  b: {extends: a, orchestrator: {type: kubeflow}}",
            "3: artifact_store: pods need a URL",
        ),
        (
            "stacks:\n  a: {artifact_store: {env: A}, orchestrator: {type: kubeflow}}",
            "2: artifact_store: pods do not see this machine's variables and files; give the",
        ),
    ],
)
def test_each_with_its_line(write, text, message):
    write(text)
    assert any(f"flowyml.yaml:{message}" in each for each in mistakes()), mistakes()


def test_what_is_not_set_here_is_told_of_the_stacks_that_need_it(write, monkeypatch):
    monkeypatch.delenv("UNSET", raising=False)
    write(
        "stacks:\n  a: {}\n  b: {metadata_path: '${UNSET}'}\n  c: {artifact_store: {env: UNSET}}\n"
    )
    assert mistakes("a") == []
    assert [each.split(" ")[0] for each in mistakes("b")] == ["flowyml.yaml:3:"]
    assert [each.split(" ")[0] for each in mistakes()] == ["flowyml.yaml:3:", "flowyml.yaml:4:"]


def test_pods_are_told_of_a_store_that_they_can_reach(write):
    write(
        "stacks:\n  a: {artifact_store: 's3://b/x', orchestrator: {type: kubeflow}}\n"
        "  b: {extends: a, artifact_store: /mnt/x}"
    )
    assert mistakes() == []
    (target,) = of_stack(load_stack("b"))
    options = target.options(())
    assert (options.store, options.stack) == ("/mnt/x", "b")


def test_an_unknown_stack_says_what_is_near_and_who_asks(write, monkeypatch):
    write("stacks: {production: {}}")
    with pytest.raises(UsageError, match=r"no stack 'prodution' in flowyml.yaml; did you mean 'p"):
        load_stack("prodution")
    monkeypatch.setenv("FLOWYML_STACK", "other")
    with pytest.raises(UsageError, match=r"\(FLOWYML_STACK asks for it\); there is: local, produ"):
        load_stack()


def test_a_stack_without_a_file_is_unknown(write):
    with pytest.raises(UsageError, match=r"no stack 'dev' as there is no flowyml.yaml in "):
        load_stack("dev")


def test_this_machine_compiles_nothing_and_others_run_nothing(write):
    write("stacks: {far: {orchestrator: {type: kubeflow}}}")
    with pytest.raises(UsageError, match="needs no compiling"):
        _ = load_stack("local").target
    with pytest.raises(UsageError, match="flowyml run PIPELINE --stack far"):
        load_stack("far").local()


def test_a_name_must_be_text(write):
    with pytest.raises(TypeError, match="a stack's name must be text, not int"):
        load_stack(3)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ("artifact_store: {evn: A}", "unknown key 'evn'; did you mean 'env'?"),
        ("orchestrator: {type: airflow}, airflow: {token: {evn: A}}", "unknown key 'evn'; did"),
        ("orchestrator: {type: airflow}, airflow: {token: {}}", "token takes one of {env: NAME}"),
        ("orchestrator: {type: kubeflow}, kubeflow: {token: {env: A, file: b}}", "token takes one"),
        (
            "orchestrator: {type: kubeflow}, kubeflow: {cookie: abc}",
            "cookie takes {env: NAME} or {file: PATH}, not the secret itself",
        ),
    ],
)
def test_a_mistake_in_a_secret_is_told_once(write, settings, message):
    write(f"stacks:\n  a: {{{settings}}}")
    (told,) = mistakes()
    assert message in told


def test_a_secret_that_deploying_needs_and_is_not_set_here(write, monkeypatch, tmp_path):
    write("""\
        stacks:
          far:
            orchestrator: {type: airflow}
            airflow:
              username: me
              password: {env: FAR_PASSWORD}
          farther: {extends: far, airflow: {password: {file: far.txt}}}
          same: {extends: far}
          open: {extends: far, airflow: {password: null}}
    """)
    monkeypatch.delenv("FAR_PASSWORD", raising=False)
    unset = "flowyml.yaml:6: password: the environment variable FAR_PASSWORD is not set"
    assert mistakes() == [
        unset,
        "flowyml.yaml:7: password: the secret's file far.txt cannot be read: "
        "No such file or directory",
    ]
    (tmp_path / "far.txt").write_text("hidden")
    assert mistakes("farther") == []
    assert mistakes("same") == [unset]


@pytest.mark.parametrize("target", ["airflow", "kubeflow"])
@pytest.mark.parametrize(
    ("url", "message"),
    [
        (
            "target.example",
            "url takes an http or https address without spaces, such as https://host.example",
        ),
        ("ftp://target.example", "url takes an http or https address"),
        ("https://target example", "url takes an http or https address"),
        ("https://target.example:port", "url takes an http or https address"),
        ("https://me:pass@target.example", "url must hold no user and no password"),
    ],
)
def test_an_address_where_no_target_can_answer(write, target, url, message):
    write(f'stacks: {{far: {{orchestrator: {{type: {target}}}, {target}: {{url: "{url}"}}}}}}')
    (found,) = mistakes()
    assert found.startswith(f"flowyml.yaml:1: {message}")


def test_what_is_too_short_is_told_in_one_manner(write):
    write('stacks: {far: {orchestrator: {type: kubeflow}, kubeflow: {namespace: ""}}}')
    assert mistakes() == ["flowyml.yaml:1: namespace must have at least 1 character"]


@pytest.mark.parametrize("date", ["tomorrow", "0001-01-01T00:00+02:00"])
def test_a_date_that_is_none(write, date):
    write(
        f'stacks: {{far: {{orchestrator: {{type: airflow}}, airflow: {{start_date: "{date}"}}}}}}'
    )
    (found,) = mistakes()
    assert found.startswith("flowyml.yaml:1: start_date takes an ISO 8601 date, such as")

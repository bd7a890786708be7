"""The targets that a command names, and what may be allowed."""

from __future__ import annotations

import pytest

from flowyml import UsageError
from flowyml.registry import compilers, load_backend
from flowyml.rendering.ir_target import IrBackend
from flowyml.review.targets import refuse_unknown, resolve


class TwoVersions(IrBackend):
    name = "two"
    versions = ("v2", "v1")


@pytest.fixture
def two(monkeypatch):
    """Let there be a target with two versions."""

    def resolve_target(spec):
        name, _, version = spec.partition("==")
        return (TwoVersions(), version or "v2") if name == "two" else (load_backend(name), "v1")

    monkeypatch.setattr("flowyml.review.targets.resolve_target", resolve_target)


def names(*specs):
    return [target.name for target in resolve(specs)]


def test_a_target_without_a_version_is_the_first_one():
    default = load_backend("airflow").versions[0]
    assert names("airflow", "ir") == [f"airflow=={default}", "ir==v1"]


def test_a_target_named_twice_counts_once(two):
    assert names("two", "ir", "two==v2", "two") == ["two==v2", "ir==v1"]


def test_two_versions_of_a_target_would_write_the_same_files(two):
    with pytest.raises(UsageError, match="two==v2 and two==v1 would write the same files"):
        resolve(["two", "two==v1"])
    assert [t.name for t in resolve(["two", "two==v1"], written=False)] == ["two==v2", "two==v1"]


def test_no_target():
    with pytest.raises(UsageError, match="there is: airflow, ir, kubeflow"):
        resolve([])
    assert compilers() == ("airflow", "ir", "kubeflow")


def test_codes_and_constructs_may_be_allowed():
    refuse_unknown(["FML302", "independent"])
    with pytest.raises(UsageError, match="did you mean 'FML302'"):
        refuse_unknown(["FML3O2"])

"""A git revision as files."""

from __future__ import annotations

import pytest

from flowyml import UsageError
from flowyml.review.revision import checked_out
from tests.unit.review.repository import Repository


@pytest.fixture
def repository(tmp_path):
    return Repository(tmp_path / "repository")


def test_it_holds_the_files_of_that_revision_and_is_gone_afterwards(repository):
    repository.edit(repository.helpers, "2 * n", "3 * n")
    with checked_out("HEAD", repository.flows) as (home, copy):
        assert home == repository.folder
        assert "2 * n" in (copy / "flows/helpers.py").read_text()
    assert not copy.exists()


def test_the_repository_stays_as_it_is(repository):
    repository.edit(repository.helpers, "2 * n", "3 * n")
    repository.git("add", "-A")
    repository.edit(repository.helpers, "3 * n", "4 * n")
    before = repository.git("status", "--porcelain=v2"), repository.git("worktree", "list")
    with checked_out("HEAD", repository.folder):
        assert repository.git("worktree", "list") == before[1]
    assert (
        repository.git("status", "--porcelain=v2"),
        repository.git("worktree", "list"),
    ) == before


def test_what_archives_leave_out_is_there(repository):
    (repository.folder / ".gitattributes").write_text("flows/helpers.py export-ignore\n")
    repository.commit("attributes")
    with checked_out("HEAD", repository.folder) as (_, copy):
        assert (copy / "flows/helpers.py").is_file()


@pytest.mark.parametrize("revision", ["nonsense", "--all", "HEAD~7"])
def test_an_unknown_revision(repository, revision):
    with (
        pytest.raises(UsageError, match=f"there is no revision '{revision}' in "),
        checked_out(revision, repository.folder),
    ):
        pass


def test_no_repository(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with (
        pytest.raises(UsageError, match="git rev-parse failed: fatal: not a git"),
        checked_out("HEAD", tmp_path),
    ):
        pass


def test_no_git(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with (
        pytest.raises(UsageError, match="cannot run git: No such file"),
        checked_out("HEAD", tmp_path),
    ):
        pass

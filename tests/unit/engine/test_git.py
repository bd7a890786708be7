"""What git says of a project, and that it is never in the way."""

from __future__ import annotations

import subprocess

import pytest

from flowyml.engine.git import GitQuestion, GitState


@pytest.fixture
def repository(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    folder = tmp_path / "repository"
    (folder / "inner").mkdir(parents=True)
    git(folder, "init", "--quiet")
    return folder


def git(folder, *words):
    identity = ["-c", "user.name=n", "-c", "user.email=e@example.org"]
    done = subprocess.run(
        ["git", *identity, *words], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def commit(folder):
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "m")
    return git(folder, "rev-parse", "HEAD")


def asked(folder):
    with GitQuestion(folder) as question:
        return question.answer()


def test_a_clean_and_a_changed_project(repository):
    (repository / "a.py").write_text("1")
    made = commit(repository)
    assert asked(repository) == GitState(commit=made, dirty=False)
    (repository / "a.py").write_text("2")
    assert asked(repository) == GitState(commit=made, dirty=True)
    git(repository, "add", ".")
    assert asked(repository).dirty is True


def test_only_tracked_files_of_the_project_count(repository):
    (repository / "a.py").write_text("1")
    (repository / "inner" / "b.py").write_text("1")
    made = commit(repository)
    (repository / "a.py").write_text("2")
    (repository / "inner" / "new.py").write_text("")
    assert asked(repository / "inner") == GitState(commit=made, dirty=False)
    assert asked(repository) == GitState(commit=made, dirty=True)


def test_no_repository_and_no_commit_are_no_errors(repository, tmp_path):
    assert asked(repository) == GitState()
    assert asked(tmp_path) == GitState()


def test_a_folder_that_git_does_not_take_for_a_repository(tmp_path):
    (tmp_path / ".git").write_text("gitdir: nowhere")
    assert asked(tmp_path) == GitState()


def test_no_git_at_all(repository, monkeypatch, tmp_path):
    commit_made = repository / "a.py"
    commit_made.write_text("1")
    commit(repository)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert asked(repository) == GitState()


def test_an_answer_that_nobody_waits_for_leaves_no_process(repository):
    with GitQuestion(repository) as question:
        process = question._process
    assert process.returncode is not None


def test_the_index_is_left_alone(repository):
    (repository / "a.py").write_text("1")
    commit(repository)
    (repository / "a.py").touch()  # git would note the new time in its index
    before = (repository / ".git" / "index").read_bytes()
    assert asked(repository).dirty is False
    assert (repository / ".git" / "index").read_bytes() == before

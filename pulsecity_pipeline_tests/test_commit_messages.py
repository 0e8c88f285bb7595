"""The commit message check accepts good messages, refuses bad ones, and passes where there is nothing to check."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pulsecity_pipeline_tests import commit_messages
from pulsecity_pipeline_tests.commit_messages import check_commits

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"]
    quiet = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, env=quiet)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "--quiet")
    return tmp_path


def commit(folder: Path, message: str) -> None:
    git(folder, "commit", "--quiet", "--allow-empty", "-m", message)


def test_good_messages_are_accepted(repository: Path) -> None:
    commit(repository, "feat: read calendars")
    commit(repository, "fix(store)!: refuse a narrower type\n\nBecause Delta narrows in silence.")
    assert check_commits(repository) == (True, "commit messages: 2 follow Conventional Commits")


def test_one_bad_message_anywhere_is_refused_and_named(repository: Path) -> None:
    commit(repository, "misc changes")
    commit(repository, "feat: read calendars")
    passed, report = check_commits(repository)
    assert not passed
    assert "misc changes" in report
    assert "read calendars" not in report


def test_a_repository_without_commits_passes_with_a_note(repository: Path) -> None:
    assert check_commits(repository) == (True, "commit messages: no commits yet, nothing to check")


def test_an_exported_folder_passes_even_inside_another_repository(repository: Path) -> None:
    commit(repository, "misc changes")
    exported = repository / "export"
    exported.mkdir()
    assert check_commits(exported) == (True, "commit messages: not a git checkout, nothing to check")


def test_the_exit_code_says_it(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(commit_messages, "REPOSITORY", repository)
    commit(repository, "feat: read calendars")
    assert commit_messages.main() == 0
    commit(repository, "misc changes")
    assert commit_messages.main() == 1
    assert "misc changes" in capsys.readouterr().out


def test_it_runs_as_a_module() -> None:
    command = [sys.executable, "-m", "pulsecity_pipeline_tests.commit_messages"]
    ran = subprocess.run(command, cwd=commit_messages.REPOSITORY, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.startswith("commit messages: ")

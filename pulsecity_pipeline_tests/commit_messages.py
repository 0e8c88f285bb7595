"""`python -m pulsecity_pipeline_tests.commit_messages`: every commit of the branch follows Conventional Commits."""

import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]


def check_commits(repository: Path) -> tuple[bool, str]:
    """Whether all messages reachable from HEAD pass commitizen's check, and one line or its report.

    Passes with a note where there is nothing to check: an exported folder, no git, or no commit yet.
    """
    if not (repository / ".git").exists():
        return True, "commit messages: not a git checkout, nothing to check"
    try:
        head = _run(["git", "rev-list", "--count", "HEAD"], repository)
    except FileNotFoundError:
        return True, "commit messages: git is not installed, nothing to check"
    if head.returncode:
        return True, "commit messages: no commits yet, nothing to check"
    checked = _run([sys.executable, "-m", "commitizen", "check", "--rev-range", "HEAD"], repository)
    if checked.returncode:
        return False, (checked.stdout + checked.stderr).strip()
    return True, f"commit messages: {head.stdout.strip()} follow Conventional Commits"


def _run(command: list[str], folder: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def main() -> int:
    """Print the report; 1 where a message is refused."""
    passed, report = check_commits(REPOSITORY)
    sys.stdout.write(f"{report}\n")
    return 0 if passed else 1


if __name__ == "__main__":
    raise SystemExit(main())

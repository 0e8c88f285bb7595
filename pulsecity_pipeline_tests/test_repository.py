"""Repository hygiene: nothing of one machine, no package index, pinned and hashed, no large files, honest README."""

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
MAX_FILE_BYTES = 500_000
# Built from parts, so that this file does not hold what it looks for.
MACHINE_PATHS = re.compile(r"(?<![\w.~}/-])/" + r"(?:" + "|".join(("work", "root", "home", "Users")) + r")/\w")
PACKAGE_INDEXES = ("pypi" + ".org", "python" + "hosted.org", "/" + "simple/", "index" + "-url", "find" + "-links")
#: The Makefile tells pip-compile to leave index options out, by naming them.
NO_EMIT = re.compile("--no-emit-(?:" + "index" + "-url|" + "find" + "-links|trusted" + "-host)")
REQUIREMENT = re.compile(r"^[A-Za-z0-9][\w.-]*(\[[\w,.-]+\])?==\S+( ; .+)? (--hash=sha256:[0-9a-f]{64} ?)+$")


@cache
def repository_files() -> list[Path]:
    """Files git knows or would add; of an exported folder all but what runs and tools leave behind."""
    if (REPOSITORY / ".git").exists():
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout
        return sorted({REPOSITORY / name for name in listed.split("\0") if name and (REPOSITORY / name).is_file()})
    left_out = re.compile(r"(^|/)(\.venv|__pycache__|build|data|\.[a-z]+_cache|\.hypothesis|[^/]+\.egg-info)/")
    files = (path for path in REPOSITORY.rglob("*") if path.is_file())
    return sorted(path for path in files if not left_out.search(path.relative_to(REPOSITORY).as_posix()))


def texts() -> list[tuple[str, str]]:
    """Relative path and content of every text file."""
    found = []
    for path in repository_files():
        body = path.read_bytes()
        if b"\0" not in body:
            found.append((path.relative_to(REPOSITORY).as_posix(), body.decode("utf-8", "replace")))
    return found


def find_machine_paths(name: str, text: str) -> list[str]:
    lines = enumerate(text.splitlines(), start=1)
    return [f"{name}:{number}: {line.strip()[:120]}" for number, line in lines if MACHINE_PATHS.search(line)]


def find_package_indexes(name: str, text: str) -> list[str]:
    lines = enumerate(text.splitlines(), start=1)
    cleaned = ((number, NO_EMIT.sub("", line)) for number, line in lines)
    return [f"{name}:{number}" for number, line in cleaned if any(address in line for address in PACKAGE_INDEXES)]


def find_unpinned(requirements: str) -> list[str]:
    """Requirements that are not `name==version --hash=…`; comments and blank lines do not count."""
    joined = re.sub(r"\s*\\\n\s*", " ", requirements)
    lines = [line.strip() for line in joined.splitlines() if line.strip() and not line.startswith("#")]
    return [line[:100] for line in lines if not REQUIREMENT.match(line + " ")]


def make_targets(makefile: str) -> set[str]:
    return set(re.findall(r"^([a-z][\w-]*):", makefile, flags=re.M))


def make_mentions(text: str) -> set[str]:
    """Targets named as code: in a fence or between backticks, `make TARGET`."""
    code = re.findall(r"```.*?```|`[^`\n]+`", text, flags=re.S)
    return {target for part in code for target in re.findall(r"(?<![\w-])make\s+([a-z][\w-]*)", part)}


def test_no_path_of_one_machine() -> None:
    found = [line for name, text in texts() for line in find_machine_paths(name, text)]
    assert not found, "\n".join(found)


def test_no_package_index_address() -> None:
    found = [line for name, text in texts() for line in find_package_indexes(name, text)]
    assert not found, "\n".join(found)


def test_requirements_are_pinned_and_hashed() -> None:
    requirements = (REPOSITORY / "requirements.txt").read_text("utf-8")
    assert find_unpinned(requirements) == []
    assert requirements.count("==") > 50


def test_no_large_file() -> None:
    large = [f"{path.name}: {path.stat().st_size:,} bytes" for path in repository_files()]
    assert [
        line for path, line in zip(repository_files(), large, strict=True) if path.stat().st_size > MAX_FILE_BYTES
    ] == []


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs/operate.md", "docs/architecture.md"])
def test_documents_name_only_targets_that_exist(page: str) -> None:
    path = REPOSITORY / page
    if not path.exists():
        pytest.skip(f"{page} is not written yet")
    targets = make_targets((REPOSITORY / "Makefile").read_text("utf-8"))
    assert make_mentions(path.read_text("utf-8")) - targets == set()


def test_the_checks_can_fail() -> None:
    home, index = "/" + "home/me/x", "https://" + "pypi" + ".org/x"
    assert find_machine_paths("a", f"fine\nopen('{home}')\nhttps://example.org/{home}\n${{HOME}}{home}") == [
        f"a:2: open('{home}')"
    ]
    assert find_package_indexes("a", f"see {index}") == ["a:1"]
    assert find_package_indexes("a", "--no-emit-" + "index" + "-url") == []
    pinned = "a[b]==1.0 ; python_version < '4' \\\n    --hash=sha256:" + "0" * 64
    assert find_unpinned(pinned) == []
    assert find_unpinned(f"# note\n{pinned}\nb==1\nc>=2 --hash=sha256:{'0' * 64}\n--extra{'-' + 'index'}-url x") == [
        "b==1",
        f"c>=2 --hash=sha256:{'0' * 64}"[:100],
        "--extra" + "-index" + "-url x",
    ]
    assert make_mentions("run `make it` and\n```\nmake so ARGS=1\n```\nmake no sense") == {"it", "so"}
    assert make_targets("a:\nb-c: a\n\tx:\nA := 1\n") == {"a", "b-c"}

"""Versions of code and configuration, told by their content: what was made by other code than this is made anew."""

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

_ROOT = Path(__file__).parent


@cache
def version_code(*parts: str, libraries: tuple[str, ...] = ()) -> str:
    """16 hex characters over every file below the `parts` of this package (folders or files), and the versions of
    the `libraries` whose data or rules decide what comes out; the same on every machine.
    """
    digest = hashlib.sha256()
    for path in sorted(path for part in parts for path in _list_files(_ROOT / part)):
        digest.update(f"{path.relative_to(_ROOT).as_posix()}\x1f".encode())
        digest.update(path.read_bytes())
    for name in libraries:
        digest.update(f"{name}=={version(name)}\x1f".encode())
    return digest.hexdigest()[:16]


def _list_files(path: Path) -> list[Path]:
    files = [path] if path.is_file() else path.rglob("*")
    return [file for file in files if file.suffix in (".py", ".yaml", ".csv")]

"""Where the lake lies: folder checks, table addresses, and paths as other readers need them."""

import re
import tempfile
from pathlib import Path
from urllib.parse import unquote

from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.contracts import Table

#: Delta turns a path into a URL and back; these do not survive it.
_UNSAFE = re.compile(r"[\[\]\\^|<>`]|%[0-9A-Fa-f]{2}")


def is_remote(root: str) -> bool:
    """True for an address of an object store (`s3://…`, `gs://…`, `abfss://…`), false for a folder."""
    return "://" in root


def require_usable(root: str) -> str:
    """`root` itself. Raises ConfigurationError for a folder whose name Delta would misread."""
    found = None if is_remote(root) else _UNSAFE.search(root)
    if found:
        raise ConfigurationError(f"data folder {root}: the path must not contain {found.group()!r}")
    return root


def require_writable(path: Path) -> Path:
    """`path`, made if it is missing. Raises ConfigurationError where nothing can be written below it."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path):
            return path
    except OSError as error:
        raise ConfigurationError(f"data folder {path} is not writable: {error.strerror or error}") from error


def table_uri(root: str, table: type[Table]) -> str:
    """Address of a table's folder: `<root>/<schema>/<name>`."""
    return f"{root.rstrip('/')}/{table.schema_name()}/{table.short_name()}"


def table_folder(root: str, table: type[Table]) -> Path:
    """Folder of a table, where the lake is on a disk."""
    return Path(root) / table.schema_name() / table.short_name()


def plain_path(file_uri: str) -> str:
    """A file of Delta's list as a path others open: Delta percent-encodes the blanks of local folders."""
    return file_uri if is_remote(file_uri) else unquote(file_uri)

"""What can be wrong with a frame, a request, or the storage itself; each error is one line that says what to do."""

from pathlib import Path

from deltalake.exceptions import DeltaError


class SchemaMismatch(ValueError):  # noqa: N818  (reads as what it says)
    """A frame, or a table of the lake, differs from its contract; names column, expected and found."""


class PartitionMismatch(ValueError):  # noqa: N818  (reads as what it says)
    """A frame holds rows of another partition, or of another night, than the one it is to replace."""


class WarehouseError(RuntimeError):
    """The warehouse could not be built; names the table. The former warehouse is untouched."""


class VersionGone(DeltaError):  # noqa: N818  (reads as what it says)
    """A version of a table never was, or retention has removed it; names table and version."""


class StorageError(RuntimeError):
    """The disk, not the data, is what failed: the run ends unpublished, and the line says what to do."""


class LakeDamaged(StorageError):  # noqa: N818  (reads as what it says)
    """A file of the lake is missing, cut short or unreadable; names table, partition where it is known, and file."""

    def __init__(self, table: str, file: str | Path, what: str, partition: str | None = None) -> None:
        super().__init__(table, file, what, partition)
        self.table, self.file, self.what, self.partition = table, str(file), what, partition

    def __str__(self) -> str:
        place = f"{self.table}: {self.partition}" if self.partition else self.table
        return f"{place}: {self.file} {self.what}: {DAMAGE_REMEDY}"


class DiskFull(StorageError):  # noqa: N818  (reads as what it says)
    """There is no room for a write."""


#: What to do about damage of any kind; docs/recover.md has the rest.
DAMAGE_REMEDY = "run `pulsecity repair`, which names the nights to run again"
DISK_REMEDY = "free space, then run the night again"

#: What the operating system, Delta, SQLite and DuckDB say of a disk without room, in lower case.
_NO_ROOM = (
    "no space left on device",
    "file too large (os error 27)",
    "[errno 27]",
    "disk quota exceeded",
    "database or disk is full",
    "disk i/o error",
    "could not write file",
)


def is_disk_full(text: str) -> bool:
    """True where an error's text says that there was no room to write."""
    lowered = text.lower()
    return any(words in lowered for words in _NO_ROOM)


def describe_error(error: BaseException) -> str:
    """An error as one line for people: its own first line, and the remedy where the disk is the cause."""
    text = next((line.strip() for line in str(error).splitlines() if line.strip()), "no message")
    if isinstance(error, StorageError):
        return text
    remedy = f": {DISK_REMEDY}" if is_disk_full(str(error)) else ""
    return f"{type(error).__name__}: {text}{remedy}"

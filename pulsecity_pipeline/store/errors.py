"""What can be wrong with a frame or a request before anything is written."""

from deltalake.exceptions import DeltaError


class SchemaMismatch(ValueError):  # noqa: N818  (reads as what it says)
    """A frame, or a table of the lake, differs from its contract; names column, expected and found."""


class PartitionMismatch(ValueError):  # noqa: N818  (reads as what it says)
    """A frame holds rows of another partition, or of another night, than the one it is to replace."""


class WarehouseError(RuntimeError):
    """The warehouse could not be built; names the table. The former warehouse is untouched."""


class VersionGone(DeltaError):  # noqa: N818  (reads as what it says)
    """A version of a table never was, or retention has removed it; names table and version."""

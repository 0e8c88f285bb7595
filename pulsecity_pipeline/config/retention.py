"""The retention policy: how long the lake keeps what it could drop, and when it puts small files together."""

from functools import cache
from pathlib import Path

from pydantic import Field

from pulsecity_pipeline.config.loading import Strict, load_yaml, packaged


class Compaction(Strict):
    """When small files of a partition are put together, and into how large ones."""

    target_mib: int = Field(ge=1, le=1024, description="Files below this size may be put together, MiB.")
    small_files: int = Field(ge=2, description="Files below the target size, at least, for anything to happen.")

    @property
    def target_bytes(self) -> int:
        return self.target_mib * 2**20


class RetentionPolicy(Strict):
    """What is kept, per city; `reader_hours` is what anybody may go on reading after it was replaced."""

    kept_nights: int = Field(ge=1)
    reader_hours: int = Field(ge=1, le=168)
    compaction: Compaction

    def without_readers(self) -> "RetentionPolicy":
        """The same for a lake that nobody reads or writes now: what is not kept goes at once."""
        # Validation is left out on purpose: no configuration may say this, only who knows that nobody is there.
        return self.model_copy(update={"reader_hours": 0})


@cache
def load_retention(path: Path | None = None) -> RetentionPolicy:
    """The policy of `path`, or the one that ships. Raises ConfigurationError."""
    return load_yaml(path or packaged("retention.yaml"), RetentionPolicy)

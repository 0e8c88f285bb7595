"""What is saved beside a page: `<file>.meta.json`, all fields optional."""

from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from pulsecity_pipeline.fetch.failures import FetchFailureError
from pulsecity_pipeline.fetch.replay_folder import META_SUFFIX

_MAX_META_BYTES = 1_000_000


class PageMeta(BaseModel):
    """How a page was received; fields of other tools are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    url: str | None = Field(default=None, min_length=1)
    #: The feed it is a page of, where a feed has several; else the file is a feed of its own.
    feed: str | None = Field(default=None, min_length=1)
    content_type: str | None = None
    #: A time without an offset is UTC.
    pulled_at: datetime | None = None
    status: int | None = Field(default=None, ge=100, le=599)
    etag: str | None = None
    last_modified: str | None = None

    @field_validator("pulled_at")
    @classmethod
    def _in_utc(cls, value: datetime | None) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def meta_path(page: Path) -> Path:
    """Where the meta file of `page` lies."""
    return page.with_name(page.name + META_SUFFIX)


def read_meta(path: Path) -> PageMeta:
    """The meta file, empty where there is none. Raises FetchFailureError naming file and field."""
    try:
        if not path.exists():
            return PageMeta()
        if path.stat().st_size > _MAX_META_BYTES:
            raise FetchFailureError(f"{path.name}: larger than {_MAX_META_BYTES} bytes")
        return PageMeta.model_validate_json(path.read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "(root)"
        raise FetchFailureError(f"{path.name}: field {field}: {first['msg']}") from error
    except OSError as error:
        raise FetchFailureError(f"{path.name}: cannot be read: {error.strerror}") from error

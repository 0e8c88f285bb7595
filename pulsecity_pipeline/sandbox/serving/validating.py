"""Validators: what tells a client that nothing has changed (RFC 9110, 13)."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from email.utils import format_datetime, parsedate_to_datetime

from pulsecity_pipeline.sandbox.serving.protocol import Reply


def last_modified_of(night: date) -> str:
    """When a night's answers were written: two o'clock, UTC."""
    return format_datetime(datetime.combine(night, time(2), UTC), usegmt=True)


def entity_tag(reply: Reply, *, is_weak: bool) -> str:
    """The body's hash; weak where one body is sent in several codings."""
    return f'{"W/" if is_weak else ""}"{hashlib.sha256(reply.body).hexdigest()[:20]}"'


def is_unchanged(headers: Mapping[str, str], etag: str, last_modified: str) -> bool:
    """Whether a request with these headers (names in lower case) knows this state already.

    If-None-Match decides; If-Modified-Since only where it is alone.
    """
    known = headers.get("if-none-match")
    if known is not None:
        tags = {tag.strip().removeprefix("W/") for tag in known.split(",")}
        return "*" in tags or etag.removeprefix("W/") in tags
    since = _read_date(headers.get("if-modified-since", ""))
    written = _read_date(last_modified)
    return since is not None and written is not None and written <= since


def _read_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

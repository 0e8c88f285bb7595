"""What APIs in JSON share in answering: replies, bodies of requests, numbers in queries, pages and cursors."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

import orjson
import polars as pl

from pulsecity_pipeline.sandbox.serving.protocol import Reply, Request

JSON = "application/json;charset=utf-8"


def reply_json(content: Any, *, status: int = 200, content_type: str = JSON) -> Reply:
    """`content` as JSON."""
    return Reply(orjson.dumps(content), content_type, status)


def read_body(request: Request) -> dict[str, Any] | None:
    """The object that a request's body is; None for anything else."""
    try:
        content = orjson.loads(request.body)
    except orjson.JSONDecodeError:
        return None
    return content if isinstance(content, dict) else None


def read_whole(query: Mapping[str, Any], name: str, default: int) -> int | None:
    """A whole number of a query or body; `default` where it is missing, None where it is no number."""
    value = query.get(name, default)
    try:
        return int(value)
    except (TypeError, ValueError):
        return None


def dig(content: Any, *names: str) -> Any:
    """The value under nested names; None where there is none."""
    for name in names:
        content = content.get(name) if isinstance(content, dict) else None
    return content


def write_cursor(text: str) -> str:
    """A text as an opaque cursor."""
    return base64.b64encode(text.encode()).decode()


def read_cursor(cursor: str) -> str | None:
    """The text of a cursor; None where it is none."""
    try:
        return base64.b64decode(cursor, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None


def rows_after(listings: pl.DataFrame, native_id: str | None) -> pl.DataFrame | None:
    """The rows after the one of that id, all for None; None where there is no such row."""
    if native_id is None:
        return listings
    found = listings["native_id"].index_of(native_id)
    return None if found is None else listings.slice(found + 1)

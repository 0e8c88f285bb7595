"""Interactions as they are sent, and what a test needs around them."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from pulsecity_pipeline.interactions.drops import Drop
from pulsecity_pipeline.interactions.hashing import UserKey

KEY = UserKey(b"a key of this test alone")
AT = datetime(2026, 8, 23, 12, tzinfo=UTC)


def event(
    user_id: str = "user_42", name: str = "click", at: str = "2026-08-22T10:00:00Z", **more: Any
) -> dict[str, Any]:
    return {"name": name, "user_id": user_id, "timestamp": at, **more}


def jsonl(*rows: object) -> bytes:
    """Lines of JSON; bytes stand for themselves."""
    return b"".join((row if isinstance(row, bytes) else json.dumps(row).encode()) + b"\n" for row in rows)


def drop(*rows: object, source: str = "a.jsonl") -> Drop:
    return Drop(source, jsonl(*rows))


def days(*numbers: int) -> Iterable[dict[str, Any]]:
    """One click on each of these days of August."""
    return [event(f"user_{day}", at=f"2026-08-{day:02}T10:00:00Z") for day in numbers]

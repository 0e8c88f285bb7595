"""Answers in JSON, and the numbers that requests state."""

from collections.abc import Mapping
from typing import Any

import orjson

from pulsecity_pipeline.sandbox.serving.protocol import Reply, Request


def reply_json(content: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    """The content as a whole body."""
    return Reply(orjson.dumps(content), "application/json; charset=utf-8", status, headers or {})


def read_number(request: Request, name: str, default: int, *, most: int | None = None) -> int:
    """A whole number from 0 to `most` that the query states; the default where it states none that can be read."""
    stated = request.query.get(name, "")
    number = int(stated) if stated.isascii() and stated.isdigit() else default
    return number if most is None else min(number, most)

"""Addresses of further pages: the same address with another page number."""

import math
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from pulsecity_pipeline.sources.formats.json_values import pick_number


def set_query(url: str, **values: str | int) -> str:
    """`url` with these query parameters at its end; the others as they are."""
    parts = urlsplit(url)
    others = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in values]
    return urlunsplit(parts._replace(query=urlencode([*others, *values.items()], safe=":,")))


def following_page(told: object, *, page: str, size: str, total: str) -> int | None:
    """The number of the page after this one, from what a page tells of itself (paths in `told`, pages from 1).

    None after the last one, and where nothing is told.
    """
    numbers = [pick_number(told, path) for path in (page, size, total)]
    at, held, of_all = (None if number is None else math.floor(number) for number in numbers)
    if at is None or held is None or of_all is None or held < 1:
        return None
    return at + 1 if at * held < of_all else None


def drop_tracking(url: str) -> str:
    """`url` without its `utm_…` parameters."""
    parts = urlsplit(url)
    kept = [part for part in parts.query.split("&") if not part.startswith("utm_")]
    return urlunsplit(parts._replace(query="&".join(kept)))

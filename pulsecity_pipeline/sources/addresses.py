"""Addresses that pages are asked by: their query parameters read and replaced, and the number of a further page."""

import math
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from pulsecity_pipeline.sources.formats.json_values import pick_number

#: What stands in a query as it is: dates, coordinates, lists, and the operators of open-data portals.
_SAFE = "$:,*'()"


def read_query(url: str) -> dict[str, str]:
    """The query parameters of an address; of one said twice the last."""
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))


def with_query(url: str, **parameters: str | int | None) -> str:
    """The address with these parameters in place of what it had of their names; None takes one away."""
    query: list[tuple[str, str | int]] = []
    left = dict(parameters)
    for name, value in parse_qsl(urlsplit(url).query, keep_blank_values=True):
        chosen = left.pop(name, None) if name in parameters else value
        query += [] if chosen is None else [(name, chosen)]
    query += [(name, value) for name, value in left.items() if value is not None]
    return urlunsplit(urlsplit(url)._replace(query=urlencode(query, safe=_SAFE)))


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

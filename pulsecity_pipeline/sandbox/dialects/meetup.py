"""Dialect `meetup`: GraphQL by POST (`recommendedEvents` near a point), with cursors."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

import polars as pl

from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.sandbox.chance import Keys, write_number
from pulsecity_pipeline.sandbox.dialects.api_ids import Mint, mint_number
from pulsecity_pipeline.sandbox.dialects.api_replies import (
    dig,
    read_body,
    read_cursor,
    read_whole,
    reply_json,
    rows_after,
    write_cursor,
)
from pulsecity_pipeline.sandbox.dialects.api_rows import in_utc, name_columns
from pulsecity_pipeline.sandbox.dialects.api_sites import (
    KM_PER_MILE,
    find_nearest,
    lies_within,
    make_city_site,
    read_point,
)
from pulsecity_pipeline.sandbox.dialects.meetup_events import write_events
from pulsecity_pipeline.sandbox.serving.protocol import Reply, Request, Site

NAME: Final = "meetup"
STATES: Final[frozenset[str]] = name_columns(
    """title description organizer organizer_native_id url image_url tags category subcategory starts_local ends_local
    timezone stated_timezone status sale_status attendance_mode venue_native_id venue_name address town region
    postcode country latitude longitude geo_precision price_min currency series_native_id"""
)
NATIVE_IDS: Final[dict[str, Mint]] = {
    "venue": mint_number(8),
    "organizer": mint_number(8),
    "series": mint_number(9),
}
_MOST_ROWS, _DEFAULT_ROWS, _DEFAULT_RADIUS = 200, 20, 25.0


def list_sites(city: City, *, seed: int, night: date, size: float) -> Sequence[Site]:
    """One a city."""
    return [make_city_site(NAME, city, night)]


def find_site(request: Request, sites: Sequence[Site]) -> Site | None:
    """The city nearest to the point of the filter; the query of the address is no part of what is asked."""
    wanted = dig(read_body(request), "variables", "filter")
    return find_nearest(sites, read_point(dig(wanted, "lat"), dig(wanted, "lon")))


def mint_native_id(keys: Keys) -> pl.Series:
    """The token: ten digits, one more than theirs, so that no two meet."""
    return write_number(keys, 10)


def expected_event_id(listings: pl.DataFrame) -> pl.Series:
    """What the adapter states as `source_event_id`, row by row: the token."""
    return listings["native_id"]


def is_shown(listings: pl.DataFrame) -> pl.Series:
    """An event without a start is no event."""
    return listings["starts_local"].is_not_null()


def answer(site: Site, listings: pl.DataFrame, request: Request) -> Reply:
    """A page of events near a point; what cannot be read is told in `errors`, with status 200 as GraphQL does."""
    if request.method != "POST":
        return reply_json({"errors": [{"message": "Method not allowed"}]}, status=405)
    asked = read_body(request)
    if asked is None or "recommendedEvents" not in str(asked.get("query")):
        return _refuse("Invalid Syntax : offending token '<EOF>'", "InvalidSyntax")
    variables = asked.get("variables")
    wanted, first = dig(variables, "filter"), read_whole(variables or {}, "first", _DEFAULT_ROWS)
    point = read_point(dig(wanted, "lat"), dig(wanted, "lon"))
    if point is None or first is None or first < 1:
        return _refuse("Variable 'filter' has an invalid value: 'lat' and 'lon' are not null")
    try:
        found = listings.filter(is_shown(listings), *_choose_rows(listings, wanted, point))
    except ValueError as error:
        return _refuse(f"Variable 'filter' has an invalid value: {error}")
    after = dig(variables, "after")
    rest = rows_after(found, _read_token(after) if after else None)
    if rest is None:
        return _refuse("Variable 'after' has an invalid value: no such cursor")
    return reply_json({"data": {"recommendedEvents": _write_page(found, rest, min(first, _MOST_ROWS))}})


def _choose_rows(listings: pl.DataFrame, wanted: dict[str, Any], point: tuple[float, float]) -> list[pl.Expr]:
    """Near a point (what is online is near everything), between two instants. Raises ValueError."""
    radius = float(wanted.get("radius") or _DEFAULT_RADIUS) * KM_PER_MILE
    chosen = [lies_within(point, radius) | (pl.col("attendance_mode") == "online").fill_null(value=False)]
    begins = in_utc(listings, "starts_local")
    if (first := wanted.get("startDateRange")) is not None:
        chosen.append(begins >= _read_instant(first))
    if (last := wanted.get("endDateRange")) is not None:
        chosen.append(begins <= _read_instant(last))
    return chosen


def _read_instant(text: object) -> datetime:
    """An instant with an offset. Raises ValueError."""
    problem = f"Failed to parse input value {text} as ZonedDateTime"
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        raise ValueError(problem) from None
    if at.tzinfo is None:
        raise ValueError(problem)
    return at


def _read_token(cursor: object) -> str:
    return (read_cursor(str(cursor)) or "").partition(":")[0]


def _write_page(found: pl.DataFrame, rest: pl.DataFrame, first: int) -> dict[str, Any]:
    page = rest.head(first)
    ends = page.select("native_id", pl.col("starts_local").dt.epoch("ms").cast(pl.String())).rows()[-1:]
    info = {"hasNextPage": len(rest) > first, "endCursor": write_cursor(":".join(ends[0])) if ends else None}
    return {"totalCount": len(found), "pageInfo": info, "edges": [{"node": node} for node in write_events(page)]}


def _refuse(message: str, kind: str = "ValidationError") -> Reply:
    place = {"line": 1, "column": 7}
    return reply_json({"errors": [{"message": message, "locations": [place], "extensions": {"classification": kind}}]})

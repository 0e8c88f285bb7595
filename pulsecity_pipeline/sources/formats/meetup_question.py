"""What is asked of Meetup's GraphQL (schema of February 2025): events near a point, or of one group, page by page."""

from collections.abc import Mapping
from datetime import date, timedelta

import orjson

_EVENT = """
  id token title description eventUrl dateTime endTime duration status eventType rsvpState
  venues { name address city state postalCode country lat lon venueType }
  feeSettings { required amount currency accepts }
  group { id name urlname timezone topicCategory { id name } }
  featuredEventPhoto { id baseUrl highResUrl standardUrl }
  topics { edges { node { name } } }
  series { id }
"""
_NEAR = f"""query($filter: RecommendedEventsFilter!, $first: Int, $after: String) {{
  recommendedEvents(filter: $filter, first: $first, after: $after, sort: {{ sortField: DATETIME }}) {{
    totalCount pageInfo {{ hasNextPage endCursor }} edges {{ node {{ {_EVENT} }} }} }} }}"""
_GROUP = f"""query($urlname: String!, $status: [EventStatus!], $from: DateTime, $to: DateTime, $first: Int,
    $after: String) {{
  groupByUrlname(urlname: $urlname) {{
    events(filter: {{ status: $status, afterDateTime: $from, beforeDateTime: $to }}, first: $first, after: $after) {{
      totalCount pageInfo {{ hasNextPage endCursor }} edges {{ node {{ {_EVENT} }} }} }} }} }}"""
_FIRST = 100
_DAY, _SPAN = timedelta(days=1), timedelta(days=366)


def ask_events(address: Mapping[str, str]) -> bytes:
    """The first question of an address's query: `group`, or `lat`, `lon` and `radius` (miles); a year from `from`.

    A day begins early, for cities that are not in the night yet. Times carry an offset: without one they are refused.
    """
    night = date.fromisoformat(address["from"])
    first, last = (f"{day.isoformat()}T00:00:00Z" for day in (night - _DAY, night + _SPAN))
    if "group" in address:
        wanted = {"urlname": address["group"], "status": ["ACTIVE", "CANCELLED"], "from": first, "to": last}
        return _dump(_GROUP, wanted)
    point = {"lat": float(address["lat"]), "lon": float(address["lon"]), "radius": float(address["radius"])}
    return _dump(_NEAR, {"filter": point | {"startDateRange": first, "endDateRange": last}})


def ask_after(body: bytes, cursor: str) -> bytes:
    """The same question for the page after `cursor`."""
    question = orjson.loads(body)
    question["variables"]["after"] = cursor
    return orjson.dumps(question)


def _dump(query: str, variables: Mapping[str, object]) -> bytes:
    return orjson.dumps({"query": " ".join(query.split()), "variables": {**variables, "first": _FIRST}})

"""What ra.co is asked: the area of a city by its name, and the listings of an area from a day on, page by page."""

from typing import Any

import orjson

from pulsecity_pipeline.sources.formats.json_values import list_texts, pick, pick_number, pick_text

#: Rows of a page.
PAGE_SIZE = 100
#: A field unknown to the server fails the whole query: no more than what is read.
_LISTINGS = (
    "query GET_EVENT_LISTINGS($filters: FilterInputDtoInput, $pageSize: Int, $page: Int, $sort: SortInputDtoInput) {"
    " eventListings(filters: $filters, pageSize: $pageSize, page: $page, sort: $sort) { totalResults data { id"
    " listingDate event { id title content date startTime endTime contentUrl cost lineup flyerFront isTicketed"
    " images { filename type } venue { id name address area { id name country { urlCode } }"
    " location { latitude longitude } } artists { id name } genres { name } promoters { id name } } } } }"
)
_AREAS = "query GET_AREAS($searchTerm: String) { areas(searchTerm: $searchTerm) { id name country { urlCode } } }"
#: Country codes of theirs that are not ISO 3166.
_COUNTRIES = {"UK": "GB"}


def ask_areas(name: str) -> bytes:
    """The request for the areas that have this in their name."""
    return orjson.dumps({"operationName": "GET_AREAS", "variables": {"searchTerm": name}, "query": _AREAS})


def choose_area(content: Any, name: str, country: str | None) -> str | None:
    """The id of the area of that name (`San Francisco` is `San Francisco/Oakland`) in the country; None for none."""
    for area in pick(content, "data.areas") or []:
        names = (pick_text(area, "name") or "").casefold().split("/")
        code = pick_text(area, "country.urlCode") or ""
        if name.casefold() in names and country in (None, _COUNTRIES.get(code, code)):
            return pick_text(area, "id")
    return None


def ask_listings(area: str, since: str | None, page: int) -> bytes:
    """The request for one page (from 1) of an area's listings, first days first."""
    day = {"listingDate": {"gte": since}} if since else {}
    variables = {
        "filters": {"areas": {"eq": int(area)}, **day},
        "pageSize": PAGE_SIZE,
        "page": page,
        "sort": {"listingDate": {"order": "ASCENDING"}},
    }
    return orjson.dumps({"operationName": "GET_EVENT_LISTINGS", "variables": variables, "query": _LISTINGS})


def ask_following(content: Any, body: bytes) -> bytes | None:
    """The request for the page after the one that `body` asked for; None after a short page or the last."""
    asked = orjson.loads(body)
    number = asked["variables"]["page"]
    rows, total = pick(content, "data.eventListings.data"), pick_number(content, "data.eventListings.totalResults")
    if not isinstance(rows, list) or len(rows) < PAGE_SIZE or (total is not None and number * PAGE_SIZE >= total):
        return None
    asked["variables"]["page"] = number + 1
    return orjson.dumps(asked)


def choose_image(event: Any) -> str | None:
    """The front of the flyer, else the first of the images."""
    images = [image for image in pick(event, "images") or [] if isinstance(image, dict)]
    front = [image for image in images if image.get("type") == "FLYERFRONT"]
    return pick_text(event, "flyerFront") or next(iter(list_texts([*front, *images], "filename")), None)

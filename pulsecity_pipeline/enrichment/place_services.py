"""Services that are asked for a venue by name: Google Places, Foursquare and Yelp, each with the user's key."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import orjson

from pulsecity_pipeline.enrichment.asking import Asker
from pulsecity_pipeline.enrichment.places import Place, Wanted
from pulsecity_pipeline.sources.formats.json_values import pick, pick_number, pick_text

_RADIUS_M = 500


@dataclass(frozen=True)
class Service:
    """`ask` makes address and body of a question; `records` is where the places are, and how each reads.

    `is_empty` tells an answer that honestly has no list.
    """

    ask: Callable[[Wanted], tuple[str, bytes | None]]
    records: str
    read: Callable[[Any], Place | None]
    is_empty: Callable[[Any], bool] = lambda _: False


def find_places(service: Service, wanted: Wanted, asker: Asker) -> Sequence[Place] | None:
    """What the service offers; None where it did not answer."""
    told = asker.ask(*service.ask(wanted))
    if told.reason is not None:
        return None
    found = pick(told.content, service.records)
    if not isinstance(found, list):
        if service.is_empty(told.content):
            return []
        asker.note(f"another shape than it was: no list at {service.records}")
        return None
    return [place for item in found if (place := service.read(item))]


def _ask_google(wanted: Wanted) -> tuple[str, bytes | None]:
    fields = "places.id,places.displayName,places.formattedAddress,places.location,places.businessStatus"
    asked: dict[str, Any] = {"textQuery": f"{wanted.name}, {wanted.city}", "regionCode": wanted.country, "pageSize": 20}
    if wanted.latitude is not None and wanted.longitude is not None:
        center = {"latitude": wanted.latitude, "longitude": wanted.longitude}
        asked["locationBias"] = {"circle": {"center": center, "radius": float(_RADIUS_M)}}
    url = f"https://places.googleapis.com/v1/places:searchText?{urlencode({'fields': fields}, safe=',')}"
    return url, orjson.dumps(asked)


def _ask_foursquare(wanted: Wanted) -> tuple[str, bytes | None]:
    asked = {"query": wanted.name, "limit": 20, **_where(wanted, "ll", "near")}
    return f"https://places-api.foursquare.com/places/search?{urlencode(asked)}", None


def _ask_yelp(wanted: Wanted) -> tuple[str, bytes | None]:
    asked: dict[str, Any] = {"term": wanted.name, "limit": 20}
    if wanted.latitude is None or wanted.longitude is None:
        asked["location"] = f"{wanted.city}, {wanted.country}"
    else:
        asked |= {"latitude": wanted.latitude, "longitude": wanted.longitude, "radius": _RADIUS_M}
    return f"https://api.yelp.com/v3/businesses/search?{urlencode(asked)}", None


def _where(wanted: Wanted, point: str, near: str) -> dict[str, Any]:
    if wanted.latitude is None or wanted.longitude is None:
        return {near: f"{wanted.city}, {wanted.country}"}
    return {point: f"{wanted.latitude},{wanted.longitude}", "radius": _RADIUS_M}


def _reader(
    place_id: str, name: str, latitude: str, longitude: str, address: str, is_closed: Callable[[Any], bool]
) -> Callable[[Any], Place | None]:
    """A place read by the dotted paths of its fields."""

    def read(item: Any) -> Place | None:
        found_id, found_name = pick_text(item, place_id), pick_text(item, name)
        if found_id is None or found_name is None:
            return None
        point = (pick_number(item, latitude), pick_number(item, longitude))
        return Place(found_id, found_name, *point, pick_text(item, address), None, is_closed(item))

    return read


SERVICES: dict[str, Service] = {
    "google_places": Service(
        _ask_google,
        "places",
        _reader(
            "id", "displayName.text", "location.latitude", "location.longitude", "formattedAddress",
            lambda item: pick(item, "businessStatus") == "CLOSED_PERMANENTLY",
        ),
        is_empty=lambda content: content == {},
    ),
    "foursquare": Service(
        _ask_foursquare,
        "results",
        _reader(
            "fsq_place_id", "name", "latitude", "longitude", "location.address",
            lambda item: bool(pick(item, "date_closed")),
        ),
    ),
    "yelp": Service(
        _ask_yelp,
        "businesses",
        _reader(
            "id", "name", "coordinates.latitude", "coordinates.longitude", "location.address1",
            lambda item: pick(item, "is_closed") is True,
        ),
    ),
}  # fmt: skip

"""One listing → an event of schema.org, as the plugins of venues write it."""

from collections.abc import Mapping
from typing import Any, Final

from pulsecity_pipeline.sandbox.dialects.formats.stated_times import last_day, write_day, write_local, write_offset

Row = Mapping[str, Any]
Node = dict[str, Any]
_KINDS: Final = {
    "music": "MusicEvent",
    "performing_arts": "TheaterEvent",
    "visual_arts_film": "ExhibitionEvent",
    "sports_fitness": "SportsEvent",
    "festivals_fairs": "Festival",
    "food_drink": "FoodEvent",
    "business_professional": "BusinessEvent",
    "learning_family": "EducationEvent",
    "nightlife_social": "SocialEvent",
}
_FINE_KINDS: Final = {
    "comedy": "ComedyEvent", "dance": "DanceEvent", "film_screening": "ScreeningEvent",
    "literature_books": "LiteraryEvent", "kids_family": "ChildrensEvent", "hackathon": "Hackathon",
}  # fmt: skip
_STATES: Final = {
    "scheduled": "EventScheduled", "cancelled": "EventCancelled", "postponed": "EventPostponed",
    "rescheduled": "EventRescheduled", "moved_online": "EventMovedOnline",
}  # fmt: skip
_MODES: Final = {"offline": "Offline", "online": "Online", "mixed": "Mixed"}
_SALES: Final = {
    "on_sale": "InStock", "presale": "PreSale", "few_left": "LimitedAvailability", "sold_out": "SoldOut",
    "not_yet": "PreOrder", "ended": "Discontinued",
}  # fmt: skip
_SCHEMA: Final = "https://schema.org/"


def write_event(row: Row, key: str, *, has_offset: bool = True) -> Node:
    """The event, without what the listing leaves out; `key` is its `@id`. Dates that end it are inclusive."""
    node = {
        "@type": kind_of_event(row),
        "@id": key,
        "name": row["title"],
        "description": row["description"],
        "url": row["url"],
        "image": row["image_url"],
        "startDate": write_clock(row, "starts_local", has_offset=has_offset),
        "endDate": write_clock(row, "ends_local", has_offset=has_offset),
        "doorTime": None if row["is_date"] else write_clock(row, "doors_local", has_offset=has_offset),
        "previousStartDate": write_clock(row, "previous_start_local", has_offset=has_offset),
        "eventStatus": state_word(row),
        "eventAttendanceMode": mode_word(row),
        "location": write_location(row),
        "organizer": _named("Organization", row["organizer"]),
        "performer": [_named("PerformingGroup", name) for name in row["performers"] or ()] or None,
        "offers": write_offers(row),
        "isAccessibleForFree": row["is_free"],
        "keywords": ", ".join(row["tags"] or ()) or None,
        "maximumAttendeeCapacity": row["capacity"],
        "inLanguage": row["language"],
        "dateModified": None if row["updated_at"] is None else f"{row['updated_at']:%Y-%m-%dT%H:%M:%SZ}",
    }
    return {name: value for name, value in node.items() if value is not None}


def kind_of_event(row: Row) -> str:
    """The type, as fine as venues sort."""
    return _FINE_KINDS.get(row["subcategory"] or "") or _KINDS.get(row["category"] or "") or "Event"


def write_clock(row: Row, column: str, *, has_offset: bool = True) -> str | None:
    """A day where only days are stated, else a wall clock with its offset, or without."""
    value = row[column]
    if row["is_date"]:
        return last_day(value) if column == "ends_local" else write_day(value)
    return write_offset(row, column) if has_offset else write_local(value)


def state_word(row: Row) -> str | None:
    """`https://schema.org/EventCancelled`."""
    return _SCHEMA + _STATES[row["status"]] if row["status"] in _STATES else None


def mode_word(row: Row) -> str | None:
    """`https://schema.org/OnlineEventAttendanceMode`."""
    mode = _MODES.get(row["attendance_mode"] or "")
    return None if mode is None else f"{_SCHEMA}{mode}EventAttendanceMode"


def write_location(row: Row) -> Any:
    """A place, a virtual location, both in a list, or nothing."""
    address = {
        "@type": "PostalAddress",
        "streetAddress": row["address"],
        "addressLocality": row["town"],
        "addressRegion": row["region"],
        "postalCode": row["postcode"],
        "addressCountry": row["country"],
    }
    stated = {name: value for name, value in address.items() if value is not None}
    place: Node = {"@type": "Place"}
    if row["venue_name"] is not None:
        place["name"] = row["venue_name"]
    if len(stated) > 1:
        place["address"] = stated
    if row["latitude"] is not None and row["longitude"] is not None:
        place["geo"] = {"@type": "GeoCoordinates", "latitude": row["latitude"], "longitude": row["longitude"]}
    found = [place] if len(place) > 1 else []
    if row["online_url"] is not None:
        found.append({"@type": "VirtualLocation", "url": row["online_url"]})
    return found if len(found) > 1 else found[0] if found else None


def write_offers(row: Row) -> Any:
    """One price, a span of prices, or the state of sales alone; nothing where neither is stated."""
    offer: Node = {"@type": "Offer"}
    if row["price_min"] is not None and row["price_min"] != row["price_max"]:
        offer = {
            "@type": "AggregateOffer",
            "lowPrice": f"{row['price_min']:.2f}",
            "highPrice": f"{row['price_max']:.2f}",
        }
    elif row["price_min"] is not None:
        offer["price"] = f"{row['price_min']:.2f}"
    elif row["is_free"] and row["currency"]:
        offer["price"] = "0"
    is_priced = len(offer) > 1
    if is_priced and row["currency"]:
        offer["priceCurrency"] = row["currency"]
    if row["sale_status"] in _SALES:
        offer["availability"] = _SCHEMA + _SALES[row["sale_status"]]
    return offer | {"url": row["url"]} if len(offer) > 1 else None


def _named(kind: str, name: str | None) -> Node | None:
    return None if name is None else {"@type": kind, "name": name}

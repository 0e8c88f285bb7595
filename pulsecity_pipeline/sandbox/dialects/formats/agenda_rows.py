"""One listing → a row of Paris's agenda, with all the columns that the dataset has."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta, tzinfo
from typing import Any, Final

from pulsecity_pipeline.sandbox.dialects.formats.stated_times import to_moment
from pulsecity_pipeline.sandbox.dialects.formats.xml_text import as_paragraphs

_RUN_DAYS: Final = 2
_WORDS: Final = {
    "music": "Concert", "performing_arts": "Théâtre", "visual_arts_film": "Expo", "literature_books": "Littérature",
    "film_screening": "Cinéma", "kids_family": "Enfants", "class_workshop": "Atelier", "comedy": "Humour",
    "dance": "Danse", "festivals_fairs": "Festival", "nightlife_social": "Clubbing", "sports_fitness": "Sport",
    "science_talk": "Conférence", "lifestyle_outdoors": "Balade", "food_drink": "Gourmand", "tech_science": "Sciences",
    "community_civic": "Solidarité", "learning_family": "Atelier", "business_professional": "Salon",
}  # fmt: skip
#: Columns that the dataset has and that listings say nothing of.
_UNSAID: Final = (
    "date_description", "cover_alt", "cover_credit", "pmr", "blind", "deaf", "sign_language", "mental", "transport",
    "access_type", "access_link", "access_link_text", "contact_url", "contact_phone", "contact_mail",
    "contact_facebook", "contact_twitter", "audience", "childrens", "group", "univers", "universe_tags", "programs",
    "address_url_text", "address_text", "event_indoor", "event_pets_allowed",
)  # fmt: skip


def write_agenda_row(row: Mapping[str, Any], zone: tzinfo) -> dict[str, Any]:
    """A row with all its columns; what is not known is null. Runs of days are told by their ends alone."""
    begin, end = _moment(row, row["starts_local"], zone), _moment(row, _end(row), zone)
    is_run = row["is_date"] and end is not None and begin is not None and (end - begin).days >= _RUN_DAYS
    has_point = row["latitude"] is not None and row["longitude"] is not None
    free = {True: "gratuit", False: "payant"}
    return {
        "id": row["native_id"],
        "event_id": int(row["native_id"]),
        "url": row["url"],
        "title": row["title"],
        "lead_text": (row["description"] or "").partition("\n")[0][:200] or None,
        "description": as_paragraphs(row["description"]) if row["description"] else None,
        "date_start": _write(begin),
        "date_end": _write(end),
        "occurrences": None if is_run else f"{_write(begin)}_{_write(end)}",
        "cover_url": row["image_url"],
        "address_name": row["venue_name"],
        "address_street": row["address"],
        "address_zipcode": row["postcode"],
        "address_city": row["town"],
        "lat_lon": {"lon": row["longitude"], "lat": row["latitude"]} if has_point else None,
        "price_type": None if row["is_free"] is None else free[row["is_free"]],
        "price_detail": row["price_text"],
        "contact_organisation_name": row["organizer"],
        "updated_at": None if row["updated_at"] is None else row["updated_at"].isoformat(timespec="seconds"),
        "qfap_tags": ";".join(_list_words(row)) or None,
        "address_url": row["online_url"],
        "rank": int(row["native_id"]) % 100 / 10,
        "weight": 1,
        "locale": "fr",
        **dict.fromkeys(_UNSAID),
    }


def _end(row: Mapping[str, Any]) -> datetime | None:
    """There always is one: of whole days the last minute of the last, of an unknown one the start."""
    starts: datetime | None = row["starts_local"]
    ends: datetime | None = row["ends_local"]
    if starts is None:
        return None
    if not row["is_date"]:
        return starts if ends is None else ends
    last: datetime = starts if ends is None else ends - timedelta(microseconds=1)
    return datetime.combine(last.date(), time(23, 59))


def _moment(row: Mapping[str, Any], value: datetime | None, zone: tzinfo) -> datetime | None:
    moment = to_moment({**row, "at": value}, "at")
    return None if moment is None else moment.astimezone(zone)


def _write(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")


def _list_words(row: Mapping[str, Any]) -> list[str]:
    word = _WORDS.get(row["subcategory"] or "") or _WORDS.get(row["category"] or "")
    return list(dict.fromkeys(one for one in (word, *(row["tags"] or ())) if one))

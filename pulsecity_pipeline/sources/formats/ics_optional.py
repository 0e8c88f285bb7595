"""The optional properties of a VEVENT: per column, which properties may state it and how each is read."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from pulsecity_pipeline.sources.formats.ics_lines import Property, read_parameters, split_list, unescape_text
from pulsecity_pipeline.sources.formats.ics_stamps import read_stamp, to_utc

Properties = dict[str, list[Property]]
Reader = Callable[[Property], Any]

_WEB = re.compile(r"https?://[^\s;,\"<>]+", re.I)
_IMAGE_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|svg)(?:[?#].*)?$", re.I)


def read_text(written: Property) -> str | None:
    """The unescaped text; None where it is blank."""
    return unescape_text(written.value).strip() or None


def _read_link(written: Property) -> str | None:
    text = unescape_text(written.value).strip()
    if not text:
        return None
    if not re.match(r"(?:https?:)?//\S|www\.\S", text, re.I):
        raise ValueError("not a web address")
    return text


def _read_first_link(written: Property) -> str | None:
    """The first web address in a vendor's list (X-WP-IMAGES-URL: size;address;width;height;…)."""
    found = _WEB.search(unescape_text(written.value))
    return found[0] if found else None


def _read_image(written: Property) -> str | None:
    """ATTACH, if it says that it is an image or is named like one; other attachments are nobody's."""
    kind = read_parameters(written.parameters).get("FMTTYPE", "").lower()
    if kind.startswith("image/") or (not kind and _IMAGE_FILE.search(written.value)):
        return _read_link(written)
    return None


def _read_name(written: Property) -> str | None:
    """ORGANIZER's CN, the name; never the address, not even where it stands in for the name."""
    name = unquote(unescape_text(read_parameters(written.parameters).get("CN", ""))).strip()
    return None if "@" in name else name or None


def _read_place(written: Property) -> str | None:
    """X-APPLE-STRUCTURED-LOCATION's title and address."""
    stated = read_parameters(written.parameters)
    lines = (unescape_text(stated.get(name, "")).strip() for name in ("X-TITLE", "X-ADDRESS"))
    return ", ".join(dict.fromkeys(line for line in lines if line)) or None


def _read_point(written: Property) -> tuple[float, float] | None:
    """GEO `lat;lon` (RFC 5545 3.8.1.6) or `geo:lat,lon`. 0,0 stands for "unknown" wherever it was seen."""
    parts = re.split(r"[;,]", written.value.replace("\\", "").strip().removeprefix("geo:"))
    latitude, longitude = (float(part) for part in parts[:2])
    if not (abs(latitude) <= 90 and abs(longitude) <= 180) or len(parts) > 3:
        raise ValueError("not a point on earth")
    return None if latitude == 0 and longitude == 0 else (latitude, longitude)


def _read_moment(written: Property) -> datetime | None:
    """LAST-MODIFIED or CREATED in UTC; None for a date or a floating time, which are no moments."""
    return to_utc(read_stamp(written))


def _read_revision(written: Property) -> int | None:
    revision = int(written.value)
    if not 0 <= revision < 2**63:
        raise ValueError("not a revision")
    return revision


def _read_cancelled(written: Property) -> str | None:
    return "CANCELLED" if written.value.strip().lower() in ("1", "true", "yes") else None


#: Column → the properties that may state it, best first. `point` becomes latitude and longitude.
COLUMNS: dict[str, tuple[tuple[str, Reader], ...]] = {
    "description": (("DESCRIPTION", read_text), ("X-ALT-DESC", read_text)),
    "location": (("LOCATION", read_text), ("X-APPLE-STRUCTURED-LOCATION", _read_place)),
    "point": (("GEO", _read_point), ("X-APPLE-STRUCTURED-LOCATION", _read_point)),
    "url": (("URL", _read_link),),
    "status": (("X-LIVEWHALE-CANCELED", _read_cancelled), ("STATUS", read_text)),
    "organizer": (("ORGANIZER", _read_name),),
    "image_url": (
        ("IMAGE", _read_link),
        ("X-TKF-FEATURED-IMAGE", _read_link),
        ("X-LIVEWHALE-IMAGE", _read_link),
        ("X-WP-IMAGES-URL", _read_first_link),
        ("ATTACH", _read_image),
        ("X-LIVEWHALE-CUSTOM-REMOTE-IMAGE-URL", _read_link),
    ),
    "online_url": (
        ("CONFERENCE", _read_link),
        ("X-GOOGLE-CONFERENCE", _read_link),
        ("X-LIVEWHALE-ONLINE-URL", _read_link),
        ("X-MICROSOFT-SKYPETEAMSMEETINGURL", _read_link),
    ),
    "price": (("X-COST", read_text), ("X-LIVEWHALE-COST", read_text), ("X-COST-TYPE", read_text)),
    "source_updated_at": (("LAST-MODIFIED", _read_moment), ("CREATED", _read_moment)),
    "revision": (("SEQUENCE", _read_revision),),
}

_COLUMNS_BY_PROPERTY: dict[str, tuple[str, ...]] = {}
for _column, _choices in COLUMNS.items():
    for _name, _ in _choices:
        _COLUMNS_BY_PROPERTY[_name] = (*_COLUMNS_BY_PROPERTY.get(_name, ()), _column)

OPTIONAL_NAMES = frozenset((*_COLUMNS_BY_PROPERTY, "CATEGORIES"))


def read_optional(properties: Properties, unread: Counter[str]) -> dict[str, Any]:
    """Column → value for the columns that some property states; a bad one is counted as `<NAME>!invalid`."""
    wanted = {column for name in properties for column in _COLUMNS_BY_PROPERTY.get(name, ())}
    values = {column: _read_column(properties, COLUMNS[column], unread) for column in wanted}
    point = values.pop("point", None)
    if point:
        values["latitude"], values["longitude"] = point
    if lines := properties.get("CATEGORIES"):
        words = (word for line in lines for word in split_list(line.value))
        values["categories"] = list(dict.fromkeys(words))
    return values


def _read_column(properties: Properties, choices: tuple[tuple[str, Reader], ...], unread: Counter[str]) -> Any:
    for name, reader in choices:
        for written in properties.get(name, ()):
            try:
                value = reader(written)
            except (ValueError, OverflowError):
                unread[f"{name}!invalid"] += 1
                continue
            if value is not None:
                return value
    return None

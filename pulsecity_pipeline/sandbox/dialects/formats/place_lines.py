"""Where a listing takes place, in one line, as calendars and feeds write it."""

from collections.abc import Mapping
from typing import Any, Final

_COUNTRIES: Final = {
    "US": "United States", "CA": "Canada", "GB": "United Kingdom", "DE": "Germany", "FR": "France", "ES": "Spain",
    "NL": "Netherlands", "AU": "Australia", "JP": "Japan", "BR": "Brazil", "MX": "Mexico", "IE": "Ireland",
}  # fmt: skip
_ONLINE: Final = "Online"


def write_place(row: Mapping[str, Any], *, has_country: bool = False) -> str | None:
    """Venue, room, street, town, region with postcode; online the link or a word; None where nothing is stated."""
    venue = row["venue_name"]
    name = f"{venue} - {row['room']}" if venue and row["room"] else venue
    tail = " ".join(part for part in (row["region"], row["postcode"]) if part)
    parts = [name, row["address"], row["town"], tail, country_name(row["country"]) if has_country else None]
    line = ", ".join(part for part in parts if part)
    if line:
        return line
    is_online = row["attendance_mode"] == "online"
    return (row["online_url"] or _ONLINE) if is_online else None


def country_name(code: str | None) -> str | None:
    """The English name of a country, where it is one of the better known; else its code."""
    return None if code is None else _COUNTRIES.get(code, code)

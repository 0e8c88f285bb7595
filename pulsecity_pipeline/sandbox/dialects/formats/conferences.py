"""What lists of conferences have in common: whole days, towns with their state, and ids made of both."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

_MOMENT: Final = timedelta(microseconds=1)
#: Where towns are written with their state.
_STATED: Final = ("US", "CA", "AU")


def write_town(row: Mapping[str, Any]) -> str | None:
    """`Austin, TX`, `Porto`."""
    town, region = row["town"], row["region"]
    has_state = row["country"] in _STATED and town and region and len(region) == 2
    return f"{town}, {region}" if has_state else town


def first_day(row: Mapping[str, Any]) -> str | None:
    """The day it begins."""
    starts: datetime | None = row["starts_local"]
    return None if starts is None else starts.date().isoformat()


def final_day(row: Mapping[str, Any]) -> str | None:
    """The last day, the first where no end is stated."""
    ends: datetime | None = row["ends_local"]
    return first_day(row) if ends is None else (ends - _MOMENT).date().isoformat()


def compose_key(*parts: str | None) -> str:
    """Day, name and town, in small letters, as those know a conference who find no id on it."""
    return "-".join(" ".join(part.casefold().split()) for part in parts if part and part.strip())

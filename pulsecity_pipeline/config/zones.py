"""Names of time zones in configuration."""

from functools import cache
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator


@cache
def _zones() -> set[str]:
    return available_timezones()


def _known_zone(name: str) -> str:
    if name not in _zones():
        raise ValueError(f"{name!r} is not an IANA time zone")
    return name


#: The name of an IANA time zone.
ZoneName = Annotated[str, AfterValidator(_known_zone)]

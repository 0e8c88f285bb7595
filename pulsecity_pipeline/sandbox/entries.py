"""What one publisher says about one happening, before it is written in a format."""

from dataclasses import dataclass
from datetime import date, datetime

from pulsecity_pipeline.sandbox.model import Happening


@dataclass(frozen=True)
class Entry:
    """One entry of a feed; None is what the publisher leaves out.

    `occurrence_local` is null where the entry stands for a whole series. `recurrence_local` marks an override of that
    occurrence, `rrule_until_on` a weekly series, `duration` replaces the end. All wall clocks are the city's.
    """

    happening: Happening
    uid: str
    occurrence_local: datetime | None
    title: str | None
    starts_local: datetime | None
    ends_local: datetime | None
    is_date: bool
    location: str | None
    description: str | None
    url: str
    status: str
    sequence: int
    created_on: date
    duration: str | None = None
    rrule_until_on: date | None = None
    exdates_local: tuple[datetime, ...] = ()
    recurrence_local: datetime | None = None

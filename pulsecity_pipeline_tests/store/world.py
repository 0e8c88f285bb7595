"""A small published lake with hand-worked answers, for the tests of the warehouse and of queries."""

from datetime import UTC, date, datetime
from typing import Any

from pulsecity_pipeline.contracts import (
    Body,
    CityPulse,
    Event,
    EventFeatures,
    EventListing,
    LedgerEntry,
    Listing,
    Page,
    RankedEvent,
    Reject,
    SourceHealth,
    Table,
    Venue,
)
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline_tests.store.rows import DAVIS, NIGHT_2, ROMA, an_id, publish, rows

#: The night is Sunday 2026-08-23; its week began on the 17th.
NIGHT = NIGHT_2
FAIR, CHOIR, GONE, OFF, UNDATED, TRIP = (an_id("evt", number) for number in range(6))
HALL = an_id("ven", 0)


def _event(event_id: str, title: str, first: date | None, last: date | None, **more: Any) -> dict[str, Any]:
    blank: dict[str, Any] = {"starts_at": None, "starts_local": None, "ends_at": None, "ends_local": None}
    return blank | {"event_id": event_id, "title": title, "starts_on": first, "ends_on": last, "venue_id": HALL} | more


EVENTS = [
    _event(FAIR, "Fair of three days", date(2026, 8, 22), date(2026, 8, 24)),
    _event(CHOIR, "Choir's evening", date(2026, 8, 29), None, starts_at=datetime(2026, 8, 30, 2, tzinfo=UTC)),
    _event(GONE, "Over", date(2026, 8, 20), None, status="past"),
    _event(OFF, "Called off", date(2026, 8, 29), None, status="cancelled"),
    _event(UNDATED, "Some day", None, None, time_precision="tba"),
]


def build_world(lake: Lake) -> None:
    """Davis with five events, two feeds, a reject and a merge; Roma with one event and one reject; both published."""
    for city_id in (DAVIS, ROMA):
        _put(lake, city_id, Venue, {"venue_id": HALL, "name": "City Hall"} if city_id == DAVIS else {})
        _put(lake, city_id, Body, {})
        _put(lake, city_id, Page, {"page_id": an_id("pag", 0 if city_id == DAVIS else 1)})
        _put(
            lake,
            city_id,
            Reject,
            {"reject_id": an_id("rej", 1)},
            {"reject_id": an_id("rej", 2), "replayed_at": NIGHT_AT},
        )
    _put(lake, DAVIS, Event, *EVENTS)
    _put(lake, ROMA, Event, _event(TRIP, "Gita", date(2026, 8, 23), None, venue_id=None))
    _put(lake, DAVIS, Listing, *(_listing(number) for number in range(2)))
    _put(lake, ROMA, Listing, _listing(1))
    links = ({"event_id": CHOIR, "listing_id": an_id("lst", number)} for number in range(2))
    _put(lake, DAVIS, EventListing, *links)
    _put(lake, DAVIS, EventFeatures, {"event_id": CHOIR, "attendance_p50": 60.0})
    _put(lake, DAVIS, RankedEvent, {"event_id": FAIR, "position": 2, "impact": 20}, {"event_id": CHOIR, "position": 1})
    _put(lake, DAVIS, CityPulse, {"week_on": date(2026, 8, 17), "pulse": 11.5}, {"week_on": date(2026, 8, 24)})
    _put(lake, DAVIS, SourceHealth, {"feed": "a"}, {"feed": "b", "state": "failing"})
    _put(lake, DAVIS, LedgerEntry, {"seq": 1}, {"seq": 2, "op": "merge", "from_ids": [CHOIR, GONE], "to_ids": [CHOIR]})
    for city_id in (DAVIS, ROMA):
        publish(lake, city_id, NIGHT, *(Venue, Body, Page, Reject, Event, Listing))
    everything = (EventListing, EventFeatures, RankedEvent, CityPulse, SourceHealth, LedgerEntry)
    publish(lake, DAVIS, NIGHT, Venue, Body, Page, Reject, Event, Listing, *everything)


NIGHT_AT = datetime(2026, 8, 23, tzinfo=UTC)


def _listing(number: int) -> dict[str, Any]:
    return {
        "listing_id": an_id("lst", number),
        "title": f"choir {number}",
        "page_id": an_id("pag", 0),
        "city_id": DAVIS,
    }


def _put(lake: Lake, city_id: str, table: type[Table], *overrides: dict[str, Any]) -> None:
    fixed: dict[str, Any] = {table.partition: city_id} | ({"night": NIGHT} if table.history else {})
    frame = rows(table, *(fixed | override for override in overrides))
    lake.replace(table, frame, partition=city_id, night=NIGHT)

# ruff: noqa: DTZ001 (wall clocks have no zone)
"""Readings for tests: one row with every column, and what a test wants different."""

from datetime import datetime
from typing import Any

import polars as pl

from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.contracts import Reading

BASE: dict[str, Any] = {
    "source": "ics",
    "feed": "library",
    "source_event_id": "a@x",
    "page_id": "pag_2b7kq4m5x6c3a2zd",
    "pointer": "vevent/0",
    "is_expansion": False,
    "fingerprint": "9f8e7d6c5b4a3210",
    "title": "Open choir",
    "start_wall": datetime(2027, 3, 25, 19),
    "start_is_date": False,
    "end_is_date": False,
    "categories": [],
}


def readings(*changes: dict[str, Any]) -> pl.DataFrame:
    """One reading for each set of changes; ids differ unless a change says otherwise."""
    schema = Reading.polars_schema()
    rows = [
        {name: ({**BASE, "source_event_id": f"{number}@x"} | change).get(name) for name in schema}
        for number, change in enumerate(changes)
    ]
    return pl.DataFrame(rows, schema=schema)


def city(city_id: str, latitude: float, longitude: float, timezone: str, **more: Any) -> City:
    facts = {"name": city_id, "admin1": "IN", "country": "US", "geoname_id": 1, "population": 1, "radius_km": 20}
    facts |= {"currency": "USD", "latitude": latitude, "longitude": longitude, "timezone": timezone}
    return City(city_id=city_id, **(facts | more))


BLOOMINGTON = city("us-in-bloomington", 39.16533, -86.52639, "America/Indiana/Indianapolis", name="Bloomington")
INDIANAPOLIS = city(
    "us-in-indianapolis", 39.76838, -86.15804, "America/Indiana/Indianapolis", name="Indianapolis", radius_km=30
)
DENVER = city("us-co-denver", 39.73915, -104.9847, "America/Denver", name="Denver", admin1="CO", radius_km=30)
ROME = city("it-rome", 41.89193, 12.51133, "Europe/Rome", name="Rome", admin1="07", country="IT", currency="EUR")
CITIES = {one.city_id: one for one in (BLOOMINGTON, INDIANAPOLIS, DENVER, ROME)}

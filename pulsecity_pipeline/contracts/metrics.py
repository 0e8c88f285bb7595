"""Contracts of metrics: how a city beats, how each feed fares, what a run cost."""

from datetime import date
from typing import ClassVar, Literal

from pulsecity_pipeline.contracts.base import Table, column


class CityPulse(Table):
    """One row per city, night and coming week: how busy the week is against the city's own median week."""

    table: ClassVar[str] = "metrics.city_pulse"
    key: ClassVar[tuple[str, ...]] = ("city_id", "night", "week_on")
    partition: ClassVar[str] = "city_id"
    history: ClassVar[str | None] = "night"

    city_id: str = column("City.", "us-ca-davis")
    night: date = column("Night.", "2026-08-22")
    week_on: date = column("Monday of the local week.", "2026-08-24")
    event_count: int = column("Active events of the week.", 84, ge=0)
    attendance_p50: float = column("Sum of median attendance over its days.", 5200.0, ge=0)
    pulse: float = column(
        "0-20; 10 is the city's median week: 20 * share / (1 + share), share = week / median week.", 11.3, ge=0, le=20
    )
    top_category: str | None = column("Category with the highest attendance.", "music")


class SourceHealth(Table):
    """One row per city, night and feed: what came, what became of it, and whether the feed is well."""

    table: ClassVar[str] = "metrics.source_health"
    key: ClassVar[tuple[str, ...]] = ("city_id", "night", "source", "feed")
    partition: ClassVar[str] = "city_id"
    history: ClassVar[str | None] = "night"

    city_id: str = column("City whose run pulled it.", "us-ca-davis")
    night: date = column("Night.", "2026-08-22")
    source: str = column("Source module.", "ics")
    feed: str = column("Publisher's feed.", "city_library")
    state: Literal["healthy", "empty", "degraded", "failing"] = column(
        "failing: nothing usable came; empty: no records; degraded: over 5 % rejected or cut short; else healthy.",
        "healthy",
    )
    reason: str | None = column("Why it is not healthy.", "not a calendar: HTML page")
    pages: int = column("Pages asked for.", 1, ge=0)
    size_bytes: int = column("Bytes received.", 40635, ge=0)
    records: int = column("Records found in the pages.", 50, ge=0)
    listings: int = column("Listings made, expansions included.", 61, ge=0)
    expansions: int = column("Of them further occurrences of a recurring record.", 12, ge=0)
    rejects: int = column("Records rejected.", 0, ge=0)
    repeats: int = column("Records that repeat another of the same feed.", 1, ge=0)
    page_rejects: int = column("Pages rejected as a whole.", 0, ge=0)
    located_elsewhere: int = column("Listings that belong to another city, online or elsewhere.", 2, ge=0)
    unread_fields: list[str] = column("Fields nobody reads, as NAME=count, most frequent first.", ["X-TRUMBA-LINK=40"])


class RunCost(Table):
    """One row per city, night and stage of the latest run: where time and memory went. Not reproducible by nature."""

    table: ClassVar[str] = "metrics.run_costs"
    key: ClassVar[tuple[str, ...]] = ("city_id", "night", "stage")
    partition: ClassVar[str] = "city_id"
    history: ClassVar[str | None] = "night"
    reproducible: ClassVar[bool] = False

    city_id: str = column("City.", "us-ca-davis")
    night: date = column("Night.", "2026-08-22")
    stage: str = column("fetch, parse, normalize, resolve, derive, write, orchestrate.", "parse")
    seconds: float = column("Wall seconds.", 1.2, ge=0)
    rows: int | None = column("Rows out of the stage.", 3500, ge=0)
    peak_rss_mib: float = column("Peak resident memory of the process at the stage's end, MiB.", 410.0, ge=0)
    run_id: str = column("Dagster run.", "5f0c…")

"""Contracts of metrics: how a city beats, how each feed fares, what each night brought, what a run cost."""

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
    state: Literal["healthy", "empty", "degraded", "halved", "missing", "failing", "retired"] = column(
        "retired: nothing usable for 7 nights, a human must decide; failing: nothing usable came; missing: no page at "
        "all; halved: under half of the upcoming listings expected; degraded: over 5 % rejected, or cut short; empty: "
        "no records; else healthy. Only healthy and empty feeds were seen whole: only there may a listing be gone.",
        "healthy",
    )
    reason: str | None = column("Why it is not healthy.", "not a calendar: HTML page")
    pages: int = column("Pages asked for.", 1, ge=0)
    size_bytes: int = column("Bytes received.", 40635, ge=0)
    records: int = column("Records found in the pages.", 50, ge=0)
    records_read: int = column("Of them new, changed or recurring, and so read; the others stood as before.", 3, ge=0)
    upcoming: int = column("Listings of tonight that are not over.", 40, ge=0)
    upcoming_expected: int = column("Listings known last night, and not gone, that are not over tonight.", 41, ge=0)
    unwell_nights: int = column("Nights in a row, with this one, on which it was not seen whole.", 0, ge=0)
    seen_whole_on: date | None = column("Last night it was seen whole.", "2026-08-22")
    listings: int = column("Listings made, expansions included.", 61, ge=0)
    expansions: int = column("Of them further occurrences of a recurring record.", 12, ge=0)
    rejects: int = column("Records rejected.", 0, ge=0)
    repeats: int = column("Records that repeat another of the same feed.", 1, ge=0)
    page_rejects: int = column("Pages rejected as a whole.", 0, ge=0)
    located_elsewhere: int = column("Listings that belong to another city, online or elsewhere.", 2, ge=0)
    unread_fields: list[str] = column(
        "Fields nobody reads, in the records read tonight, as NAME=count, most frequent first.", ["X-TRUMBA-LINK=40"]
    )


class Night(Table):
    """One row per city, night and feed: what became of its listings since the last publish.

    listings = unchanged + new + changed + rewritten + back; moved, postponed and cancelled are counted among those
    known before.
    """

    table: ClassVar[str] = "metrics.nights"
    key: ClassVar[tuple[str, ...]] = ("city_id", "night", "source", "feed")
    partition: ClassVar[str] = "city_id"
    history: ClassVar[str | None] = "night"

    city_id: str = column("City whose run pulled it.", "us-ca-davis")
    night: date = column("Night.", "2026-08-22")
    source: str = column("Source module.", "ics")
    feed: str = column("Publisher's feed.", "city_library")
    listings: int = column("Listings present this night.", 61, ge=0)
    unchanged: int = column("Of them as before, fingerprint and values.", 52, ge=0)
    new: int = column("Of them never seen before.", 4, ge=0)
    changed: int = column("Of them with another value than before; growing past is no change.", 2, ge=0)
    rewritten: int = column("Of them written differently, with the same values.", 2, ge=0)
    back: int = column("Of them gone or archived before.", 1, ge=0)
    moved: int = column("Present ones whose start or place was known and is another.", 1, ge=0)
    postponed: int = column("Present ones that became postponed or rescheduled.", 0, ge=0)
    cancelled: int = column("Present ones that became cancelled.", 1, ge=0)
    gone: int = column("Missing from a healthy feed since this night.", 0, ge=0)
    missing: int = column("Absent, yet not gone: the feed is unwell, or they are over.", 3, ge=0)
    archived: int = column("Left clean.listings this night.", 0, ge=0)


class Identity(Table):
    """One row per city and night: how well ids last.

    events = kept + minted; the events of the night before = kept + merged + archived.
    """

    table: ClassVar[str] = "metrics.identity"
    key: ClassVar[tuple[str, ...]] = ("city_id", "night")
    partition: ClassVar[str] = "city_id"
    history: ClassVar[str | None] = "night"

    city_id: str = column("City.", "us-ca-davis")
    night: date = column("Night.", "2026-08-22")
    events: int = column("Events of tonight.", 840, ge=0)
    kept: int = column("Of them those whose id stood the night before.", 821, ge=0)
    minted: int = column("Of them those with an id of tonight.", 19, ge=0)
    merged: int = column("Ids of the night before that redirect to another since tonight.", 1, ge=0)
    split: int = column("Minted ids that were split off an event.", 0, ge=0)
    archived: int = column("Ids of the night before whose event left without an heir.", 4, ge=0)
    linked_before_and_now: int = column("Listings linked to an event on both nights.", 1310, ge=0)
    rehomed: int = column("Of them those whose event has another id tonight, redirected ones included.", 2, ge=0)
    churn: float | None = column("rehomed / linked_before_and_now; null where none was.", 0.0015, ge=0, le=1)


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

"""Contracts of what the clean layer was: changes, identity decisions, and the listings and events that have left."""

from datetime import date
from typing import ClassVar, Literal

from pulsecity_pipeline.contracts.base import Table, Utc, column
from pulsecity_pipeline.contracts.clean import Event, Listing


class PastListing(Listing):
    """One row per listing that left clean.listings: over, or gone, for a month and no longer listed; as last known."""

    table: ClassVar[str] = "clean.past_listings"
    key: ClassVar[tuple[str, ...]] = ("pull_city_id", "night", "listing_id")
    history: ClassVar[str | None] = "night"

    night: date = column("Night it left clean.listings.", "2026-08-22")


class PastEvent(Event):
    """One row per event that left clean.events, as it last stood, by the night it left: no listing of it is kept."""

    table: ClassVar[str] = "clean.past_events"
    key: ClassVar[tuple[str, ...]] = ("city_id", "night", "event_id")
    history: ClassVar[str | None] = "night"

    night: date = column("Night it left.", "2026-08-22")


class Change(Table):
    """One row per event and field that changed in a night, and one for every event that came or left."""

    table: ClassVar[str] = "clean.changes"
    key: ClassVar[tuple[str, ...]] = ("city_id", "night", "seq")
    partition: ClassVar[str] = "city_id"
    history: ClassVar[str | None] = "night"

    city_id: str = column("City of the event.", "us-ca-davis")
    night: date = column("Night of the change.", "2026-08-22")
    seq: int = column("Order within city and night, from 1: by event, then field.", 1, ge=1)
    event_id: str = column("Canonical event.", "evt_2b7kq4m5x6c3a2zd", pattern=r"^evt_[a-z2-7]{16}$")
    op: Literal["created", "changed", "aged", "gone", "back", "archived", "removed"] = column(
        "created: new in clean.events; changed: a value differs; aged: only time went by, scheduled became past; "
        "gone, back: gone_at was set, or is null again; archived: moved to clean.past_events; removed: left otherwise, "
        "as by a merge.",
        "changed",
    )
    field: str | None = column("Column of clean.events; null where the whole event came or left.", "title")
    old: str | None = column(
        "Value before as text: datetimes ISO 8601, lists JSON; null where there was none. Of a removed event all its "
        "values as a JSON object of such texts.",
        "Open choir",
    )
    new: str | None = column("Value now, as text; null where there is none.", "Open choir, beginners")
    known_at: Utc = column("As-of of the night.", "2026-08-22T00:00:00Z")
    listing_id: str | None = column(
        "Listing that states the new value, if any: rather one that changed this night. Of a created event its first.",
        "lst_2b7kq4m5x6c3a2zd",
        pattern=r"^lst_[a-z2-7]{16}$",
    )


class LedgerEntry(Table):
    """One row per identity decision: minted, merged, split, redirected or archived."""

    table: ClassVar[str] = "clean.ledger"
    key: ClassVar[tuple[str, ...]] = ("city_id", "night", "seq")
    partition: ClassVar[str] = "city_id"
    history: ClassVar[str | None] = "night"

    city_id: str = column("City.", "us-ca-davis")
    night: date = column("Night of the decision.", "2026-08-22")
    seq: int = column("Order within city and night, from 1.", 1, ge=1)
    entity: Literal["event", "venue"] = column("What kind of thing.", "event")
    op: Literal["mint", "merge", "split", "redirect", "archive"] = column("What was decided.", "mint")
    from_ids: list[str] = column("Ids before.", [])
    to_ids: list[str] = column("Ids after.", ["evt_2b7kq4m5x6c3a2zd"])
    reason: str = column("Why.", "first listing lst_…")
    at: Utc = column("As-of of the night.", "2026-08-22T00:00:00Z")

"""Contracts of the clean layer: listings, rejects, canonical events and venues, how they were matched, the ledger."""

from datetime import date
from typing import ClassVar, Literal

from pulsecity_pipeline.contracts.base import Local, Money, Table, Utc, column
from pulsecity_pipeline.contracts.expectation import Expectation, not_after

EventStatus = Literal["scheduled", "tentative", "postponed", "rescheduled", "moved_online", "cancelled", "past"]
SaleStatus = Literal["on_sale", "presale", "not_yet", "few_left", "sold_out", "ended", "unknown"]
TimePrecision = Literal["minute", "hour", "day", "month", "tba"]
AttendanceMode = Literal["offline", "online", "mixed"]
GeoPrecision = Literal["exact", "approximate", "city"]
ListingClass = Literal[
    "event", "parking", "upsell", "gift_card", "advert", "course_ad", "placeholder", "closed_notice", "test"
]
CITY_ID = r"^[a-z0-9]+(-[a-z0-9]+)*$"


class _Described(Table):
    """The values a listing states and an event carries, normalised."""

    stored: ClassVar[bool] = False
    table: ClassVar[str] = "clean.described"
    key: ClassVar[tuple[str, ...]] = ()
    partition: ClassVar[str] = "city_id"

    title: str = column("Clean display title.", "Open choir, beginners", min_length=1)
    description: str | None = column("Plain text.", "Bring a friend")
    starts_on: date | None = column(
        "Local date of the start; null only where time_precision is month or tba.", "2027-03-25"
    )
    starts_at: Utc | None = column(
        "Start in UTC; of an all-day event its first local midnight; null where the time is unknown.",
        "2027-03-25T18:00:00Z",
    )
    starts_local: Local | None = column(
        "Start on the venue's wall clock; null exactly where starts_at is.", "2027-03-25T19:00:00"
    )
    ends_on: date | None = column("Local date of the last day, inclusive; null without a stated end.", "2027-03-25")
    ends_at: Utc | None = column(
        "Stated end in UTC; of an all-day event the midnight after its last day; never invented.",
        "2027-03-25T19:30:00Z",
    )
    ends_local: Local | None = column("Stated end on the venue's wall clock.", "2027-03-25T20:30:00")
    timezone: str | None = column("IANA zone of the wall clocks.", "Europe/Rome")
    time_precision: TimePrecision = column("How exactly the start is known.", "minute")
    all_day: bool = column("Stated as whole days.", False)
    status: EventStatus = column("State of the event as known at the night.", "scheduled")
    sale_status: SaleStatus = column("State of ticket sales.", "unknown")
    attendance_mode: AttendanceMode = column("In person, online or both.", "offline")
    venue_name: str | None = column("Venue as named.", "Sala 2")
    address: str | None = column("Street address as stated.", "Via Roma 1, Roma")
    latitude: float | None = column("Degrees north.", 41.9, ge=-90, le=90)
    longitude: float | None = column("Degrees east.", 12.5, ge=-180, le=180)
    geo_precision: GeoPrecision | None = column("How exact the coordinates are; null without coordinates.", "exact")
    price_min: Money | None = column("Lowest price in major units; null when unknown.", "10.000", ge=0)
    price_max: Money | None = column("Highest price in major units; null when unknown.", "25.000", ge=0)
    currency: str | None = column("ISO 4217 code.", "EUR", pattern=r"^[A-Z]{3}$")
    is_free: bool | None = column("True or false only where stated.", None)
    price_all_in: bool | None = column("Fees included; null when unknown.", None)
    category: str = column("First level of the taxonomy; `other` where unmapped.", "music", pattern=r"^[a-z_]+$")
    subcategory: str | None = column("Second level of the taxonomy.", "classical", pattern=r"^[a-z_]+$")
    category_confidence: float | None = column("0 to 1; null where unmapped.", 0.7, ge=0, le=1)
    performers: list[str] = column("Names billed, in billing order.", ["Coro Uno"])
    organizer: str | None = column("Organiser's name.", "City Choir")
    url: str | None = column("Best page to link to.", "https://example.org/e/77")
    image_url: str | None = column("Best image.", "https://example.org/e/77.jpg")
    series_key: str | None = column(
        "Recurring series it belongs to.", "ser_2b7kq4m5x6c3a2zd", pattern=r"^ser_[a-z2-7]{16}$"
    )


_VALUE_RULES: tuple[Expectation, ...] = (
    not_after("starts_at", "ends_at"),
    not_after("starts_on", "ends_on"),
    not_after("price_min", "price_max"),
)


class Listing(_Described):
    """One row per listing of one feed: what one publisher says about one happening, typed, with its evidence."""

    stored: ClassVar[bool] = True
    table: ClassVar[str] = "clean.listings"
    key: ClassVar[tuple[str, ...]] = ("pull_city_id", "listing_id")
    partition: ClassVar[str] = "pull_city_id"
    rules: ClassVar[tuple[Expectation, ...]] = (*_VALUE_RULES, not_after("first_seen_at", "last_seen_at"))
    bookkeeping: ClassVar[tuple[str, ...]] = (
        "fingerprint", "revision", "source_updated_at", "first_seen_at", "last_seen_at", "changed_at", "page_id",
        "pointer",
    )  # fmt: skip

    listing_id: str = column(
        "Hash of source, feed and their id.", "lst_2b7kq4m5x6c3a2zd", pattern=r"^lst_[a-z2-7]{16}$"
    )
    pull_city_id: str = column("City whose run fetched it.", "us-ca-davis", pattern=CITY_ID)
    city_id: str = column(
        "City where the event is; `online` or `elsewhere` where it is in none of ours.", "us-ca-davis", pattern=CITY_ID
    )
    city_evidence: str = column("What the city was read from.", "address: Davis, CA")
    source: str = column("Source module.", "ics")
    feed: str = column("Publisher's feed within the source.", "city_library")
    source_event_id: str = column(
        "Their id, with the occurrence where one record makes several.", "choir-1@x#20270325T190000"
    )
    time_evidence: str = column(
        "What the zone was read from, and any repair (dst_gap, end_before_start).", "zone: stated"
    )
    status_evidence: str | None = column(
        "What the status was read from, word or title; null where nothing is stated.", "title: CANCELLED: Open choir"
    )
    price_text: str | None = column("The span the price was read from.", "Free")
    category_evidence: str | None = column("What the category was read from.", "title: choir")
    listing_class: ListingClass = column("Only `event` becomes a canonical event.", "event")
    fingerprint: str = column("Hash of the record without volatile lines.", "9f8e7d6c5b4a3210")
    revision: int | None = column("Their revision number.", 2)
    source_updated_at: Utc | None = column(
        "When they say they last changed it, as of the night we read it; a new stamp alone is no change.",
        "2026-08-01T10:00:00Z",
    )
    first_seen_at: Utc = column("Night we first saw it.", "2026-08-22T00:00:00Z")
    last_seen_at: Utc = column("Night we last saw it.", "2026-08-22T00:00:00Z")
    changed_at: Utc = column("Night its fingerprint last changed.", "2026-08-22T00:00:00Z")
    gone_at: Utc | None = column("Night it was first missing from a healthy feed.", None)
    page_id: str = column("Raw page it was read from.", "pag_2b7kq4m5x6c3a2zd")
    pointer: str = column("Where in the page.", "vevent/12")


class Reject(Table):
    """One row per record, or page, that could not become a listing, with the reason and the way back to the raw page."""

    table: ClassVar[str] = "clean.rejects"
    key: ClassVar[tuple[str, ...]] = ("pull_city_id", "reject_id")
    partition: ClassVar[str] = "pull_city_id"
    bookkeeping: ClassVar[tuple[str, ...]] = ("page_id", "pointer", "first_seen_at")

    reject_id: str = column(
        "Hash of feed, record (by fingerprint) or page (by address), rule, field, and the occurrence where one record "
        "has several: the same from night to night.",
        "rej_2b7kq4m5x6c3a2zd",
        pattern=r"^rej_[a-z2-7]{16}$",
    )
    source: str = column("Source module.", "ics")
    feed: str = column("Publisher's feed.", "city_library")
    pull_city_id: str = column("City whose run fetched it.", "us-ca-davis")
    page_id: str = column("Raw page.", "pag_2b7kq4m5x6c3a2zd")
    pointer: str = column("Where in the page; `page` for the whole.", "vevent/12")
    stage: Literal["fetch", "split", "read", "normalize"] = column("Step that refused it.", "read")
    rule: str = column("Rule it broke.", "mandatory_field_missing", min_length=1)
    field: str | None = column("Field concerned.", "DTSTART")
    reason: str = column("What was found, in words.", "DTSTART is missing", min_length=1)
    fingerprint: str | None = column("Of the record; null for whole pages and torn records.", "9f8e7d6c5b4a3210")
    payload: str | None = column("The start of the record, as text.", "SUMMARY:Open choir")
    is_record: bool = column(
        "True where it stands for one record of the accounting; false for a whole page or a further occurrence.", True
    )
    first_seen_at: Utc = column("Night it was first refused.", "2026-08-22T00:00:00Z")
    replayed_at: Utc | None = column("Night the same record was accepted; null while it is refused.", None)


class Event(_Described):
    """One row per canonical event: the best value of every field over all its listings, current knowledge."""

    stored: ClassVar[bool] = True
    table: ClassVar[str] = "clean.events"
    key: ClassVar[tuple[str, ...]] = ("event_id",)
    rules: ClassVar[tuple[Expectation, ...]] = (*_VALUE_RULES, not_after("first_seen_at", "last_seen_at"))
    bookkeeping: ClassVar[tuple[str, ...]] = ("last_seen_at", "updated_at", "content_hash")

    event_id: str = column(
        "Minted once, from the first listing.", "evt_2b7kq4m5x6c3a2zd", pattern=r"^evt_[a-z2-7]{16}$"
    )
    city_id: str = column("City where it is.", "us-ca-davis", pattern=CITY_ID)
    venue_id: str | None = column("Canonical venue.", "ven_2b7kq4m5x6c3a2zd", pattern=r"^ven_[a-z2-7]{16}$")
    source_count: int = column("Distinct feeds that list it.", 2, ge=1)
    sources: list[str] = column("Those feeds as source/feed, sorted.", ["ics/city_library", "ics/downtown"])
    listing_count: int = column("Listings linked to it.", 2, ge=1)
    status_confidence: float = column("Share of its listings that agree on the status.", 1.0, ge=0, le=1)
    first_seen_at: Utc = column("Night its first listing was seen.", "2026-08-22T00:00:00Z")
    last_seen_at: Utc = column("Night its last listing was seen.", "2026-08-22T00:00:00Z")
    updated_at: Utc = column("Night any of its listings last changed.", "2026-08-22T00:00:00Z")
    gone_at: Utc | None = column(
        "Night since which none of its listings is in a healthy feed; null while one is.", None
    )
    content_hash: str = column("Hash of the canonical values.", "9f8e7d6c5b4a3210")


class EventListing(Table):
    """One row per listing linked to an event: how sure, and why."""

    table: ClassVar[str] = "clean.event_listings"
    key: ClassVar[tuple[str, ...]] = ("event_id", "listing_id")
    partition: ClassVar[str] = "city_id"

    event_id: str = column("Canonical event.", "evt_2b7kq4m5x6c3a2zd", pattern=r"^evt_[a-z2-7]{16}$")
    listing_id: str = column("Listing.", "lst_2b7kq4m5x6c3a2zd", pattern=r"^lst_[a-z2-7]{16}$")
    city_id: str = column("City of the event.", "us-ca-davis")
    match_probability: float = column(
        "Probability that it is the same happening; 1 for a listing alone.", 0.97, ge=0, le=1
    )
    evidence: str = column(
        "The strongest comparison that linked it.", "title 1.00, start +0 min, venue same; with lst_…"
    )
    linked_at: Utc = column("Night it was linked.", "2026-08-22T00:00:00Z")
    signature: str = column(
        "Hash of all that the listing was matched by; while two listings keep theirs, their comparison stands.",
        "9f8e7d6c5b4a3210",
    )


class MatchEvidence(Table):
    """One row per pair of listings that were compared: the level of each comparison, and how probable one event is."""

    table: ClassVar[str] = "clean.match_evidence"
    key: ClassVar[tuple[str, ...]] = ("city_id", "left_id", "right_id")
    partition: ClassVar[str] = "city_id"

    city_id: str = column("City of both listings.", "us-ca-davis", pattern=CITY_ID)
    left_id: str = column("The listing of the smaller id.", "lst_2b7kq4m5x6c3a2zd", pattern=r"^lst_[a-z2-7]{16}$")
    right_id: str = column("The other listing.", "lst_3b7kq4m5x6c3a2zd", pattern=r"^lst_[a-z2-7]{16}$")
    title: Literal[
        "same", "near", "contained_mostly", "contained_partly", "overlap_high", "overlap_some", "overlap_low",
        "different",
    ] = column("How the titles compare.", "contained_mostly")  # fmt: skip
    rarity: Literal["rare", "usual", "generic"] = column("How rare the words they share are in the city.", "rare")
    start: Literal["same", "close", "apart", "same_days", "overlapping_days", "day_and_time"] = column(
        "How the starts compare.", "same"
    )
    place: Literal["same", "near", "online", "unknown", "unlike", "different"] = column(
        "How the places compare.", "near"
    )
    url: Literal["same", "shared", "differs"] = column("Whether both link to one page, and whether others do.", "same")
    identifier: Literal["same", "differs"] = column("Whether two feeds state one identifier.", "differs")
    performers: Literal["shared", "none_shared", "unknown"] = column("Whether the bills share a name.", "unknown")
    title_likeness: float = column("Information shared over all information of the titles.", 0.83, ge=0, le=1)
    start_gap_minutes: float | None = column("Start of the right less that of the left; null where unknown.", 0.0)
    probability: float = column("Probability that both are one event.", 0.97, ge=0, le=1)
    evidence: str = column("The comparison in words.", "title 0.83 (rare words), start +0 min, venue near")
    compared_at: Utc = column("Night they were compared; kept while neither changes.", "2026-08-22T00:00:00Z")


class Venue(Table):
    """One row per canonical venue of a city; one that nobody names any longer stays, with its id."""

    table: ClassVar[str] = "clean.venues"
    key: ClassVar[tuple[str, ...]] = ("venue_id",)
    partition: ClassVar[str] = "city_id"

    venue_id: str = column(
        "Minted once, from its first listing.", "ven_2b7kq4m5x6c3a2zd", pattern=r"^ven_[a-z2-7]{16}$"
    )
    name: str = column("Most used name.", "City Hall", min_length=1)
    aliases: list[str] = column("Its other names, sorted.", ["City Hall Auditorium"])
    city_id: str = column("City.", "us-ca-davis")
    address: str | None = column("Most used address.", "1 Main St")
    latitude: float | None = column("Degrees north, median of its listings.", 38.5, ge=-90, le=90)
    longitude: float | None = column("Degrees east, median of its listings.", -121.7, ge=-180, le=180)
    capacity: int | None = column("People it holds; null when unknown.", None, ge=1)
    parent_venue_id: str | None = column("Venue it is a room of.", None, pattern=r"^ven_[a-z2-7]{16}$")
    listing_count: int = column("Listings that name it tonight.", 12, ge=0)

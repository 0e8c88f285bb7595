"""Contracts of what is kept as received: pages and bodies, and the typed readings that never reach the lake."""

from datetime import date
from typing import ClassVar, Literal

from pulsecity_pipeline.contracts.base import Local, Money, Table, Utc, column


class Page(Table):
    """One row per page asked for in a pull: what was asked, what came back, and where its body is."""

    table: ClassVar[str] = "raw.pages"
    key: ClassVar[tuple[str, ...]] = ("page_id",)
    partition: ClassVar[str] = "pull_city_id"
    history: ClassVar[str | None] = "night"

    page_id: str = column(
        "Deterministic: hash of source, feed, city, night and url, so that a repeated pull never doubles.",
        "pag_2b7kq4m5x6c3a2zd",
        pattern=r"^pag_[a-z2-7]{16}$",
    )
    source: str = column("Source module that asked.", "ics", pattern=r"^[a-z][a-z0-9_]*$")
    feed: str = column("The publisher's feed within the source: configured name or file stem.", "city_library")
    pull_city_id: str = column("City whose run fetched the page.", "us-ca-davis")
    night: date = column("Night of the pull.", "2026-08-22")
    pulled_at: Utc = column("When the page was received, or the night's as-of in replay.", "2026-08-22T02:00:00Z")
    url: str = column("Address asked, credentials redacted.", "https://library.example/events.ics", min_length=1)
    status: int | None = column("HTTP status; null where no answer came.", 200, ge=100, le=599)
    outcome: Literal["ok", "not_modified", "failed"] = column(
        "ok: a body came; not_modified: the last body still holds; failed: see reason.", "ok"
    )
    reason: str | None = column("Why the page failed.", "timeout after 20 s")
    content_type: str | None = column("Content type as sent.", "text/calendar; charset=utf-8")
    etag: str | None = column("Validator for the next conditional request.", 'W/"77"')
    last_modified: str | None = column("Validator for the next conditional request.", "Sat, 22 Aug 2026 02:00:00 GMT")
    body_sha256: str | None = column("Body in raw.bodies; null where none came.", "0" * 64, pattern=r"^[0-9a-f]{64}$")
    size_bytes: int | None = column("Size of the body in bytes.", 40635, ge=0)


class Body(Table):
    """One row per distinct body a city's runs have received, exactly as received."""

    table: ClassVar[str] = "raw.bodies"
    key: ClassVar[tuple[str, ...]] = ("pull_city_id", "body_sha256")
    partition: ClassVar[str] = "pull_city_id"

    body_sha256: str = column("SHA-256 of the bytes.", "0" * 64, pattern=r"^[0-9a-f]{64}$")
    pull_city_id: str = column("City whose run received it first; bodies are shared within a city.", "us-ca-davis")
    body: bytes = column("The bytes.", b"BEGIN:VCALENDAR")


class RecordOutcome(Table):
    """One row per record of each feed's latest page: its fingerprint, and what became of it.

    The next night compares: what it finds unchanged is not read again.
    """

    table: ClassVar[str] = "raw.records"
    key: ClassVar[tuple[str, ...]] = ("pull_city_id", "page_id", "pointer")
    partition: ClassVar[str] = "pull_city_id"

    pull_city_id: str = column("City whose run fetched the page.", "us-ca-davis")
    page_id: str = column("Raw page it is in.", "pag_2b7kq4m5x6c3a2zd")
    pointer: str = column("Where in the page.", "vevent/12")
    source: str = column("Source module.", "ics")
    feed: str = column("Publisher's feed.", "city_library")
    position: int = column("Order within the page, from 0.", 12, ge=0)
    record_key: str = column(
        "Their id, by which records belong together; empty where there is none: all of these belong together.",
        "choir-1@x",
    )
    fingerprint: str = column("Hash of the record without volatile lines.", "9f8e7d6c5b4a3210")
    is_windowed: bool = column("It recurs: its occurrences depend on the night, so it is read every night.", False)
    outcome: Literal["listing", "reject", "repeat"] = column(
        "listing: it became one (or several); reject: see clean.rejects; repeat: it says again what another says.",
        "listing",
    )
    source_event_id: str | None = column("Id of its first listing; null for rejects and repeats.", "choir-1@x")
    reader: str = column(
        "Version of the code and configuration that read it: another reads all anew.", "0f3a9c21b7de4455"
    )


class Reading(Table):
    """One row per listing a source states, typed but not yet normalised; held in memory between read and normalize."""

    table: ClassVar[str] = "raw.readings"
    key: ClassVar[tuple[str, ...]] = ("source", "feed", "source_event_id")
    partition: ClassVar[str] = "source"
    stored: ClassVar[bool] = False

    source: str = column("Source module.", "ics")
    feed: str = column("Publisher's feed.", "city_library")
    source_event_id: str = column(
        "Their id, with the occurrence where one record makes several.", "choir-1@x#20270325T190000"
    )
    page_id: str = column("Raw page it was read from.", "pag_2b7kq4m5x6c3a2zd")
    pointer: str = column("Where in the page: record number from 0.", "vevent/12")
    is_expansion: bool = column("True for every listing of a record but its first.", False)
    series_uid: str | None = column("Their id of the recurring series this is an occurrence of.", "choir-1@x")
    fingerprint: str = column("Hash of the record without volatile lines (DTSTAMP and the like).", "9f8e7d6c5b4a3210")
    revision: int | None = column("Their revision number (SEQUENCE).", 2)
    source_updated_at: Utc | None = column("When they say they last changed it.", "2026-08-01T10:00:00Z")
    title: str = column("Title as stated, untyped text or HTML.", "Open choir, beginners", min_length=1)
    description: str | None = column("Description as stated, text or HTML.", "<p>Bring a friend</p>")
    start_wall: Local = column(
        "Start as its wall clock is written; UTC where start_zone is 'UTC'.", "2027-03-25T19:00:00"
    )
    start_zone: str | None = column(
        "Zone as written (IANA, Windows, path style, 'UTC', '+01:00'); null when floating.", "Europe/Rome"
    )
    start_is_date: bool = column("True where only a date is stated.", False)
    end_wall: Local | None = column(
        "End as its wall clock is written; for dates the last day, inclusive.", "2027-03-25T20:30:00"
    )
    end_zone: str | None = column("Zone of the end as written.", "Europe/Rome")
    end_is_date: bool = column("True where only a date is stated for the end.", False)
    feed_zone: str | None = column("Zone the feed states for itself (X-WR-TIMEZONE).", "Europe/Rome")
    status: str | None = column("Status word as stated.", "CONFIRMED")
    location: str | None = column("Place as stated, one text.", "Sala 2, Via Roma 1, Roma")
    venue_name: str | None = column("Venue's name, where it is stated apart.", "Sala 2")
    address: str | None = column("Street address, where it is stated apart.", "Via Roma 1")
    locality: str | None = column("Town, where it is stated apart.", "Roma")
    region: str | None = column("State, province or region, where it is stated apart.", "Lazio")
    country: str | None = column("Country, name or code, where it is stated apart.", "IT")
    latitude: float | None = column("Degrees north, as stated.", 41.9)
    longitude: float | None = column("Degrees east, as stated.", 12.5)
    geo_precision: Literal["exact", "approximate", "city"] | None = column(
        "How exact the coordinates are, where the source says or is known to blur them.", "exact"
    )
    attendance_mode: Literal["offline", "online", "mixed"] | None = column(
        "Where one attends, if the source has a field for it.", "offline"
    )
    organizer: str | None = column("Organiser's name; never an address of a person.", "City Choir")
    categories: list[str] = column("Category words as stated.", ["Music"])
    performers: list[str] = column("Who performs, in the order billed, where stated apart.", ["City Choir"])
    price: str | None = column("Price as stated, one text.", "Free")
    price_min: Money | None = column("Lowest price in major units, where stated as a number.", "12.5")
    price_max: Money | None = column("Highest price in major units, where stated as a number.", "20")
    currency: str | None = column("Currency of the two, ISO 4217.", "EUR")
    is_free: bool | None = column("Whether it is free, where the source has a field for it.", False)
    price_all_in: bool | None = column("Whether the price holds all fees, where the source says.", None)
    sale_status: str | None = column("State of ticket sales as stated.", "sold_out")
    url: str | None = column("Page of the event.", "https://example.org/e/77")
    image_url: str | None = column("Image of the event.", "https://example.org/e/77.jpg")
    online_url: str | None = column("Where to join online.", "https://meet.example.org/77")

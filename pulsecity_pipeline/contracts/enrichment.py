"""Contracts of enrichment: what others know of a city's performers, venues and days; never part of what was listed."""

from datetime import date
from typing import ClassVar, Literal

from pulsecity_pipeline.contracts.base import Table, Utc, column


class ArtistFact(Table):
    """One row per city and performer billed there that was looked up in MusicBrainz: which artist it is, or why none.

    A performer is matched only where no other artist of that name is as likely; `mbid` is null else.
    """

    table: ClassVar[str] = "clean.artist_facts"
    key: ClassVar[tuple[str, ...]] = ("city_id", "performer")
    partition: ClassVar[str] = "city_id"
    bookkeeping: ClassVar[tuple[str, ...]] = ("checked_at",)
    reproducible: ClassVar[bool] = False

    city_id: str = column("City whose events bill it.", "us-ca-davis")
    performer: str = column("Name as billed, folded.", "lo ferry", min_length=1)
    billed_as: str = column("Name as billed.", "Lo Ferry", min_length=1)
    mbid: str | None = column(
        "MusicBrainz artist; null where none is sure.",
        "00000000-0000-4000-8000-00000000a001",
        pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
    )
    artist_name: str | None = column("Its name in MusicBrainz; null without mbid.", "Lo Ferry")
    score: float = column("How sure the best candidate is, matched or not; 0 without one.", 0.85, ge=0, le=1)
    rivals: int = column("Other artists of the same name.", 1, ge=0)
    genres: list[str] = column("Genres, most voted first; CC BY-NC-SA.", ["folk"])
    links: list[str] = column("Pages of the artist, its homepage first.", ["https://soundcloud.com/lo-ferry-demo"])
    evidence: str = column("What speaks for it, or why it was left.", "name same, country US, tag folk; 1 rival")
    checked_at: Utc = column("Night it was looked up.", "2026-08-22T00:00:00Z")


class Sample(Table):
    """One row per city and performer of a musical event: where to hear it, from the first provider that is sure."""

    table: ClassVar[str] = "clean.samples"
    key: ClassVar[tuple[str, ...]] = ("city_id", "performer")
    partition: ClassVar[str] = "city_id"
    bookkeeping: ClassVar[tuple[str, ...]] = ("checked_at",)
    reproducible: ClassVar[bool] = False

    city_id: str = column("City whose events bill it.", "us-ca-davis")
    performer: str = column("Name as billed, folded.", "lo ferry", min_length=1)
    provider: Literal["soundcloud", "deezer", "itunes", "link", "none"] = column(
        "Who has it; link: nobody, but a page is known; none: nothing is known.", "soundcloud"
    )
    kind: Literal["embed", "preview", "link", "none"] = column(
        "embed: a player's address; preview: a short excerpt; link: a page without sound; none: no address.", "embed"
    )
    url: str | None = column("Address; null for kind none.", "https://w.soundcloud.com/player/?url=x")
    match_confidence: float | None = column("That it is this artist; null for kind none.", 0.85, ge=0, le=1)
    licence_note: str | None = column("What its terms ask for.", "name and link the uploader; load on click")
    failures: int = column("Providers that did not answer; while there are any, it is asked again.", 0, ge=0)
    reason: str = column("What each provider asked before said.", "soundcloud: no link known", min_length=1)
    checked_at: Utc = column("Night it was looked up.", "2026-08-22T00:00:00Z")


class VenuePlace(Table):
    """One row per venue and provider asked: the one place there that is the venue, or why none is."""

    table: ClassVar[str] = "features.venue_places"
    key: ClassVar[tuple[str, ...]] = ("provider", "venue_id")
    partition: ClassVar[str] = "city_id"
    bookkeeping: ClassVar[tuple[str, ...]] = ("checked_at",)
    reproducible: ClassVar[bool] = False

    venue_id: str = column("Canonical venue.", "ven_2b7kq4m5x6c3a2zd", pattern=r"^ven_[a-z2-7]{16}$")
    provider: Literal["open_places", "google_places", "foursquare", "yelp"] = column("Whose place.", "open_places")
    city_id: str = column("City of the venue.", "us-ca-davis")
    place_id: str | None = column("Their id; null where none, or more than one, is sure.", "4b0588c1f964a520b2b522e3")
    capacity: int | None = column("People it holds; null unless they say so.", None, ge=1)
    latitude: float | None = column("Degrees north; null where their terms forbid keeping it.", 38.5, ge=-90, le=90)
    longitude: float | None = column("Degrees east.", -121.7, ge=-180, le=180)
    match_confidence: float | None = column("That it is the venue; null without place_id.", 0.95, ge=0, le=1)
    evidence: str = column("What speaks for it, or why none.", "name same, 21 m", min_length=1)
    checked_at: Utc = column("Night it was looked up.", "2026-08-22T00:00:00Z")


class Weather(Table):
    """One row per city and local date: the last forecast that was known; days gone by keep theirs.

    By Open-Meteo, CC BY 4.0; its free service is for non-commercial use.
    """

    table: ClassVar[str] = "features.weather"
    key: ClassVar[tuple[str, ...]] = ("city_id", "on")
    partition: ClassVar[str] = "city_id"
    bookkeeping: ClassVar[tuple[str, ...]] = ("known_at",)
    reproducible: ClassVar[bool] = False

    city_id: str = column("City.", "us-ca-davis")
    on: date = column("Local date.", "2026-08-29")
    temperature_max_c: float | None = column("Highest temperature 2 m above ground, °C.", 31.5, ge=-95, le=65)
    precipitation_mm: float | None = column("Rain, showers and snow as water, mm.", 0.4, ge=0)
    precipitation_probability: float | None = column("Highest of the day, 0 to 1.", 0.2, ge=0, le=1)
    wind_max_kmh: float | None = column("Strongest mean wind 10 m above ground, km/h.", 18.0, ge=0)
    weather_code: int | None = column("Severest WMO code of the day: 0 clear … 99 thunderstorm.", 3, ge=0, le=99)
    known_at: Utc = column("Night of the forecast.", "2026-08-22T00:00:00Z")


class Holiday(Table):
    """One row per city, local date and public holiday, from 30 days before the night to 365 after."""

    table: ClassVar[str] = "features.holidays"
    key: ClassVar[tuple[str, ...]] = ("city_id", "on", "name")
    partition: ClassVar[str] = "city_id"
    reproducible: ClassVar[bool] = False

    city_id: str = column("City.", "us-ca-davis")
    on: date = column("Local date.", "2026-09-07")
    name: str = column("Name, in English where the calendar has it.", "Labor Day", min_length=1)
    subdivision: str | None = column(
        "State or region whose holidays these are, as ISO 3166-2 without country; null: of the whole country only, for "
        "the city's region is not known or the calendar has none of its own.",
        "CA",
    )

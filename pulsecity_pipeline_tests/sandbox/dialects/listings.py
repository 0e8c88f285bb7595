"""Listings for tests of dialects: a dozen hard ones made by hand, any number drawn from a seed, and their ids."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import ModuleType
from typing import Any

import numpy as np
import polars as pl

from pulsecity_pipeline.config.cities import City, load_cities
from pulsecity_pipeline.sandbox.chance import Keys, derive_keys, draw_choice, draw_index, draw_share, key_of
from pulsecity_pipeline.sandbox.publishing.listing import LISTING

NIGHT = date(2026, 11, 21)
#: What would tell the truth if it stood in an answer.
TRUTH_MARK = "hap_truth"
_CREATED = datetime(2026, 9, 1, 8, 30, tzinfo=UTC)
_FIRST = datetime(2026, 11, 24)  # noqa: DTZ001 - a wall clock
_KINDS = (
    ("music", "rock", "concert"), ("music", "classical", "concert"), ("performing_arts", "comedy", "show"),
    ("sports_fitness", "race_endurance", "race"), ("tech_science", "meetup_tech", "meetup"),
    ("food_drink", "tasting_beer_wine", "tasting"), ("community_civic", "public_meeting", "public_meeting"),
    ("nightlife_social", "club_night", "club_night"), ("learning_family", "class_workshop", "class"),
)  # fmt: skip


def city_of_tests() -> City:
    return load_cities()["us-co-denver"]


def make_hard_listings() -> pl.DataFrame:
    """LISTING rows of Denver, one for each of what is hard to write; sorted by start, ids but for `listing_key` null."""
    rows = [
        _row("plain", title="The Paper Lanterns", description="Two sets.\n\nDoors at seven.",
             price_min=Decimal("25"), price_max=Decimal("45.5"), is_free=False, fees_included=False,
             price_text="$25 – $45.50", performers=["The Paper Lanterns", "Lo Ferry"], capacity=600,
             doors_local=_at(0, 19), sale_status="on_sale", tags=["indie", "two sets"]),
        _row("free", day=1, title="Open rehearsal", is_free=True, price_text="Free", going_count=14,
             kind="class", category="learning_family", subcategory="class_workshop"),
        _row("price_unknown", day=2, title="Late trio", ends_local=None, currency=None, organizer=None),
        _row("online", day=3, title="Types without tears", attendance_mode="online", kind="meetup",
             category="tech_science", subcategory="meetup_tech", online_url="https://meet.example.org/types",
             is_free=True, **_nowhere()),
        _row("no_venue", day=4, title="Venue to follow", attendance_mode=None, **_nowhere()),
        _row("day_only", day=5, hour=0, minute=0, title="Some time on that day", is_date=True, ends_local=None),
        _row("all_day", day=6, hour=0, minute=0, title="Harvest of small instruments", is_date=True, all_day=True,
             ends_local=_at(9, 0), kind="festival", category="festivals_fairs", subcategory="music_festival"),
        _row("cancelled", day=10, title="Choir, not now", status="cancelled", sale_status="ended"),
        _row("rescheduled", day=11, title="Moved once", status="rescheduled", previous_start_local=_at(-2, 20),
             revision=2),
        _row("weekly_1", day=12, title="Tuesday chess", series_native_id="weekly", original_local=_at(12, 20, 15),
             kind="class", category="nightlife_social", subcategory="trivia_games_night"),
        _row("weekly_2", day=20, title="Tuesday chess", series_native_id="weekly", original_local=_at(19, 20, 15),
             kind="class", category="nightlife_social", subcategory="trivia_games_night"),
        _row("near", day=21, title="Secret garden set", geo_precision="approximate", address=None, venue_name=None,
             room=None, postcode=None, category="nightlife_social", subcategory="club_night", kind="club_night"),
        _row("letters", day=22, title='„Über" die Brücke & <zurück> — «L’été» 🎻🌙', language="de",
             description="Erste Zeile\n\nZweite: <b>kein</b> Fettes & \"Zitat\"", performers=["Ärger & Söhne", 'The "Q"'],
             venue_name="Café Größenwahn", tags=["Straße", "a & b"]),
        _row("sold_out", day=23, title="Full house", sale_status="sold_out", price_min=Decimal("18"),
             price_max=Decimal("18"), is_free=False, fees_included=True, price_text="$18"),
        _row("long", day=24, title=" ".join(["A very long evening of short pieces"] * 6)),
        _row("after_midnight", day=25, hour=1, minute=30, title="Until the first tram", ends_local=_at(25, 6)),
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=LISTING, orient="row").sort("starts_local", "listing_key")


def make_listings(count: int, seed: int = 7) -> pl.DataFrame:
    """`count` LISTING rows of Denver over the year after the night, varied in what they state; sorted by start."""
    keys = derive_keys(key_of(seed, "tests"), np.arange(count, dtype=np.int64))
    kinds = draw_index(keys, "kind", len(_KINDS))
    names = draw_choice(keys, "name", ("Lanterns", "Night Bus", "Moss Parade", "Zoë & Co", "L’heure bleue"))
    rows = [_drawn(int(keys[i]), i, _KINDS[kinds[i]], names[i], _dice(keys[i : i + 1])) for i in range(count)]
    return pl.DataFrame(rows, schema=LISTING, orient="row").sort("starts_local", "listing_key")


def publish(listings: pl.DataFrame, dialect: ModuleType, *, feed: str = "us-co-denver") -> pl.DataFrame:
    """As the world hands them to a dialect: with its ids, and without what its source cannot state."""
    keys = listings["listing_key"].to_numpy()
    ids = {"native_id": dialect.mint_native_id(keys)}
    for column, name in (("venue", "venue_name"), ("organizer", "organizer"), ("series", "series_native_id")):
        ids[f"{column}_native_id"] = _name_ids(listings[name], dialect.NATIVE_IDS.get(column))
    lists = listings["performers"].to_list()
    minted = [_name_ids(pl.Series(one or [], dtype=pl.String()), dialect.NATIVE_IDS.get("performer")) for one in lists]
    performers = [None if one is None else made.to_list() for one, made in zip(lists, minted, strict=True)]
    filled = listings.with_columns(
        source=pl.lit(dialect.NAME), feed=pl.lit(feed),
        performer_native_ids=pl.Series(performers, dtype=LISTING["performer_native_ids"]), **ids,
    )  # fmt: skip
    unstated = LISTING.keys() - dialect.STATES - _GIVEN
    return filled.with_columns(pl.lit(None, LISTING[name]).alias(name) for name in sorted(unstated)).sort(
        "starts_local", "native_id"
    )


#: Columns that are no statements: whose the row is, the truth, and ids.
_GIVEN = {
    "source", "feed", "city_id", "listing_key", "native_id", "happening_id", "listing_class", "category",
    "subcategory", "kind", "language", "title", "starts_local", "timezone", "stated_timezone", "is_date", "all_day",
    "status",
}  # fmt: skip


def _name_ids(names: pl.Series, mint: Callable[[Keys], pl.Series] | None) -> pl.Series:
    if mint is None:
        return pl.Series([None] * len(names), dtype=pl.String())
    keys = np.array([int(key_of(name or "")) for name in names], dtype=np.uint64)
    return pl.select(pl.when(names.is_not_null()).then(mint(keys))).to_series()


def _row(key: str, *, day: int = 0, hour: int = 20, minute: int = 15, **stated: Any) -> dict[str, Any]:
    number = int(key_of("hard", key))
    row: dict[str, Any] = dict.fromkeys(LISTING) | {
        "source": "", "feed": "us-co-denver", "city_id": "us-co-denver", "listing_key": number,
        "happening_id": f"{TRUTH_MARK}_{key}", "listing_class": "event", "category": "music", "subcategory": "rock",
        "kind": "concert", "language": "en", "organizer": "Tide Concerts",
        "url": f"https://tickets.sandbox.example/e/{key}", "image_url": f"https://img.sandbox.example/{key}.jpg",
        "starts_local": _at(day, hour, minute), "ends_local": _at(day, 22, 45), "timezone": "America/Denver",
        "stated_timezone": "America/Denver", "is_date": False, "all_day": False, "status": "scheduled",
        "created_at": _CREATED, "updated_at": _CREATED + timedelta(days=20, hours=3), "revision": 0,
        "attendance_mode": "offline", "venue_name": "Harbor Hall", "room": "Upper floor", "address": "12 Quay St",
        "town": "Denver", "region": "CO", "postcode": "80202", "country": "US", "latitude": 39.7412,
        "longitude": -104.9901, "geo_precision": "exact", "currency": "USD", "performers": [], "tags": [],
    }  # fmt: skip
    return row | stated


def _drawn(key: int, number: int, kind: tuple[str, str, str], name: str, share: Callable[[str], float]) -> Any:
    """One row of `make_listings`; every optional value is missing for some."""
    starts = _FIRST + timedelta(days=int(share("day") * 330), hours=int(10 + share("hour") * 13), minutes=15)
    price = Decimal(int(share("price") * 80)) if share("priced") < 0.6 else None
    stated: dict[str, Any] = {
        "title": f"{name} no. {number}", "category": kind[0], "subcategory": kind[1], "kind": kind[2],
        "description": f"Evening {number}." if share("told") < 0.7 else None, "starts_local": starts,
        "ends_local": starts + timedelta(hours=2) if share("end") < 0.6 else None,
        "price_min": price or None, "price_max": price + 10 if price else None,
        "is_free": None if price is None else price == 0, "currency": "USD" if price else None,
        "status": "cancelled" if share("status") < 0.03 else "scheduled",
        "sale_status": "on_sale" if share("sale") < 0.8 else "sold_out",
        "performers": [name, "Lo Ferry"][: int(share("acts") * 3)],
        "latitude": 39.7 + share("north") * 0.08, "longitude": -105.0 + share("east") * 0.08,
    }  # fmt: skip
    row = _row(f"drawn_{number}", **stated)
    place = _nowhere() if share("place") < 0.08 else {}
    row |= {**place, "attendance_mode": "online"} if place else {"venue_name": f"Hall {int(share('hall') * 40)}"}
    return row | {"listing_key": key, "happening_id": f"{TRUTH_MARK}_{number}"}


def _dice(key: Keys) -> Callable[[str], float]:
    return lambda what: float(draw_share(key, what)[0])


def _nowhere() -> dict[str, Any]:
    names = ("venue_name", "room", "address", "town", "region", "postcode", "country", "latitude", "longitude")
    return dict.fromkeys((*names, "geo_precision"))


def _at(day: int, hour: int, minute: int = 0) -> datetime:
    return _FIRST + timedelta(days=day, hours=hour, minutes=minute)

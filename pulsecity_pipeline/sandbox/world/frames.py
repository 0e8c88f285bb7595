"""The tables that the fictional world consists of: what is true, of one city, as it is decided once for all nights."""

from typing import Final

import polars as pl

from pulsecity_pipeline.contracts.base import LOCAL_DATETIME

UTC_DATETIME: Final = pl.Datetime("us", "UTC")
MONEY: Final = pl.Decimal(12, 3)

VENUE: Final = pl.Schema(
    {
        "venue_id": pl.String(),
        "city_id": pl.String(),
        "parent_venue_id": pl.String(),  # of a room its house
        "name": pl.String(),
        "nickname": pl.String(),
        "aliases": pl.List(pl.String()),
        "kind": pl.String(),
        "capacity": pl.Int32(),
        "street": pl.String(),
        "town": pl.String(),
        "region": pl.String(),
        "postcode": pl.String(),
        "country": pl.String(),
        "latitude": pl.Float64(),
        "longitude": pl.Float64(),
        "is_in_city": pl.Boolean(),
        "opened_on": pl.Date(),
        "closed_on": pl.Date(),
    }
)
ARTIST: Final = pl.Schema(
    {
        "artist_id": pl.String(),
        "name": pl.String(),
        "aliases": pl.List(pl.String()),
        "kind": pl.String(),  # band, solo, dj, comedian, ensemble, speaker
        "genre": pl.String(),
        "popularity": pl.Float64(),  # 0 to 1
        "home_country": pl.String(),
        "homonym_of": pl.String(),  # another artist of the same name
        "tribute_to": pl.String(),
    }
)
ORGANISER: Final = pl.Schema(
    {
        "organiser_id": pl.String(),
        "city_id": pl.String(),
        "name": pl.String(),
        "kind": pl.String(),
        "language": pl.String(),
        "venue_id": pl.String(),  # its own house, if it has one
    }
)
HAPPENING: Final = pl.Schema(
    {
        "happening_id": pl.String(),
        "city_id": pl.String(),
        "series_id": pl.String(),
        "festival_id": pl.String(),  # of a part the umbrella's happening_id
        "kind": pl.String(),
        "title": pl.String(),
        "language": pl.String(),
        "category": pl.String(),
        "subcategory": pl.String(),
        "description": pl.String(),
        "organiser_id": pl.String(),
        "venue_id": pl.String(),  # the room where there are rooms; null online
        "is_online": pl.Boolean(),
        "original_local": LOCAL_DATETIME,  # when it was first announced for
        "starts_local": LOCAL_DATETIME,
        "ends_local": LOCAL_DATETIME,  # the true end, whoever states it
        "doors_local": LOCAL_DATETIME,
        "timezone": pl.String(),
        "all_day": pl.Boolean(),
        "performer_ids": pl.List(pl.String()),
        "performers": pl.List(pl.String()),
        "capacity": pl.Int32(),
        "attendance": pl.Int32(),  # true; 0 where it did not take place
        "price_min": MONEY,
        "price_max": MONEY,
        "currency": pl.String(),
        "is_free": pl.Boolean(),
        "announced_at": UTC_DATETIME,
        "status": pl.String(),  # scheduled, cancelled, postponed, rescheduled as of the night
        "sale_status": pl.String(),
    }
)
#: One row per price tier: door, advance, early bird, VIP, balcony …
PRICE_TIER: Final = pl.Schema(
    {
        "happening_id": pl.String(),
        "tier": pl.String(),
        "price": MONEY,
        "fee": MONEY,
        "currency": pl.String(),
        "opens_at": UTC_DATETIME,
        "closes_at": UTC_DATETIME,
    }
)
#: One row per change of state, in the order they became known.
HISTORY: Final = pl.Schema(
    {
        "happening_id": pl.String(),
        "known_at": UTC_DATETIME,
        "op": pl.String(),  # announced, retitled, moved, rescheduled, postponed, cancelled, back, sold_out
        "old": pl.String(),
        "new": pl.String(),
    }
)

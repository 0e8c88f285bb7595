"""What one source says about one happening, before it is written in the source's format; the truth stands beside it."""

from typing import Final

import polars as pl

from pulsecity_pipeline.contracts.base import LOCAL_DATETIME

UTC_DATETIME: Final = pl.Datetime("us", "UTC")
MONEY: Final = pl.Decimal(12, 3)

#: One row per listing and occurrence. What the source leaves out is null; nothing in it may be read from the truth.
LISTING: Final = pl.Schema(
    {
        # whose it is
        "source": pl.String(),
        "feed": pl.String(),
        "city_id": pl.String(),  # of the site
        "listing_key": pl.UInt64(),  # the truth's name of the row; dialects draw by it, and never write it
        "native_id": pl.String(),  # their id, in the source's own shape, unstable where theirs is
        # the truth it stands for
        "happening_id": pl.String(),  # null where it stands for none (advert, placeholder …)
        "listing_class": pl.String(),  # as clean.listings
        "category": pl.String(),  # of the taxonomy; dialects translate it to their own words
        "subcategory": pl.String(),
        "kind": pl.String(),  # of happening: concert, class, public_meeting … (world/kinds.yaml)
        "language": pl.String(),  # en, de, fr, es, pt, nl …
        # texts
        "title": pl.String(),
        "description": pl.String(),  # plain text, paragraphs apart by \n\n
        "organizer": pl.String(),
        "organizer_native_id": pl.String(),
        "url": pl.String(),
        "image_url": pl.String(),
        "tags": pl.List(pl.String()),
        # when, on the wall clock of `timezone`
        "starts_local": LOCAL_DATETIME,  # null where the source states none; of a month or tba never stated
        "ends_local": LOCAL_DATETIME,  # null where not stated; of all-day listings the midnight after the last day
        "doors_local": LOCAL_DATETIME,
        "timezone": pl.String(),  # of the place
        "stated_timezone": pl.String(),  # what the source claims; differs where it is wrong
        "is_date": pl.Boolean(),  # only the day is stated (whole days, or the hour is unknown)
        "all_day": pl.Boolean(),  # it does last whole days
        # weekly series; null for what stands alone
        "series_native_id": pl.String(),
        "original_local": LOCAL_DATETIME,  # when the rule put this occurrence; differs from starts_local where moved
        "series_until_on": pl.Date(),
        # state
        "status": pl.String(),  # scheduled, cancelled, postponed, rescheduled, moved_online: what the source says
        "previous_start_local": LOCAL_DATETIME,  # stated start before it was rescheduled
        "sale_status": pl.String(),  # as clean.listings; null where not stated
        "created_at": UTC_DATETIME,
        "updated_at": UTC_DATETIME,
        "revision": pl.Int32(),
        # where
        "attendance_mode": pl.String(),  # offline, online, mixed; null where not stated
        "online_url": pl.String(),
        "venue_native_id": pl.String(),
        "venue_name": pl.String(),
        "room": pl.String(),
        "address": pl.String(),  # street and number
        "town": pl.String(),
        "region": pl.String(),  # state or province as written there
        "postcode": pl.String(),
        "country": pl.String(),  # ISO 3166 alpha-2
        "latitude": pl.Float64(),
        "longitude": pl.Float64(),
        "geo_precision": pl.String(),  # exact, approximate, city
        # price
        "price_min": MONEY,  # major units
        "price_max": MONEY,
        "currency": pl.String(),
        "is_free": pl.Boolean(),  # null where nothing is said
        "fees_included": pl.Boolean(),
        "price_text": pl.String(),  # in words; null where the source has numbers only, or nothing
        # who plays
        "performers": pl.List(pl.String()),  # in billing order
        "performer_native_ids": pl.List(pl.String()),
        "capacity": pl.Int32(),
        "going_count": pl.Int32(),
    }
)

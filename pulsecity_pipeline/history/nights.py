"""What a night brought, feed by feed: new, changed, moved, called off, gone and back."""

from collections.abc import Callable
from datetime import date, datetime

import polars as pl

from pulsecity_pipeline.contracts import Listing, Night
from pulsecity_pipeline.history.comparing import BEFORE, differs, flag_changes, value_columns

_FEED = ["source", "feed"]
_PUT_OFF = ["postponed", "rescheduled"]


def build_nights(
    listings: pl.DataFrame, previous: pl.DataFrame, *, city_id: str, night: date, at: datetime
) -> pl.DataFrame:
    """Tonight's whole clean.listings and those last published → metrics.nights, one row per feed, sorted by feed.

    Present are the listings with last_seen_at = `at`. A feed whose listings have all left still gets its row.
    """
    told = _tell(_pair(listings, previous), at)
    counted = told.group_by(_FEED).agg(pl.selectors.boolean().sum())
    schema = Night.polars_schema()
    return (
        counted.with_columns(city_id=pl.lit(city_id), night=pl.lit(night))
        .select(pl.col(name).cast(dtype) for name, dtype in schema.items())
        .sort(_FEED)
    )


def _pair(listings: pl.DataFrame, previous: pl.DataFrame) -> pl.DataFrame:
    """Every listing of either night: tonight's columns, those before as `…__before`, and which nights have it."""
    names = ["listing_id", *_FEED, "fingerprint", "first_seen_at", "last_seen_at"]
    names += [name for name in value_columns(Listing, listings, previous) if name not in names]
    now = listings.select(names).with_columns(is_now=True)
    before = previous.select(names).with_columns(was_there=True)
    paired = now.join(before, on="listing_id", how="full", suffix=BEFORE, coalesce=True)
    return paired.with_columns(
        *(pl.coalesce(name, name + BEFORE) for name in _FEED),
        pl.col("is_now", "was_there").fill_null(False),
    )


def _tell(paired: pl.DataFrame, at: datetime) -> pl.DataFrame:
    """One row per listing: its feed, and a Boolean for every column of metrics.nights that it counts in."""
    names = [name for name in value_columns(Listing, paired) if name not in (*_FEED, "gone_at")]
    values = flag_changes(paired, names)
    facts = paired.with_columns(
        present=pl.col("is_now") & (pl.col("last_seen_at") == at),
        is_gone=pl.col("gone_at").is_not_null(),
        was_gone=pl.col("gone_at" + BEFORE).is_not_null(),
        differs=values.select(pl.any_horizontal(pl.all())).to_series(),
    ).with_columns(
        # One that had been archived is not among the previous, but keeps the night it was first seen.
        back=pl.col("present") & (pl.col("was_gone") | (~pl.col("was_there") & (pl.col("first_seen_at") < at))),
    )
    known = pl.col("present") & pl.col("was_there")
    compared = known & ~pl.col("back")
    return facts.select(
        *_FEED,
        "back",
        listings=pl.col("present"),
        new=pl.col("present") & ~pl.col("was_there") & ~pl.col("back"),
        changed=compared & pl.col("differs"),
        rewritten=compared & ~pl.col("differs") & differs("fingerprint"),
        unchanged=compared & ~pl.col("differs") & ~differs("fingerprint"),
        moved=known & _has_moved(),
        postponed=known & _became(_PUT_OFF),
        cancelled=known & _became(["cancelled"]),
        gone=pl.col("is_now") & pl.col("is_gone") & ~pl.col("was_gone"),
        missing=pl.col("is_now") & ~pl.col("present") & ~pl.col("is_gone"),
        archived=pl.col("was_there") & ~pl.col("is_now"),
    )


def _became(states: list[str]) -> pl.Expr:
    return pl.col("status").is_in(states) & differs("status")


def _has_moved() -> pl.Expr:
    """Another day, another time of day or another place than the one known before, and not called off.

    What was open before is only announced; a place written otherwise is the same one.
    """
    is_timed = ~pl.col("all_day") & ~pl.col("all_day" + BEFORE)
    start = _is_another("starts_on") | (is_timed & _is_another("starts_local"))
    place = _is_another("venue_name", _fold) | _is_another("address", _place_numbers)
    return (start | place) & (pl.col("status") != "cancelled")


def _is_another(name: str, form: Callable[[pl.Expr], pl.Expr] = lambda value: value) -> pl.Expr:
    return (form(pl.col(name)) != form(pl.col(name + BEFORE))).fill_null(False)


def _fold(text: pl.Expr) -> pl.Expr:
    return text.str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]+", "")


def _place_numbers(address: pl.Expr) -> pl.Expr:
    """House, room and post code numbers of an address: they stay when "Ave" becomes "Avenue"; none: all its letters."""
    numbers = address.str.extract_all(r"\d+").list.join(" ")
    return pl.when(numbers != "").then(numbers).otherwise(_fold(address))

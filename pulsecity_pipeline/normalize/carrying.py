"""Carrying over: what earlier nights knew of listings and rejects, brought onto tonight's."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import polars as pl

from pulsecity_pipeline.contracts import Listing, PastListing, Reject
from pulsecity_pipeline.normalize.aging import age_status

_FEED = ["source", "feed"]


@dataclass(frozen=True)
class Carried:
    """`listings`: clean.listings; `past`: those that left it tonight, clean.past_listings."""

    listings: pl.DataFrame
    past: pl.DataFrame


def carry_over(
    tonight: pl.DataFrame, previous: pl.DataFrame, seen_whole: pl.DataFrame, *, at: datetime, past_after_days: int
) -> Carried:
    """Listings of tonight with the dates of `previous` ones, plus those that are missing tonight.

    first_seen_at stays; changed_at moves only with the fingerprint. A listing missing from a feed that came
    whole (`seen_whole`: source, feed) gets gone_at = `at` the first time; one of any other feed stays as it was, and so
    does one that ends tonight or is over: feeds drop what has begun, and the window of recurrences moves on. What is
    missing and over, or gone, for more than `past_after_days` leaves; of a feed not seen whole only what was last seen
    so long ago. Columns in and out: Listing.
    """
    schema = Listing.polars_schema()
    before = previous.select("listing_id", first="first_seen_at", changed="changed_at", known_fingerprint="fingerprint")
    same = pl.col("known_fingerprint") == pl.col("fingerprint")
    seen = tonight.join(before, on="listing_id", how="left").with_columns(
        first_seen_at=pl.coalesce("first", "first_seen_at"),
        changed_at=pl.when(same).then("changed").otherwise(pl.lit(at, schema["changed_at"])),
    )
    missing = previous.join(tonight, on="listing_id", how="anti")
    last_on = pl.coalesce("ends_on", "starts_on")
    is_over = (last_on <= at.date()).fill_null(value=False)
    gone = missing.join(seen_whole, on=_FEED, how="semi").with_columns(
        gone_at=pl.when(is_over).then("gone_at").otherwise(pl.coalesce("gone_at", pl.lit(at, schema["gone_at"])))
    )
    unknown = missing.join(seen_whole, on=_FEED, how="anti")
    limit = at - timedelta(days=past_after_days)
    leaves = (last_on < limit.date()).fill_null(value=False) | (pl.col("gone_at") < limit).fill_null(value=False)
    silent = unknown.select(gone.columns).with_columns(leaves=leaves & (pl.col("last_seen_at") < limit))
    absent = pl.concat([gone.with_columns(leaves=leaves), silent])
    stays, past = (age_status(part.select(schema.names()).cast(schema), at=at) for part in (
        pl.concat([seen.select(schema.names()), absent.filter(~pl.col("leaves")).select(schema.names())]),
        absent.filter("leaves"),
    ))  # fmt: skip
    return Carried(stays.sort(Listing.key), _name_past(past, at.date()))


def carry_rejects(
    tonight: pl.DataFrame, previous: pl.DataFrame, records: pl.DataFrame, *, at: datetime
) -> pl.DataFrame:
    """Rejects of tonight with first_seen_at of `previous` ones, plus those of before that still say something.

    `records`: raw.records of tonight, those of feeds that gave none kept. A reject whose record is accepted now stays
    with replayed_at; one whose feed gave no records stays open; the others leave with their record. In and out: Reject.
    """
    known = previous.filter(pl.col("replayed_at").is_null()).select("reject_id", first="first_seen_at")
    again = tonight.join(known, on="reject_id", how="left").with_columns(
        first_seen_at=pl.min_horizontal("first", "first_seen_at")
    )
    left = previous.join(tonight, on="reject_id", how="anti")
    place = records.unique([*_FEED, "fingerprint"], keep="first", maintain_order=True).select(
        *_FEED, "fingerprint", "outcome", new_page="page_id", new_pointer="pointer"
    )
    met = left.filter(pl.col("fingerprint").is_not_null()).join(place, on=[*_FEED, "fingerprint"])
    accepted = pl.col("outcome") != "reject"
    kept = met.with_columns(
        page_id="new_page",
        pointer="new_pointer",
        replayed_at=pl.when(accepted).then(
            pl.coalesce("replayed_at", pl.lit(at, Reject.polars_schema()["replayed_at"]))
        ),
    )
    columns = Reject.polars_schema().names()
    return pl.concat([again.select(columns), kept.select(columns)]).sort(Reject.key)


def _name_past(past: pl.DataFrame, night: date) -> pl.DataFrame:
    dated = past.with_columns(night=pl.lit(night))
    return dated.select(PastListing.polars_schema().names()).sort(PastListing.key)

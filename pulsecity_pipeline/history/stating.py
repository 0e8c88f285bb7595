"""Which listing of an event states a value that has just become the event's."""

from datetime import datetime

import polars as pl

from pulsecity_pipeline.contracts import Event, Listing
from pulsecity_pipeline.history.texts import as_text

#: What a listing states in the words of the event; its dates of being seen are not stated by anyone.
_STATED = [name for name in Event.polars_schema() if name in Listing.polars_schema() and name != "first_seen_at"]


def find_stating(
    changed: pl.DataFrame, event_listings: pl.DataFrame, listings: pl.DataFrame, *, at: datetime
) -> pl.DataFrame:
    """`event_id`, `field`, `new` (text) → `event_id`, `field`, `listing_id`, one row per value that a listing states.

    Rather a listing that changed, came, went or came back tonight, then one that is not gone, then the smallest id.
    That a value is no longer there is stated only by a listing that moved tonight.
    """
    linked = _link_listings(changed, event_listings, listings, at=at)
    parts = [
        _match_field(part, linked, str(key[0]))
        for key, part in changed.partition_by("field", as_dict=True).items()
        if key[0] in _STATED
    ]
    return pl.concat(
        [pl.DataFrame(schema={"event_id": pl.String, "field": pl.String, "listing_id": pl.String}), *parts]
    )


def _link_listings(
    changed: pl.DataFrame, event_listings: pl.DataFrame, listings: pl.DataFrame, *, at: datetime
) -> pl.DataFrame:
    """Listings of the changed events with `event_id` and `moved` (tonight), the best witness first."""
    links = event_listings.select("event_id", "listing_id").join(changed, on="event_id", how="semi")
    is_tonight = pl.any_horizontal(pl.col(name).eq_missing(at) for name in ("changed_at", "first_seen_at", "gone_at"))
    return (
        links.join(listings, on="listing_id")
        .with_columns(moved=is_tonight)
        .sort(~pl.col("moved"), pl.col("gone_at").is_not_null(), "listing_id")
    )


def _match_field(part: pl.DataFrame, linked: pl.DataFrame, field: str) -> pl.DataFrame:
    # An event is back when a listing is: that it is gone no longer, any present one states.
    is_witness = pl.col("moved") | pl.col("new").is_not_null() | pl.lit(field == "gone_at")
    dtype = linked.schema[field]
    said = linked.select("event_id", "listing_id", "moved", said=as_text(field, dtype))
    new = part.select("event_id", "new")
    matching = said.join(new, on="event_id", maintain_order="left").filter(
        pl.col("said").eq_missing(pl.col("new")), is_witness
    )
    found = matching.group_by("event_id", maintain_order=True).agg(pl.col("listing_id").first())
    return found.select("event_id", pl.lit(field).alias("field"), "listing_id")

"""Linking: which listings hold on to their event, and the sentence that says why a listing belongs to one."""

from datetime import datetime

import polars as pl

from pulsecity_pipeline.contracts import EventListing


def hold_gone(keyed: pl.DataFrame, linked_before: pl.DataFrame) -> list[tuple[int, int]]:
    """Listings with `row`, `first_row`, and the links of the night before → edges that keep gone listings linked.

    A gone listing states nothing new, so it is held to the present listings of the event it was linked to, strongest
    link first; constraints still apply.
    """
    before = keyed.select("listing_id", "first_row", "gone_at").join(
        linked_before.select("listing_id", "event_id", "match_probability"), on="listing_id"
    )
    gone = before.filter(pl.col("gone_at").is_not_null())
    held = gone.join(before, on="event_id", suffix="_right").filter(pl.col("first_row") != pl.col("first_row_right"))
    edges = held.select(
        left=pl.min_horizontal("first_row", "first_row_right"),
        right=pl.max_horizontal("first_row", "first_row_right"),
        probability=pl.min_horizontal("match_probability", "match_probability_right"),
    )
    ordered = edges.unique().sort("probability", "left", "right", descending=[True, False, False])
    return list(ordered.select("left", "right").iter_rows())


def describe_links(
    members: pl.DataFrame, scored: pl.DataFrame, linked_before: pl.DataFrame, city_id: str, at: datetime
) -> pl.DataFrame:
    """Listings with `event_id`, `cluster`, `row`, `first_row`, and the scored pairs → `clean.event_listings`.

    Each link carries the strongest comparison with another listing of its event; a repeat within its feed, a listing
    alone and a gone one held without a comparison say so. `linked_at` is kept where the link is not new. `signature` is
    that of the listing.
    """
    named = members.select("row", "listing_id", "cluster")
    inside = (
        scored.join(named, left_on="left", right_on="row")
        .join(named, left_on="right", right_on="row", suffix="_right")
        .filter(pl.col("cluster") == pl.col("cluster_right"))
    )
    turned = inside.select(row="right", other="listing_id", probability="probability", evidence="evidence")
    straight = inside.select(row="left", other="listing_id_right", probability="probability", evidence="evidence")
    best = (
        pl.concat([straight, turned])
        .sort("row", "probability", "other", descending=[False, True, False])
        .group_by("row", maintain_order=True)
        .first()
    )
    first = named.select(first_row="row", first_id="listing_id")
    before = linked_before.select(
        "listing_id", "event_id", held_since="linked_at", held_probability="match_probability"
    )
    return _write_links(
        members.join(best, on="row", how="left")
        .join(first, on="first_row", how="left")
        .join(before, on=["listing_id", "event_id"], how="left"),
        city_id,
        at,
    )


def _write_links(links: pl.DataFrame, city_id: str, at: datetime) -> pl.DataFrame:
    is_repeat, is_alone = pl.col("row") != pl.col("first_row"), pl.len().over("cluster") == 1
    has_repeats_only = pl.col("first_row").n_unique().over("cluster") == 1
    evidence = (
        pl.when(is_repeat).then(pl.format("repeats {} of the same feed", "first_id"))
        .when(pl.col("other").is_not_null()).then(pl.format("{}; with {}", "evidence", "other"))
        .when(is_alone).then(pl.lit("alone"))
        .when(has_repeats_only).then(pl.lit("repeated in its own feed"))
        .otherwise(pl.lit("linked before it was gone"))
    )  # fmt: skip
    held = pl.coalesce("probability", "held_probability", pl.lit(1.0))
    certain = is_repeat | is_alone | has_repeats_only
    schema = EventListing.polars_schema()
    return (
        links.with_columns(
            city_id=pl.lit(city_id),
            match_probability=pl.when(certain).then(1.0).otherwise(held),
            evidence=evidence,
            linked_at=pl.coalesce("held_since", pl.lit(at)),
        )
        .select(schema.names())
        .match_to_schema(schema)
        .sort(EventListing.key)
    )

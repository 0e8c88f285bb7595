"""The pairs bench: merged and near-miss pairs of a night, drawn at random, for somebody to read one by one."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time

import polars as pl

from pulsecity_pipeline.city_run.resolving import gather_listings
from pulsecity_pipeline.config.matching import load_matching
from pulsecity_pipeline.entities.previous import Previous
from pulsecity_pipeline.entities.resolution import resolve_city
from pulsecity_pipeline.store.lake import Lake

#: What a reader needs of a listing.
SHOWN = ("title", "starts_on", "starts_local", "venue_name", "address", "feed", "source_event_id")
#: A pair of titles and feeds is drawn once, however many weeks it recurs.
_ALIKE = ["title", "title_right", "feed", "feed_right"]


def draw_pairs(lake: Lake, city_ids: Iterable[str], *, night: date, seed: int, count: int) -> pl.DataFrame:
    """`count` merged and `count` near-miss pairs over the cities, resolved afresh from the listings in the lake.

    Columns: verdict (merged, near_miss), city_id, probability, and SHOWN of both listings (`…_right` of the second).
    """
    at = datetime.combine(night, time.min, UTC)
    candidates, matching = [], load_matching()
    for city_id in city_ids:
        listings = gather_listings(lake, city_id=city_id, night=night)
        found = resolve_city(
            listings, city_id=city_id, night=night, at=at, previous=Previous.nothing(), matching=matching
        )
        pairs = found.match_evidence.filter(pl.col("probability") >= matching.events.decision.floor_probability)
        judged = judge_pairs(pairs, found.event_listings, listings)
        candidates.append(judged.with_columns(city_id=pl.lit(city_id)))
    drawn = [
        group.sample(min(count, group.height), seed=seed)
        for _, group in pl.concat(candidates).group_by("verdict", maintain_order=True)
    ]
    return pl.concat(drawn).select("verdict", "city_id", "probability", *_both(SHOWN)).sort("verdict", *_both(SHOWN))


def judge_pairs(pairs: pl.DataFrame, event_listings: pl.DataFrame, listings: pl.DataFrame) -> pl.DataFrame:
    """Scored pairs (left_id, right_id, probability) → with `verdict` and both listings, less those of one source id.

    One row per pair of titles and feeds, sorted by the pair.
    """
    linked = listings.select("listing_id", *SHOWN).join(
        event_listings.select("listing_id", "event_id"), on="listing_id", how="left"
    )
    both = pairs.join(linked, left_on="left_id", right_on="listing_id").join(
        linked, left_on="right_id", right_on="listing_id"
    )
    merged = pl.when(pl.col("event_id") == pl.col("event_id_right")).then(pl.lit("merged"))
    return (
        both.filter(pl.col("source_event_id") != pl.col("source_event_id_right"))
        .with_columns(verdict=merged.otherwise(pl.lit("near_miss")))
        .sort("left_id", "right_id")
        .unique(["verdict", *_ALIKE], keep="first", maintain_order=True)
    )


def _both(names: Iterable[str]) -> list[str]:
    return [*names, *(f"{name}_right" for name in names)]

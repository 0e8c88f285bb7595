"""What is true of the fiction, as tables: the world itself, and for every listing what it says and stands for."""

from collections.abc import Callable
from typing import Final

import polars as pl

from pulsecity_pipeline.sandbox.dialects.registry import DIALECTS
from pulsecity_pipeline.sandbox.night import SandboxNight
from pulsecity_pipeline.sandbox.publishing.publish import Published

#: What a listing says that the pipeline is to find out again; the rest of LISTING is shape.
SAID: Final = (
    "listing_class", "category", "subcategory", "title", "description", "organizer", "url", "image_url",
    "starts_local", "ends_local", "timezone", "is_date", "all_day", "status", "sale_status", "attendance_mode",
    "venue_name", "room", "address", "town", "latitude", "longitude", "geo_precision", "price_min", "price_max",
    "currency", "is_free", "fees_included", "price_text", "performers", "kind", "language",
)  # fmt: skip


def list_truth(fiction: SandboxNight, city_id: str) -> dict[str, pl.DataFrame]:
    """Table name → rows of one city: happenings, history, tiers, venues, artists, organisers, listings."""
    world = fiction.world(city_id)
    return {
        "artists": world.artists,
        "happenings": world.happenings(),
        "history": world.history(),
        "listings": expect_listings(fiction, city_id),
        "organisers": world.organisers.drop("key"),
        "price_tiers": world.tiers(),
        "venues": world.venues,
    }


def expect_listings(fiction: SandboxNight, city_id: str) -> pl.DataFrame:
    """One row per listing that the sites state tonight: pull_city_id, source, feed, source_event_id (as the adapter is
    to state it; null where the record cannot be read), listing_key, happening_id, true_city_id (where it is),
    true_title, true_starts_local, true_venue_id, true_status, is_broken (its site is broken for good), and SAID, prices
    also where they stand in words.
    """
    published = fiction.published(city_id)
    sites = pl.DataFrame(
        [(site.source, site.feed, site.fault is not None) for site in fiction.sites(city_id)],
        schema={"source": pl.String(), "feed": pl.String(), "is_broken": pl.Boolean()},
        orient="row",
    )
    rows = published.listings.with_columns(
        published.truth.drop("source", "feed", "site_city_id", "listing_key", "happening_id"),
        source_event_id=_event_ids(published),
        pull_city_id=pl.lit(city_id),
    ).with_columns(
        *(
            pl.coalesce(name, pl.when(pl.col("price_text").is_not_null()).then(f"told_{name}")).alias(name)
            for name in ("price_min", "price_max", "currency")
        ),
        # A price above nothing says that it is not free, whether or not there is a word for it.
        is_free=pl.when(pl.coalesce("price_text", pl.col("price_min").cast(pl.String())).is_not_null())
        .then("told_is_free")
        .otherwise("is_free"),
        geo_precision=pl.when(pl.col("latitude").is_not_null()).then("told_geo_precision"),
        attendance_mode=pl.when("is_online").then(pl.lit("online")).otherwise(pl.lit("offline")),
    )
    rows = pl.concat([rows.filter(_is_shown(published)), _copies(rows, published)])
    return rows.join(sites, on=["source", "feed"], how="left", maintain_order="left").select(
        "pull_city_id", "source", "feed", "source_event_id", "listing_key", "happening_id", "true_city_id",
        "true_title", "true_starts_local", "true_venue_id", "true_status", "is_broken", *SAID,
    )  # fmt: skip


def _copies(rows: pl.DataFrame, published: Published) -> pl.DataFrame:
    """What sites state again under another id."""
    parts = [rows.clear()]
    for (source,), part in published.listings.group_by("source", maintain_order=True):
        list_copies = getattr(DIALECTS[str(source)], "list_copies", None)
        if list_copies is not None:
            again = rows.drop("source_event_id").join(list_copies(part), on="listing_key")
            parts.append(again.select(rows.columns))
    return pl.concat(parts)


def _event_ids(published: Published) -> pl.Series:
    return _by_source(published, lambda source, part: DIALECTS[source].expected_event_id(part), pl.String())


def _is_shown(published: Published) -> pl.Series:
    """Which listings the source shows at all: some leave out what is cancelled, or has no start yet."""

    def shown(source: str, part: pl.DataFrame) -> pl.Series:
        is_shown = getattr(DIALECTS[source], "is_shown", None)
        return pl.repeat(value=True, n=part.height, eager=True) if is_shown is None else is_shown(part)

    return _by_source(published, shown, pl.Boolean())


def _by_source(published: Published, find: Callable[[str, pl.DataFrame], pl.Series], kind: pl.DataType) -> pl.Series:
    """A value a listing, found source by source, in the order of the listings."""
    numbered = published.listings.with_row_index("number")
    parts = [
        part.select("number").with_columns(found=find(str(source), part.drop("number")).cast(kind))
        for (source,), part in numbered.group_by("source", maintain_order=True)
    ]
    empty = pl.DataFrame(schema={"number": pl.UInt32(), "found": kind})
    return pl.concat([empty, *parts]).sort("number")["found"]

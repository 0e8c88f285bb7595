"""What a site leaves out: times it does not say, texts and people it has none of, what its software cannot state."""

from typing import Final

import polars as pl

from pulsecity_pipeline.sandbox.chance import draw_range, draw_share, write_hex
from pulsecity_pipeline.sandbox.dialects.registry import DIALECTS
from pulsecity_pipeline.sandbox.publishing.listing import LISTING
from pulsecity_pipeline.sandbox.serving.protocol import Site
from pulsecity_pipeline.sandbox.world.build import World

_ALIAS_SHARE: Final = 0.25
#: Zones that careless software claims in place of the city's own.
_OTHER_ZONES: Final = ("America/Los_Angeles", "Europe/London", "UTC", "America/New_York")


def write_clocks(frame: pl.DataFrame, sites: list[Site]) -> pl.DataFrame:
    """is_date, ends_local, doors_local, stated_timezone and the series as told."""
    keys = frame["voice_key"].to_numpy()
    is_vague = pl.Series(draw_share(keys, "date only") < frame["habit_date_only"].to_numpy())
    has_end = pl.Series(draw_share(keys, "ends") < frame["habit_ends"].to_numpy())
    says_doors = pl.Series(draw_share(keys, "doors") < 0.3)
    zones = pl.Series([_wrong_zone(site) for site in sites])
    is_date = pl.col("all_day") | is_vague
    last_week = pl.duration(days=7 * (pl.col("series_until") - pl.col("week")))
    return frame.with_columns(
        is_date=is_date,
        ends_local=pl.when(has_end & (pl.col("all_day") | ~is_date)).then("ends_local"),
        doors_local=pl.when(says_doors & ~is_date).then("doors_local"),
        stated_timezone=pl.when("has_wrong_zone").then(zones.gather(frame["site"])).otherwise("timezone"),
        series_until_on=(pl.col("original_local") + last_week).dt.date(),
    )


def _wrong_zone(site: Site) -> str:
    return next(zone for zone in _OTHER_ZONES if zone != site.timezone)


def bill_by_alias(frame: pl.DataFrame, world: World) -> pl.DataFrame:
    """`frame` with performers under another name of theirs in a quarter of the listings."""
    aliased = world.artists.filter(pl.col("aliases").list.len() > 0).unique("name", keep="first", maintain_order=True)
    by_alias = pl.Series(draw_share(frame["voice_key"].to_numpy(), "alias") < _ALIAS_SHARE)
    other = pl.element().replace(aliased["name"], aliased["aliases"].list.first())
    return frame.with_columns(
        performers=pl.when(by_alias).then(pl.col("performers").list.eval(other)).otherwise("performers")
    )


def leave_out(frame: pl.DataFrame) -> pl.DataFrame:
    """Texts and people that the site leaves out; tags; online rooms; numbers of who goes."""
    keys = frame["voice_key"].to_numpy()

    def has(name: str) -> pl.Series:
        return pl.Series(draw_share(keys, f"has {name}") < frame[f"habit_{name}"].to_numpy())

    slug = pl.col("title").str.to_lowercase().str.replace_all(r"[^a-z0-9]+", "-").str.slice(0, 50).str.strip_chars("-")
    going = (pl.col("attendance") * pl.Series(draw_range(keys, "going", 0.2, 0.7))).cast(pl.Int32)
    own = pl.select(pl.when(frame["keeps_series"]).then(frame["voice_key"]).otherwise(frame["listing_key"])).to_series()
    number = write_hex(own.to_numpy(), 10)
    url = pl.lit("https://") + pl.col("site_host") + "/events/" + slug + "-" + number
    return frame.with_columns(
        description=pl.when(has("description")).then("description"),
        image_url=pl.when(has("image")).then(pl.lit("https://") + pl.col("site_host") + "/img/" + number + ".jpg"),
        organizer=pl.when(has("organizer")).then("organizer"),
        performers=pl.when(has("performers")).then("performers").otherwise(pl.lit([], dtype=pl.List(pl.String()))),
        performer_ids=pl.when(has("performers"))
        .then("performer_ids")
        .otherwise(pl.lit([], dtype=pl.List(pl.String()))),
        url=pl.when(has("url")).then(url),
        tags=pl.concat_list("category", "subcategory").list.eval(pl.element().str.replace_all("_", " ")),
        attendance_mode=pl.when("is_online").then(pl.lit("online")).otherwise(pl.lit("offline")),
        online_url=pl.when("is_online").then(pl.lit("https://meet.example/j/") + write_hex(keys, 11)),
        going_count=going,
    )


def shape_listings(frame: pl.DataFrame, sites: list[Site]) -> pl.DataFrame:
    """LISTING rows: what a source, or a site's software, cannot state at all is null."""
    shaped = frame.with_columns(city_id="site_city_id", created_at="listed_at", capacity=pl.lit(None, dtype=pl.Int32))
    parts = []
    for (number,), part in shaped.group_by("site", maintain_order=True):
        silent = set(LISTING.names()) - _KEPT - _states(sites[int(str(number))])
        parts.append(
            part.with_columns(pl.lit(None).alias(name) for name in sorted(silent)).select(LISTING.names()).cast(LISTING)
        )
    return pl.concat(parts)


_KEPT = frozenset({
    "source", "feed", "city_id", "listing_key", "native_id", "happening_id", "listing_class", "category", "subcategory",
    "kind", "language", "title", "starts_local", "is_date", "all_day", "timezone", "stated_timezone", "original_local",
    "status",
})  # fmt: skip


def _states(site: Site) -> frozenset[str]:
    dialect = DIALECTS[site.source]
    list_unstated = getattr(dialect, "list_unstated", None)
    return dialect.STATES - (list_unstated(site) if list_unstated is not None else frozenset())

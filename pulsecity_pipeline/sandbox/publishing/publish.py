"""What all sites of a city say on a night: the truth, chosen, told, written and spoilt, as rows of LISTING."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from pulsecity_pipeline.config.cities import ELSEWHERE, ONLINE
from pulsecity_pipeline.contracts.base import LOCAL_DATETIME
from pulsecity_pipeline.sandbox.chance import derive_keys, draw_range, draw_share, key_of, write_hex
from pulsecity_pipeline.sandbox.dialects.registry import DIALECTS
from pulsecity_pipeline.sandbox.publishing.choosing import choose_listings
from pulsecity_pipeline.sandbox.publishing.habits import draw_habits
from pulsecity_pipeline.sandbox.publishing.listing import LISTING, MONEY
from pulsecity_pipeline.sandbox.publishing.noise import add_noise
from pulsecity_pipeline.sandbox.publishing.sites import OwnedSite
from pulsecity_pipeline.sandbox.publishing.telling import tell_listings
from pulsecity_pipeline.sandbox.publishing.writing import write_briefly, write_places, write_prices, write_titles
from pulsecity_pipeline.sandbox.serving.protocol import Site
from pulsecity_pipeline.sandbox.world.build import World

#: Zones that careless software claims in place of the city's own.
_OTHER_ZONES = ("America/Los_Angeles", "Europe/London", "UTC", "America/New_York")


@dataclass(frozen=True)
class Published:
    """`listings` has the columns of LISTING, sorted by site, start and id; `truth` one row each, in the same order:
    source, feed, site_city_id, listing_key, happening_id, true_title, true_starts_local, true_venue_id, true_city_id,
    true_status, is_online, and what it tells of prices in words or numbers (told_…).
    """

    listings: pl.DataFrame
    truth: pl.DataFrame

    def of_site(self, site: Site) -> pl.DataFrame:
        """The LISTING rows of one site."""
        return self.listings.filter(
            pl.col("source") == site.source, pl.col("feed") == site.feed, pl.col("city_id") == site.city_id
        )


def publish_city(world: World, owned: Sequence[OwnedSite]) -> Published:
    """Everything the sites of a city say on the world's night."""
    if not owned:
        return Published(pl.DataFrame(schema=LISTING), pl.DataFrame(schema=_TRUTH))
    sites = [one.site for one in owned]
    stood = tell_listings(choose_listings(world, owned, draw_habits(sites, world.seed)), world, sites)
    placed = _join_places(stood, world, sites)
    true = placed.with_columns(
        true_title="title",
        true_starts_local="starts_local",
        true_venue_id="venue_id",
        true_city_id=pl.when("is_online").then(pl.lit(ONLINE))
        .when("is_in_city").then(pl.lit(world.city.city_id)).otherwise(pl.lit(ELSEWHERE)),
    )  # fmt: skip
    noisy = add_noise(true, sites)
    written = write_briefly(write_prices(write_places(write_titles(noisy, sites), sites)))
    listed = _identify(_omit(_clock(written, sites)))
    # "site" first: rows of one site lie together.
    ordered = listed.sort("site", "starts_local", "native_id", "listing_key")
    told = ordered.rename({name: f"told_{name}" for name in ("price_min", "price_max", "currency", "is_free")})
    return Published(_shape(ordered, sites), told.select(_TRUTH.names()).cast(_TRUTH))


_TRUTH = pl.Schema(
    {
        "source": pl.String(),
        "feed": pl.String(),
        "site_city_id": pl.String(),
        "listing_key": pl.UInt64(),
        "happening_id": pl.String(),
        "true_title": pl.String(),
        "true_starts_local": LOCAL_DATETIME,
        "true_venue_id": pl.String(),
        "true_city_id": pl.String(),
        "true_status": pl.String(),
        "is_online": pl.Boolean(),
        "told_price_min": MONEY,
        "told_price_max": MONEY,
        "told_currency": pl.String(),
        "told_is_free": pl.Boolean(),
    }
)


def _name_sites(sites: list[Site]) -> pl.DataFrame:
    rows = [(number, one.source, one.feed, one.city_id, one.host) for number, one in enumerate(sites)]
    return pl.DataFrame(rows, schema=["site", "source", "feed", "site_city_id", "site_host"], orient="row")


def _join_places(told: pl.DataFrame, world: World, sites: list[Site]) -> pl.DataFrame:
    """With the site's names, organizer, and of the told venue venue_label, house_name, room_name, street and so on."""
    venues = world.venues
    houses = venues.select(parent_venue_id="venue_id", house="name", house_nickname="nickname")
    where = venues.join(houses, on="parent_venue_id", how="left").select(
        "venue_id", "street", "town", "region", "postcode", "latitude", "longitude", "is_in_city",
        house_id=pl.coalesce("parent_venue_id", "venue_id"),
        house_name=pl.coalesce("house", "name"),
        room_name=pl.when(pl.col("parent_venue_id").is_not_null()).then("name"),
        nickname=pl.coalesce("house_nickname", "nickname"),
        venue_label=pl.coalesce("house", "name"),
    )  # fmt: skip
    owners = world.organisers.with_row_index("organiser").select("organiser", organizer="name")
    return (
        told.drop("venue_label", "capacity", strict=False)
        .join(where, on="venue_id", how="left", maintain_order="left")
        .join(owners, on="organiser", how="left", maintain_order="left")
        .join(_name_sites(sites), on="site", how="left", maintain_order="left")
        .with_columns(city_name=pl.lit(world.city.name), country=pl.lit(world.city.country))
    )


def _clock(frame: pl.DataFrame, sites: list[Site]) -> pl.DataFrame:
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


def _omit(frame: pl.DataFrame) -> pl.DataFrame:
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


def _identify(frame: pl.DataFrame) -> pl.DataFrame:
    """native_id, venue_native_id, organizer_native_id, performer_native_ids, series_native_id in the source's shapes.

    At sites of unstable ids a listing's id changes with its state.
    """
    changing = derive_keys(frame["listing_key"].to_numpy(), frame["revision"].fill_null(0).cast(pl.Int64).to_numpy())
    keys = np.where(frame["has_unstable_ids"].to_numpy(), changing, frame["listing_key"].to_numpy())
    parts = []
    for (source,), part in frame.with_columns(id_key=pl.Series(keys)).group_by("source", maintain_order=True):
        dialect = DIALECTS[str(source)]
        native: Mapping[str, object] = getattr(dialect, "NATIVE_IDS", {})
        ids = part.with_columns(native_id=dialect.mint_native_id(part["id_key"].to_numpy()))
        ids = ids.with_columns(
            venue_native_id=_native(part["house_id"], native.get("venue"), str(source)),
            organizer_native_id=_native(part["organizer"], native.get("organizer"), str(source)),
            performer_native_ids=_native_lists(part["performer_ids"], native.get("performer"), str(source)),
            series_native_id=_native(part["series_id"] + "/" + part["feed"], dialect.mint_native_id, str(source)),
        )
        parts.append(ids)
    return pl.concat(parts)


def _native(names: pl.Series, mint: object, source: str) -> pl.Series:
    """The source's id of each name of the truth; null where there is none, or the source has no such ids."""
    if not callable(mint) or names.null_count() == len(names):
        return pl.Series([None] * len(names), dtype=pl.String())
    known = names.drop_nulls().unique().sort()
    keys = np.array([key_of(source, name) for name in known], dtype=np.uint64)
    return names.replace_strict(known, mint(keys), default=None, return_dtype=pl.String())


def _native_lists(names: pl.Series, mint: object, source: str) -> pl.Series:
    """The same of lists of names; empty where the source has no such ids."""
    known = names.explode().drop_nulls().unique().sort()
    if not callable(mint) or known.is_empty():
        return pl.repeat([], len(names), dtype=pl.List(pl.String()), eager=True)
    native = _native(known, mint, source)
    return names.list.eval(pl.element().replace_strict(known, native, return_dtype=pl.String()))


def _shape(frame: pl.DataFrame, sites: list[Site]) -> pl.DataFrame:
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

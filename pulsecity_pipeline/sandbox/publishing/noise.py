"""Rows that are no happenings: parking, upgrades, gift cards, adverts, courses, closings, placeholders, recaps."""

from typing import Final

import numpy as np
import polars as pl

from pulsecity_pipeline.sandbox.chance import derive_keys, draw_choice, draw_share
from pulsecity_pipeline.sandbox.publishing.habits import habits_of
from pulsecity_pipeline.sandbox.serving.protocol import Site
from pulsecity_pipeline.sandbox.world.naming import fill_by_language

_TITLES: Final = {
    "parking": ("Parking: {title}", "{venue} Parking - {title}", "PARKING PASSES ONLY {title}", "{title} Parking"),
    "upsell": (
        "VIP Package: {title}", "{title} - VIP Lounge Access", "Fast Lane: {title}", "{title} Meet & Greet Upgrade",
        "Premium Suite - {title}", "{title} (Hotel Package)",
    ),
    "gift_card": ("{venue} Gift Card", "Gift Cards - {venue}"),
    "advert": (
        "Free Webinar: How to Invest in {subject}", "Earn More with {subject}: {n}-Day Masterclass",
        "Sell Your House Fast", "{coin} Grand Reopening Sale", "Vendors Wanted: {coin} Fair", "Sponsor {coin} Days",
    ),
    "course_ad": (
        "{subject} Certification Training", "{lang} Bootcamp: {n}-Day Classroom Training",
        "{craft} Diploma Course (Online)", "Certified {subject} Professional Training",
    ),
    "closed_notice": (
        "Closed", "Library Closed – {coin} Day", "Closed for {coin} Day", "No School – {coin} Day", "Offices Closed",
    ),
    "placeholder": ("TBA", "Hold", "Private Event", "Untitled Event", "Busy", "Reserved"),
    "test": ("Test Event", "test", "TEST - please ignore"),
    "recap": ("Recap: {title}", "Photos from {title}", "Last night: {title}"),
}  # fmt: skip
#: Stand beside a happening, and keep its place and time.
_BESIDE: Final = frozenset({"parking", "upsell", "recap"})
#: What the taxonomy of listing classes calls them where it has no word of its own.
_CLASSES: Final = {"recap": "advert"}
_WHOLE_DAYS: Final = frozenset({"closed_notice"})


def add_noise(told: pl.DataFrame, sites: list[Site]) -> pl.DataFrame:
    """`told` with listing_class, and the sites' noise: rows made of listings of the same site, without happening_id."""
    events = told.with_columns(listing_class=pl.lit("event"))
    number = told["site"].to_numpy()
    parts = [events]
    for name in _TITLES:
        rates = np.array([habits_of(site).noise.get(name, 0.0) / 100 for site in sites])
        is_base = draw_share(told["listing_key"].to_numpy(), f"noise {name}") < rates[number]
        base = told.filter(pl.Series(is_base))
        if not base.is_empty():
            parts.append(_turn_into(base, name))
    return pl.concat(parts, how="diagonal_relaxed")


def _turn_into(base: pl.DataFrame, name: str) -> pl.DataFrame:
    keys = derive_keys(base["listing_key"].to_numpy(), "noise", name)
    given = {"title": base["title"], "venue": base["venue_label"].fill_null("Online")}
    languages = base["language"] if name in _BESIDE else pl.repeat("en", base.height, eager=True)
    titles = fill_by_language(draw_choice(keys, "title", _TITLES[name]), keys, languages, given)
    is_long = name in _WHOLE_DAYS
    midnight = pl.col("starts_local").dt.truncate("1d")
    return base.with_columns(
        listing_key=pl.Series(keys),
        voice_key=pl.Series(keys),
        happening_id=pl.lit(None, dtype=pl.String()),
        series_id=pl.lit(None, dtype=pl.String()),
        listing_class=pl.lit(_CLASSES.get(name, name)),
        title=titles,
        description=pl.col("description") if name in _BESIDE else pl.lit(None, dtype=pl.String()),
        performers=pl.lit([], dtype=pl.List(pl.String())),
        performer_ids=pl.lit([], dtype=pl.List(pl.String())),
        status=pl.lit("scheduled"),
        true_status=pl.lit("scheduled"),
        is_told_in_title=pl.lit(True),
        starts_local=midnight if is_long else pl.col("starts_local"),
        ends_local=midnight + pl.duration(days=1) if is_long else pl.col("ends_local"),
        all_day=pl.lit(is_long) | pl.col("all_day"),
    )

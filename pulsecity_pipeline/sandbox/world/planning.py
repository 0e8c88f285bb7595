"""The plan of a city: everything that will take place around a night, with all that will become of it."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple

import numpy as np
import polars as pl

from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.sandbox.chance import derive_keys, draw_index, draw_normal, draw_weighted, write_hex
from pulsecity_pipeline.sandbox.world.casting import add_bill, add_venues
from pulsecity_pipeline.sandbox.world.changes import add_changes
from pulsecity_pipeline.sandbox.world.clocks import add_clocks
from pulsecity_pipeline.sandbox.world.money import add_prices
from pulsecity_pipeline.sandbox.world.slots import draw_slots
from pulsecity_pipeline.sandbox.world.vocabulary import Kind, load_kinds
from pulsecity_pipeline.sandbox.world.wording import add_descriptions, add_patterns, add_titles

_PART_HOURS: Final = (12, 13, 14, 15, 16, 17, 18, 19, 20, 21)
_MOST_PARTS = 12


class Cast(NamedTuple):
    """Whom and what a city's plan is made of."""

    city: City
    organisers: pl.DataFrame
    venues: pl.DataFrame
    artists: pl.DataFrame


def plan_city(cast: Cast, *, night: date, kinds: Collection[str] | None = None) -> pl.DataFrame:
    """The columns of HAPPENING as announced at first, and those of `add_changes`; sorted by start and id.

    Nothing here hangs on the night but which days are covered: what nobody has heard of yet is left out.
    """
    city = cast.city
    slots = draw_slots(cast.organisers, night)
    heard = pl.col("announced_local") < datetime.combine(night, time()) + timedelta(days=1)
    parts: list[pl.DataFrame] = []
    for name, kind in load_kinds().items():
        if kinds is not None and name not in kinds:
            continue
        found = slots.filter(pl.col("kind") == name).sort("key")
        timed = add_clocks(found, kind, is_run=name == "play").filter(heard)
        placed = add_venues(timed, kind, cast.organisers, cast.venues).with_columns(
            festival_key=pl.lit(None, dtype=pl.UInt64)
        )
        parts.append(_furnish(placed, name, kind.price, cast))
        if name == "festival":
            parts.append(_furnish(_split_festivals(placed), "gig", "unknown", cast))
    worded = add_titles(add_descriptions(pl.concat(parts, how="diagonal")), city.name)
    return _identify(add_changes(_time(worded, city)), city).sort("starts_local", "happening_id")


def _split_festivals(festivals: pl.DataFrame) -> pl.DataFrame:
    """Four to twelve parts of each festival, at its place, on its days."""
    keys = festivals["key"].to_numpy()
    count = 4 + draw_index(keys, "parts", _MOST_PARTS - 3)
    parts = festivals.with_columns(part=pl.int_ranges(0, pl.Series(count)), festival_key="key").explode("part")
    own = derive_keys(parts["key"].to_numpy(), "part", parts["part"].to_numpy())
    day = draw_index(own, "day", parts["days"].clip(1).to_numpy())
    hour = np.array(_PART_HOURS)[draw_index(own, "hour", len(_PART_HOURS))]
    starts = pl.col("starts_local") + pl.duration(days=pl.lit(pl.Series(day)), hours=pl.lit(pl.Series(hour)))
    return parts.with_columns(
        key=own,
        subject_key=own,
        starts_local=starts,
        ends_local=starts + pl.duration(minutes=60),
        all_day=False,
        kind=pl.lit("gig"),
    ).drop("part")


def _furnish(placed: pl.DataFrame, name: str, price: str, cast: Cast) -> pl.DataFrame:
    """Rows of one kind with language, bill, price, category, title pattern and who comes; none at a closed venue."""
    kind = load_kinds()[name]
    owners = cast.organisers.with_row_index("organiser").select("organiser", "organiser_id", "language")
    where = cast.venues.select("venue_id", "capacity", "opened_on", "closed_on", venue_label="name")
    on = pl.col("starts_local").dt.date()
    is_open = on.ge(pl.col("opened_on")).fill_null(value=True) & on.lt(pl.col("closed_on")).fill_null(value=True)
    frame = (
        placed.join(owners, on="organiser", how="left", maintain_order="left")
        .join(where, on="venue_id", how="left", maintain_order="left")
        .filter(is_open)
        .drop("opened_on", "closed_on")
    )
    frame = add_bill(frame, name, cast.artists, frame["capacity"])
    frame = add_prices(frame, price, cast.city.currency)
    return _fill_house(add_patterns(_categorise(frame, kind), kind), kind)


def _categorise(frame: pl.DataFrame, kind: Kind) -> pl.DataFrame:
    subject = frame["subject_key"].to_numpy()
    drawn = pl.Series(list(kind.subs)).gather(draw_weighted(subject, "sub", np.array(list(kind.subs.values()))))
    sub = pl.coalesce("genre", drawn) if kind.by_genre else drawn
    return frame.with_columns(category=pl.lit(kind.category), subcategory=sub)


def _fill_house(frame: pl.DataFrame, kind: Kind) -> pl.DataFrame:
    """capacity (online 300) and attendance: log-normal around the kind's crowd, or its share of the house, never more
    than fit.
    """
    keys = frame["key"].to_numpy()
    capacity = frame["capacity"].fill_null(300).to_numpy().astype(float)
    usual = kind.fill * capacity if kind.crowd is None else np.minimum(kind.crowd, kind.fill * capacity)
    came = np.minimum(capacity, np.maximum(1, usual * np.exp(0.5 * draw_normal(keys, "fill"))))
    return frame.with_columns(
        attendance=pl.Series(np.round(came)).cast(pl.Int32), capacity=pl.Series(capacity).cast(pl.Int32)
    )


def _time(plan: pl.DataFrame, city: City) -> pl.DataFrame:
    """starts_at, ends_at, announced_at in UTC."""
    return plan.with_columns(
        pl.col(f"{name}_local")
        .dt.replace_time_zone(city.timezone, ambiguous="earliest", non_existent="null")
        .dt.convert_time_zone("UTC")
        .alias(f"{name}_at")
        for name in ("starts", "ends", "announced")
    ).with_columns(timezone=pl.lit(city.timezone))


def _identify(plan: pl.DataFrame, city: City) -> pl.DataFrame:
    """happening_id, series_id, festival_id: names of the truth, that no source ever states."""
    return plan.with_columns(
        happening_id="h" + write_hex(plan["key"].to_numpy(), 16),
        series_id=_name_keys("s", plan["series_key"]),
        festival_id=_name_keys("h", plan["festival_key"]),
        original_local="starts_local",
        city_id=pl.lit(city.city_id),
    )


def _name_keys(prefix: str, keys: pl.Series) -> pl.Series:
    names = prefix + write_hex(keys.fill_null(0).to_numpy(), 16)
    return pl.select(pl.when(keys.is_not_null()).then(names)).to_series()

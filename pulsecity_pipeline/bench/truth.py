"""The truth bench: the sandbox's world run for some nights, and what came of it compared with what is true."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import polars as pl

from pulsecity_pipeline.bench.feeds import run_measured
from pulsecity_pipeline.bench.truth_scoring import SCORE, score_fields, score_slices, score_state
from pulsecity_pipeline.config.cities import SHARED, load_cities
from pulsecity_pipeline.contracts import Event, EventListing, Listing, SourceHealth
from pulsecity_pipeline.sandbox.night import DEFAULT_SANDBOX_CITIES, SandboxNight
from pulsecity_pipeline.sandbox.truth import expect_listings
from pulsecity_pipeline.settings import Settings
from pulsecity_pipeline.store.lake import Lake

_KEY: Final = ("pull_city_id", "source", "feed", "source_event_id")
#: Days of a series before it are not expanded.
_BACK: Final = timedelta(days=30)


@dataclass(frozen=True)
class TruthFigures:
    """`scores` has the columns of SCORE; `run_seconds` one a night."""

    scores: pl.DataFrame
    run_seconds: list[float]


def bench_truth(
    last: date, nights: int, settings: Settings, city_ids: Sequence[str] = DEFAULT_SANDBOX_CITIES
) -> TruthFigures:
    """Run the nights up to `last` in a fresh data folder and score the last: fields, resolution by slices, state,
    accounting. Seed and scale are those of `settings`.
    """
    chosen = [part for city_id in (SHARED, *city_ids) for part in ("--city", city_id)]
    with tempfile.TemporaryDirectory() as data_dir:
        seconds = []
        for number in reversed(range(nights)):
            night = last - timedelta(days=number)
            arguments = ["run", "--from", "sandbox", *chosen, "--as-of", night.isoformat()]
            seconds.append(run_measured(arguments, Path(data_dir))[0])
        lake = Lake(Settings(data_dir=Path(data_dir)).lake_dir)
        fiction = SandboxNight(load_cities(), seed=settings.seed, night=last, scale=settings.sandbox_scale)
        return TruthFigures(score_lake(lake, fiction, city_ids), seconds)


def score_lake(lake: Lake, fiction: SandboxNight, city_ids: Sequence[str]) -> pl.DataFrame:
    """SCORE rows of what a lake holds of the fiction's night."""
    expected = pl.concat([expect_listings(fiction, city_id) for city_id in (SHARED, *city_ids)])
    broken = expected.filter("is_broken").select("source", "feed").unique()
    expected = expected.filter(~pl.col("is_broken"), pl.col("source_event_id").is_not_null())
    expected = expected.unique(_KEY, maintain_order=True)
    listings = lake.scan(Listing).collect().join(broken, on=["source", "feed"], how="anti")
    joined = expected.join(listings, on=_KEY, how="inner", suffix="_found", maintain_order="left")
    joined = joined.rename({name: f"{name}_found" for name in _ONLY_FOUND})
    happenings = pl.concat([fiction.world(city_id).happenings() for city_id in city_ids])
    links = lake.scan(EventListing).select("listing_id", "event_id").collect()
    linked = joined.filter(pl.col("happening_id").is_not_null()).join(links, on="listing_id")
    parts = [
        _score_found(expected, listings, fiction.night),
        score_fields(joined),
        score_slices(linked.select("listing_id", "event_id", "happening_id"), _slices(fiction, happenings, city_ids)),
        *_score_events(lake, linked),
        _score_outages(joined, fiction, city_ids),
        _score_accounting(lake, fiction.night),
    ]
    return pl.concat(parts)


_ONLY_FOUND: Final = ("starts_on", "time_precision", "city_id", "price_all_in")
#: Outages in which a site shows less than it has.
_HIDING: Final = frozenset({"503", "500", "halved", "html", "reset", "no_listings"})


def _score_found(expected: pl.DataFrame, listings: pl.DataFrame, night: date) -> pl.DataFrame:
    """Of the listings there are, those that the sites state; of the events that the sites state, those that are there.

    What is no event may be refused. Of a series what lies too far back is not expanded.
    """
    tonight = listings.filter(pl.col("gone_at").is_null())
    is_near = pl.col("starts_local").is_null() | (pl.col("starts_local").dt.date() >= night - _BACK)
    events = expected.filter(pl.col("listing_class") == "event", is_near)
    sound = tonight.join(expected, on=_KEY, how="semi").height / max(1, tonight.height)
    there = events.join(tonight, on=_KEY, how="semi").height / max(1, events.height)
    f1 = 2 * sound * there / (sound + there) if sound + there else None
    return pl.DataFrame([("listing", "stated and found", events.height, sound, there, f1)], schema=SCORE, orient="row")


def _slices(fiction: SandboxNight, happenings: pl.DataFrame, city_ids: Sequence[str]) -> pl.DataFrame:
    """slice, happening_id of what is hard to resolve."""
    worlds = [fiction.world(city_id) for city_id in city_ids]
    rooms = pl.concat([world.venues for world in worlds]).filter(pl.col("parent_venue_id").is_not_null())
    changed = pl.concat([world.history() for world in worlds])
    tributes = worlds[0].artists.filter(pl.col("tribute_to").is_not_null())["artist_id"].implode()
    same_day = pl.len().over("title", "venue_id", pl.col("starts_local").dt.date()) > 1
    named = {
        "weekly series": pl.col("series_id").is_not_null(),
        "residencies": pl.col("kind") == "residency",
        "matinee and evening": same_day & (pl.col("kind") == "play"),
        "rooms of a venue": pl.col("venue_id").is_in(rooms["venue_id"].implode()),
        "tribute bands": pl.col("performer_ids").list.set_intersection(tributes).list.len() > 0,
        "festivals and parts": pl.col("festival_id").is_not_null() | (pl.col("kind") == "festival"),
        "retitled": _had(changed, "retitled"),
        "rescheduled": _had(changed, "rescheduled"),
    }
    return pl.concat(
        [happenings.filter(is_so).select("happening_id", slice=pl.lit(name)) for name, is_so in named.items()]
    )


def _had(changed: pl.DataFrame, op: str) -> pl.Expr:
    return pl.col("happening_id").is_in(changed.filter(pl.col("op") == op)["happening_id"].implode())


def _score_events(lake: Lake, linked: pl.DataFrame) -> list[pl.DataFrame]:
    """Events of one happening (the one most of their listings stand for) against its true state."""
    true = (
        linked.group_by("event_id", "happening_id")
        .agg(pl.len(), pl.col("true_status").first())
        .sort("event_id", "len", "happening_id", descending=[False, True, False])
    )
    status = pl.col("status").replace("past", "scheduled")
    events = lake.scan(Event).select("event_id", "gone_at", status=status).collect()
    known = events.join(true.unique("event_id", keep="first", maintain_order=True), on="event_id")
    present = known.filter(pl.col("gone_at").is_null())
    return [score_state(present, state) for state in ("scheduled", "cancelled", "postponed", "rescheduled")]


def _score_outages(joined: pl.DataFrame, fiction: SandboxNight, city_ids: Sequence[str]) -> pl.DataFrame:
    """Of what sites still list that are down or halved tonight, as far as it was known, the share that is not gone."""
    faults = [fault for fault in fiction.outages([SHARED, *city_ids]).faults if fault.kind in _HIDING]
    hidden = pl.DataFrame(
        [(fault.city_id, fault.source, fault.feed) for fault in faults],
        schema={name: pl.String() for name in _KEY[:3]},
        orient="row",
    )
    known = joined.join(hidden, on=list(_KEY[:3]), how="semi")
    kept = known["gone_at"].null_count() / known.height if known.height else None
    return pl.DataFrame([("state", "kept through outages", known.height, None, kept, None)], schema=SCORE, orient="row")


def _score_accounting(lake: Lake, night: date) -> pl.DataFrame:
    """Records of the night that became a listing, a reject or a repeat; 1 is all of them."""
    health = lake.scan(SourceHealth).filter(pl.col("night") == night).collect()
    records, expansions = int(health["records"].sum()), int(health["expansions"].sum())
    kept = sum(int(health[name].sum()) for name in ("listings", "rejects", "repeats"))
    share = kept / (records + expansions) if records + expansions else None
    return pl.DataFrame([("accounting", "records kept", records, share, share, share)], schema=SCORE, orient="row")

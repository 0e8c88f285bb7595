"""Small worlds that change from night to night, for what must hold of any sequence of nights."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
from hypothesis import strategies as st

from pulsecity_pipeline.config.matching import Matching, load_matching
from pulsecity_pipeline.entities.previous import Previous
from pulsecity_pipeline.entities.resolution import Resolution
from pulsecity_pipeline_tests.entities.frames import AT, START, as_previous, background, frame, listing, resolve

FRAMES = ("events", "venues", "event_listings", "match_evidence", "past_events", "ledger")
_TITLES = ("Story Time", "Quartetto Ondina", "Quartetto Ondina live", "Ondina", "Ondina a Trastevere", "JV Soccer")
_PLACES: tuple[dict[str, Any], ...] = (
    {},
    {"venue_name": "Teatro Centrale", "address": "12 Via Roma, Roma"},
    {"venue_name": "The Teatro Centrale"},
    {"venue_name": "Trastevere", "latitude": 41.88, "longitude": 12.47},
    {"venue_name": "North Library", "address": "7 Via Appia, Roma"},
)
_KINDS = ("retitle", "move", "elsewhere", "link", "source", "repeat", "gone", "back", "lost", "new", "new")


@dataclass(frozen=True)
class Change:
    """One thing that happens to one listing of the world on one night; `pick` chooses which, and what it becomes."""

    kind: str
    pick: int


@dataclass(frozen=True)
class Night:
    """A night played: what was listed and known, and what was made of it."""

    listings: pl.DataFrame
    previous: Previous
    made: Resolution
    given: dict[str, Any]


changes = st.builds(Change, st.sampled_from(_KINDS), st.integers(0, 10_000))
#: Two to four nights of changes; the first makes the world.
sequences = st.lists(st.lists(changes, min_size=1, max_size=7), min_size=2, max_size=4)


def crowd_matching() -> Matching:
    """Matching in which even a small world has crowded blocks and shared pages."""
    events = load_matching().events
    blocking = events.blocking.model_copy(update={"same_start_limit": 5, "same_day_limit": 4})
    url = events.url.model_copy(update={"shared_titles": 1})
    tight = events.model_copy(update={"blocking": blocking, "url": url})
    return load_matching().model_copy(update={"events": tight})


def play(nights: list[list[Change]], matching: Matching) -> Iterator[Night]:
    """Every night resolved with what the night before it made."""
    rows: list[dict[str, Any]] = []
    previous = Previous.nothing()
    for number, happened in enumerate([[Change("new", n * 37) for n in range(6)], *nights]):
        at = AT + timedelta(days=number)
        for change in happened:
            rows = _apply(rows, change, at)
        listings = frame(*background(), *(row | {"last_seen_at": row["gone_at"] or at} for row in rows))
        given = {"night": date(2027, 3, 1) + timedelta(days=number), "at": at, "matching": matching}
        made = resolve(listings, previous, **given)
        yield Night(listings, previous, made, given)
        previous = as_previous(made, previous)


def bring_back(night: Night) -> Night:
    """The same night, had nothing been gone."""
    listings = night.listings.with_columns(gone_at=pl.lit(None, pl.Datetime("us", "UTC")))
    return replace(night, listings=listings, made=resolve(listings, night.previous, **night.given))


def _apply(rows: list[dict[str, Any]], change: Change, at: datetime) -> list[dict[str, Any]]:
    pick = change.pick
    if change.kind == "new" or not rows:
        return [*rows, _draw(len(rows), pick, at)]
    at_index = pick % len(rows)
    row, rest = rows[at_index], [*rows[:at_index], *rows[at_index + 1 :]]
    number = f"{at:%d}-{len(rows)}-{pick}"
    if change.kind in ("source", "repeat"):
        feed = "abcd"[pick // 7 % 4] if change.kind == "source" else row["feed"]
        other = listing(row["title"], feed, number, row["starts_at"], first_seen_at=at, gone_at=None)
        return [
            *rows,
            {**row, **{key: other[key] for key in ("listing_id", "feed", "source_event_id")}, "first_seen_at": at},
        ]
    if change.kind == "lost":
        return rest
    return [*rest, row | {"changed_at": at} | _alter(change.kind, pick, at)]


def _alter(kind: str, pick: int, at: datetime) -> dict[str, Any]:
    if kind == "retitle":
        return {"title": _TITLES[pick // 5 % len(_TITLES)]}
    if kind == "move":
        return _start(pick // 5)
    if kind == "elsewhere":
        nowhere: dict[str, Any] = {"venue_name": None, "address": None, "latitude": None, "longitude": None}
        return nowhere | _PLACES[pick // 5 % len(_PLACES)]
    if kind == "link":
        return {"url": (None, "https://x.example/a", "https://x.example/b")[pick // 5 % 3]}
    return {"gone_at": at if kind == "gone" else None}


def _draw(count: int, pick: int, at: datetime) -> dict[str, Any]:
    stated = _PLACES[pick // 3 % len(_PLACES)] | {"gone_at": None, "first_seen_at": at, "changed_at": at}
    return listing(_TITLES[pick % len(_TITLES)], "abcd"[pick // 11 % 4], f"{at:%d}-{count}-{pick}", **stated) | _start(
        pick
    )


def _start(pick: int) -> dict[str, Any]:
    """One of a few starts close to another, or whole days that overlap."""
    if pick % 5 == 4:
        first = datetime(2027, 3, 24 + pick // 5 % 3, tzinfo=UTC)
        return {
            "starts_on": first.date(),
            "starts_at": first,
            "starts_local": first.replace(tzinfo=None),
            "all_day": True,
            "time_precision": "day",
            "ends_on": date(2027, 3, 27),
        }
    starts = START + timedelta(minutes=30 * (pick % 3), days=pick // 5 % 2)
    return {
        "starts_on": starts.date(),
        "starts_at": starts,
        "starts_local": starts.replace(tzinfo=None),
        "all_day": False,
        "time_precision": "minute",
        "ends_on": None,
    }

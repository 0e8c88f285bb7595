"""What holds of the resolution of any calendar: order of rows, constraints, and a second night."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from pulsecity_pipeline_tests.entities.frames import (
    START,
    as_previous,
    frame,
    listing,
    resolve,
)

LATER: dict[str, Any] = {"night": date(2027, 3, 2), "at": datetime(2027, 3, 2, tzinfo=UTC)}


@st.composite
def calendars(draw: st.DrawFn) -> pl.DataFrame:
    titles = ["Story Time", "Quartetto Ondina", "Quartetto Ondina live", "JV Soccer", "Varsity Soccer", "Ondina"]
    venues = [None, "Teatro Centrale", "The Teatro Centrale", "North Library", "South Library"]
    cell = st.tuples(
        st.sampled_from(titles), st.sampled_from("abcd"), st.integers(0, 2), st.sampled_from(venues), st.booleans()
    )
    rows = draw(st.lists(cell, min_size=1, max_size=14))
    return frame(
        *(
            listing(
                title,
                feed,
                number,
                START + timedelta(minutes=30 * step),
                venue_name=venue,
                url="https://x.example/a" if linked else None,
            )
            for number, (title, feed, step, venue, linked) in enumerate(rows)
        )
    )


@settings(max_examples=20, deadline=None)
@given(calendars(), st.randoms(use_true_random=False))
def test_rows_in_any_order_give_the_same_tables(listings: pl.DataFrame, random: Random) -> None:
    order = list(range(listings.height))
    random.shuffle(order)
    one, other = resolve(listings), resolve(listings[order])
    for name in ("events", "venues", "event_listings", "match_evidence", "past_events", "ledger"):
        assert getattr(one, name).equals(getattr(other, name)), name


@settings(max_examples=20, deadline=None)
@given(calendars())
def test_no_event_holds_what_one_feed_tells_apart_and_every_listing_has_one_event(listings: pl.DataFrame) -> None:
    links = resolve(listings).event_listings
    assert links["listing_id"].sort().to_list() == listings["listing_id"].sort().to_list()
    told = links.join(listings, on="listing_id").with_columns(venue=pl.col("venue_name").str.replace("^The ", ""))
    apart = told.group_by("event_id", "feed").agg(
        pl.col("starts_at").n_unique(), pl.col("venue").n_unique(), pl.col("title").n_unique()
    )
    assert apart.select(pl.max_horizontal("starts_at", "venue", "title").max()).item() == 1


@settings(max_examples=12, deadline=None)
@given(calendars())
def test_a_second_night_mints_and_merges_nothing(listings: pl.DataFrame) -> None:
    first = resolve(listings)
    second = resolve(listings, as_previous(first), **LATER)
    assert second.ledger.is_empty()
    assert second.events.equals(first.events)
    assert second.event_listings.equals(first.event_listings)
    assert second.venues.equals(first.venues)

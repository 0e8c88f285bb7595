"""Ids for life: what an event and a venue live through, and where they go when nothing of them is left."""

from datetime import datetime, timedelta
from typing import Any

import polars as pl

from pulsecity_pipeline.contracts import PastEvent
from pulsecity_pipeline.entities.previous import Previous
from pulsecity_pipeline.entities.resolution import Resolution
from pulsecity_pipeline_tests.entities.frames import AT, START, as_previous, background, frame, listing, resolve

HALL: dict[str, Any] = {"venue_name": "Teatro Centrale", "address": "12 Via Roma, Roma"}


class City:
    """A city that is resolved night after night."""

    def __init__(self) -> None:
        self.previous = Previous.nothing()
        self.night = 0

    @property
    def at(self) -> datetime:
        return AT + timedelta(days=self.night)

    def resolve(self, *rows: dict[str, Any]) -> Resolution:
        self.night += 1
        made = resolve(frame(*rows, *background()), self.previous, night=self.at.date(), at=self.at)
        self.previous = as_previous(made, self.previous)
        return made


def id_of(made: Resolution, row: dict[str, Any]) -> str:
    return str(made.event_listings.filter(pl.col("listing_id") == row["listing_id"])["event_id"].item())


def starting(starts: datetime) -> dict[str, Any]:
    return {"starts_on": starts.date(), "starts_at": starts, "starts_local": starts.replace(tzinfo=None)}


def test_an_event_keeps_its_id_through_its_life() -> None:
    """Retitled, moved, listed elsewhere, without its first listing, gone for a night and back."""
    city = City()
    founder = listing("Quartetto Ondina", "hall", **HALL)
    event_id = id_of(city.resolve(founder), founder)
    founder |= {"title": "Ensemble Ondina plays Xenakis"}
    assert id_of(city.resolve(founder), founder) == event_id
    founder |= starting(START + timedelta(days=6))
    assert id_of(city.resolve(founder), founder) == event_id
    heir = listing("Ensemble Ondina plays Xenakis", "paper", starts=START + timedelta(days=6), **HALL)
    assert id_of(city.resolve(founder, heir), heir) == event_id
    assert id_of(city.resolve(heir), heir) == event_id
    gone = city.resolve(heir | {"gone_at": city.at + timedelta(days=1)})
    assert id_of(gone, heir) == event_id
    back = city.resolve(heir)
    assert id_of(back, heir) == event_id
    assert back.ledger.is_empty()


def test_gone_at_is_the_night_since_which_no_listing_is_there() -> None:
    city = City()
    pair = [listing("Quartetto Ondina", feed, **HALL) for feed in ("hall", "paper")]
    first, second = AT + timedelta(days=1), AT + timedelta(days=2)
    city.resolve(*pair)
    one = city.resolve(pair[0] | {"gone_at": first}, pair[1])
    found = one.events.filter(pl.col("listing_count") == 2)
    assert found["gone_at"].to_list() == [None]
    both = city.resolve(pair[0] | {"gone_at": first}, pair[1] | {"gone_at": second})
    now = both.events.filter(pl.col("listing_count") == 2)
    assert now["gone_at"].to_list() == [second]
    assert now["content_hash"].to_list() == found["content_hash"].to_list()


def test_an_event_without_listings_leaves_for_the_past_and_comes_back_with_its_id() -> None:
    city = City()
    row = listing("Quartetto Ondina", "hall", **HALL)
    first = city.resolve(row)
    without = city.resolve()
    event_id = id_of(first, row)
    assert event_id not in without.events["event_id"]
    assert without.past_events.schema == PastEvent.polars_schema()
    assert without.past_events.select("event_id", "night", "title").rows() == [
        (event_id, city.at.date(), "Quartetto Ondina")
    ]
    assert without.ledger.select("entity", "op", "from_ids", "to_ids", "reason").rows() == [
        ("event", "archive", [event_id], [], "none of its listings is kept any longer")
    ]
    back = city.resolve(row)
    assert id_of(back, row) == event_id
    assert back.past_events.is_empty()
    assert back.ledger["op"].to_list() == ["mint"]


def test_a_merged_event_redirects_and_is_not_archived() -> None:
    city = City()
    pair = [listing(title, feed, **HALL) for title, feed in (("Ondina", "hall"), ("Totally else", "paper"))]
    city.resolve(*pair)
    merged = city.resolve(pair[0], pair[1] | {"title": "Ondina"})
    assert merged.ledger["op"].to_list() == ["merge", "redirect"]
    assert merged.past_events.is_empty()


def test_a_listing_that_returns_never_founds_an_id_that_lives_on_or_redirects() -> None:
    """It was the first of an event that goes on without it, or of one that was merged into another."""
    city = City()
    pair = [
        listing("Ondina", feed, first_seen_at=AT - timedelta(days=age), **HALL)
        for age, feed in ((1, "paper"), (9, "hall"))
    ]
    together = city.resolve(*pair)
    event_id = id_of(together, pair[0])
    city.resolve(pair[0])
    stranger = pair[1] | starting(START + timedelta(days=9))
    apart = city.resolve(pair[0], stranger)
    assert id_of(apart, pair[0]) == event_id
    assert id_of(apart, stranger) != event_id
    city.resolve(*pair)
    assert city.previous.redirects["from_ids"].explode().to_list() == [event_id]
    city.resolve()
    assert event_id not in city.resolve(stranger).events["event_id"]


def test_a_venue_that_nobody_names_waits_with_its_id() -> None:
    city = City()
    row = listing("Quartetto Ondina", "hall", **HALL)
    named = city.resolve(row).venues.filter(pl.col("name") == "Teatro Centrale")
    waiting = city.resolve().venues.filter(pl.col("name") == "Teatro Centrale")
    assert waiting.drop("listing_count").equals(named.drop("listing_count"))
    assert waiting["listing_count"].to_list() == [0]
    other = listing("Bell choir", "paper", venue_name="The Teatro Centrale")
    again = city.resolve(other).venues.filter(pl.col("name") == "The Teatro Centrale")
    assert again.select("venue_id", "listing_count").row(0) == (named["venue_id"].item(), 1)


def test_a_venue_of_the_same_first_listing_and_name_elsewhere_is_another() -> None:
    """The hall moves house, twice: neither address takes the id of one that waits."""
    city = City()
    row = listing("Quartetto Ondina", "hall", **HALL)
    homes = [row | {"address": address} for address in ("12 Via Roma, Roma", "7 Via Appia, Roma", "99 Corso, Roma")]
    ids = []
    for home in homes:
        venues = city.resolve(home).venues.filter(pl.col("name") == "Teatro Centrale")
        ids.append(venues.filter(pl.col("listing_count") > 0)["venue_id"].item())
        assert venues.height == len(ids) == len(set(ids))
    assert city.resolve(homes[0]).events.filter(pl.col("title") == row["title"])["venue_id"].item() == ids[0]

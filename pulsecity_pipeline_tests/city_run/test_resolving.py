"""What a city's resolution goes on from: its own last night, and what its new listings left in other cities."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from pulsecity_pipeline.city_run.resolving import load_previous
from pulsecity_pipeline.contracts import Event, EventListing, LedgerEntry, Listing, MatchEvidence, Table, Venue
from pulsecity_pipeline.entities.previous import Previous
from pulsecity_pipeline.identity import hash_id
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline_tests.store.rows import DAVIS, NIGHT_1, NIGHT_2, NIGHT_3, ROMA, an_id, publish, rows

L1, L2 = an_id("lst", 1), an_id("lst", 2)
FOUNDED = hash_id("evt", DAVIS, L1)
RESOLVED: tuple[type[Table], ...] = (Event, Venue, EventListing, MatchEvidence, LedgerEntry)


def put(lake: Lake, city_id: str, night: date, links: list[tuple[str, str]], *ledger: dict[str, Any]) -> None:
    """A published night of a city with these links and ledger."""
    named: dict[str, Any] = {"city_id": city_id}
    linked = [named | {"event_id": event_id, "listing_id": listing_id} for event_id, listing_id in links]
    frames: dict[type[Table], list[dict[str, Any]]] = {
        Event: [named | {"event_id": event_id} for event_id in dict.fromkeys(pair[0] for pair in links)],
        Venue: [named],
        EventListing: linked,
        MatchEvidence: [named],
        LedgerEntry: [named | {"night": night, "seq": seq + 1} | entry for seq, entry in enumerate(ledger)],
    }
    for table, records in frames.items():
        frame = rows(table, *records) if records else table.empty()
        lake.replace(table, frame, partition=city_id, night=night if table.history else None)
    publish(lake, city_id, night, *RESOLVED)


def load(lake: Lake, *listing_ids: str, first_seen: date = NIGHT_1) -> Previous:
    seen = datetime.combine(first_seen, datetime.min.time(), UTC)
    listings = rows(Listing, *({"listing_id": listing_id, "first_seen_at": seen} for listing_id in listing_ids))
    return load_previous(lake, listings, city_id=DAVIS, night=NIGHT_3)


def test_the_last_night_is_loaded_with_the_redirects_of_all_nights(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    redirect = {"op": "redirect", "from_ids": [an_id("evt", 8)], "to_ids": [an_id("evt", 1)]}
    put(lake, DAVIS, NIGHT_1, [(an_id("evt", 1), L1)], {}, redirect)
    put(lake, DAVIS, NIGHT_2, [(an_id("evt", 1), L1), (an_id("evt", 1), L2)], {})
    put(lake, DAVIS, NIGHT_3, [])
    previous = load(lake, L1)
    assert previous.event_listings["listing_id"].to_list() == [L1, L2]
    assert previous.redirects["op"].to_list() == ["redirect"]
    assert previous.redirected("event") == {an_id("evt", 8)}
    assert (previous.events.height, previous.venues.height, previous.match_evidence.height) == (1, 1, 1)


def test_an_event_that_goes_on_elsewhere_keeps_its_id_from_the_listing_that_founded_it(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    put(lake, DAVIS, NIGHT_2, [])
    put(lake, ROMA, NIGHT_2, [(FOUNDED, L1), (FOUNDED, L2)])
    assert load(lake, L1).lives_elsewhere == {FOUNDED}
    assert FOUNDED in load(lake, L1).taken_events()
    assert load(lake, L1, L2).lives_elsewhere == frozenset(), "all of it has come: it moves with its id"
    assert load(lake, L1, first_seen=NIGHT_2).lives_elsewhere == frozenset(), "a new listing founded nothing"


def test_a_city_without_a_night_before_knows_nothing_of_its_own(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    put(lake, ROMA, NIGHT_2, [(FOUNDED, L2)])
    previous = load(lake, L1, first_seen=NIGHT_2)
    assert previous.lives_elsewhere == {FOUNDED}
    assert pl.concat([previous.event_listings.select("city_id"), previous.events.select("city_id")]).is_empty()

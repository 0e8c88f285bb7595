"""Resolution of one city: block, compare, score, cluster, merge and mint, in that order, from listings to events."""

from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from pulsecity_pipeline.config.matching import Matching
from pulsecity_pipeline.contracts import Event, EventListing, Venue
from pulsecity_pipeline.entities.blocking import block_listings
from pulsecity_pipeline.entities.clustering import cluster_rows, list_conflicts, order_edges
from pulsecity_pipeline.entities.comparing import Vocabulary, compare_pairs
from pulsecity_pipeline.entities.linking import describe_links, hold_gone
from pulsecity_pipeline.entities.merging import merge_listings
from pulsecity_pipeline.entities.minting import FOUNDERS_SCHEMA, VOTES_SCHEMA, Minted, mint_ids, write_ledger
from pulsecity_pipeline.entities.places import list_places
from pulsecity_pipeline.entities.preparing import find_repeats, prepare_listings
from pulsecity_pipeline.entities.scoring import score_pairs
from pulsecity_pipeline.entities.titles import split_titles, strip_places
from pulsecity_pipeline.entities.venue_grouping import group_places
from pulsecity_pipeline.entities.venues import resolve_venues
from pulsecity_pipeline.identity import hash_ids


@dataclass(frozen=True)
class Previous:
    """What the night before published for the city; empty on its first night."""

    event_listings: pl.DataFrame
    events: pl.DataFrame
    venues: pl.DataFrame

    @classmethod
    def nothing(cls) -> "Previous":
        return cls(EventListing.empty(), Event.empty(), Venue.empty())


@dataclass(frozen=True)
class Resolution:
    """Frames in the contracts' schemas; `pairs` are `left_id`, `right_id`, `probability`, `evidence` for inspection."""

    events: pl.DataFrame
    venues: pl.DataFrame
    event_listings: pl.DataFrame
    ledger: pl.DataFrame
    pairs: pl.DataFrame


def resolve_city(
    listings: pl.DataFrame, *, city_id: str, night: date, at: datetime, previous: Previous, matching: Matching
) -> Resolution:
    """`clean.listings` of one city → its events, venues, links and ledger of the night; all sorted by their keys.

    Only listings of class `event` take part. Gone listings take part too, and stay with the event they were linked to.
    Raises ValueError when listings of another city are among them.
    """
    if not listings.filter(pl.col("city_id") != city_id).is_empty():
        raise ValueError(f"listings of other cities than {city_id} were given")
    places, prepared = list_places(prepare_listings(listings))
    clustered, scored = link_listings(prepared, places, previous.event_listings, matching)
    venues, placed, venues_minted = _place_venues(clustered, places, previous.venues, city_id, matching)
    minted = _mint_events(placed, previous, night)
    ids = pl.DataFrame(list(minted.ids.items()), schema={"cluster": pl.Int64, "event_id": pl.String}, orient="row")
    members = placed.join(ids, on="cluster").sort("row")
    return Resolution(
        events=merge_listings(members, matching.events.merging),
        venues=venues,
        event_listings=describe_links(members, scored, previous.event_listings, city_id, at),
        ledger=write_ledger({"event": minted, "venue": venues_minted}, city_id, night, at),
        pairs=_list_pairs(scored, prepared, matching.events.decision.floor_probability),
    )


def link_listings(
    prepared: pl.DataFrame, places: pl.DataFrame, linked_before: pl.DataFrame, matching: Matching
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Prepared listings with places → (they with `cluster` and `first_row`, all scored pairs of rows)."""
    stripped = strip_places(prepared, places)
    titles, words = split_titles(stripped, matching.events.title)
    keyed = _name_titles(stripped, titles).join(find_repeats(prepared), on="row", how="left")
    keyed = keyed.with_columns(pl.coalesce("first_row", "row")).sort("row")
    firsts = keyed.filter(pl.col("first_row") == pl.col("row"))
    pairs = block_listings(firsts, words, matching.events)
    compared = compare_pairs(pairs, firsts, Vocabulary(titles, words, places), matching)
    scored = score_pairs(compared, matching.events.weights)
    decision = matching.events.decision
    edges = hold_gone(keyed, linked_before) + order_edges(scored, decision.match_probability)
    apart = list_conflicts(scored, decision.conflict_probability)
    roots = pl.Series(cluster_rows(keyed.height, _group_feeds(keyed), edges, apart), dtype=pl.Int64)
    return keyed.with_columns(cluster=roots.gather(keyed["first_row"])), scored


def _group_feeds(keyed: pl.DataFrame) -> list[str]:
    """Per row the group of which an event holds one: a feed's present listings, and apart from them its gone ones.

    A feed that renews an id leaves a gone listing behind, which must not keep its successor out.
    """
    is_gone = pl.col("gone_at").is_not_null().all().over("first_row")
    suffix = pl.when(is_gone).then(pl.lit(" (gone)")).otherwise(pl.lit(""))
    return keyed.select(pl.col("feed_key") + suffix).to_series().to_list()


def _name_titles(stripped: pl.DataFrame, titles: pl.DataFrame) -> pl.DataFrame:
    """Listings with `title_fold`, `bare_fold` → the same with `title_id`, `bare_id` and `squeezed`."""
    whole = titles.select("title_id", "title_fold", "year", "squeezed")
    bare = titles.select("year", bare_id="title_id", bare_fold="title_fold")
    named = stripped.join(whole, on=["title_fold", "year"], nulls_equal=True)
    return named.join(bare, on=["bare_fold", "year"], nulls_equal=True).sort("row")


def _place_venues(
    clustered: pl.DataFrame, places: pl.DataFrame, previous: pl.DataFrame, city_id: str, matching: Matching
) -> tuple[pl.DataFrame, pl.DataFrame, Minted]:
    """(clean.venues, listings with `venue_id`, Minted)."""
    held = clustered.group_by("place_id").agg(listing_count=pl.len()).drop_nulls()
    grouped = clustered.join(group_places(places, held, matching.venues), on="place_id", how="left")
    stated = grouped.filter(pl.col("venue_row").is_not_null()).sort("row")
    venues, ids, minted = resolve_venues(stated, previous, city_id, matching.venues)
    return venues, grouped.join(ids, on="venue_row", how="left").sort("row"), minted


def _mint_events(members: pl.DataFrame, previous: Previous, night: date) -> Minted:
    """An event's id is the hash of its first listing, by first_seen_at, then listing_id; a split-off adds the night."""
    first = members.sort("first_seen_at", "listing_id").group_by("cluster", maintain_order=True).first()
    dated = first.select("cluster", "listing_id", night=pl.lit(night))
    founders = first.select(
        "cluster",
        fresh_id=hash_ids("evt", dated, ["listing_id"]),
        split_id=hash_ids("evt", dated, ["listing_id", "night"]),
        reason=pl.format("first listing {}", "listing_id"),
    )
    since = previous.events.select("event_id", since="first_seen_at")
    votes = (
        members.join(previous.event_listings.select("listing_id", "event_id"), on="listing_id")
        .group_by("cluster", previous_id="event_id")
        .agg(weight=pl.len())
        .join(since, left_on="previous_id", right_on="event_id", how="left")
    )
    return mint_ids(
        founders.select(FOUNDERS_SCHEMA.names()),
        votes.select(VOTES_SCHEMA.names()).cast(VOTES_SCHEMA),
    )


def _list_pairs(scored: pl.DataFrame, prepared: pl.DataFrame, floor: float) -> pl.DataFrame:
    named = prepared.select("row", "listing_id")
    return (
        scored.filter(pl.col("probability") >= floor)
        .join(named.rename({"listing_id": "left_id"}), left_on="left", right_on="row")
        .join(named.rename({"listing_id": "right_id"}), left_on="right", right_on="row")
        .select("left_id", "right_id", "probability", "evidence")
        .sort("left_id", "right_id")
    )

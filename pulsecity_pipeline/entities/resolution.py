"""Resolution of one city: match, cluster, mint and merge, in that order, from listings to events."""

from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from pulsecity_pipeline.config.matching import Decision, Matching
from pulsecity_pipeline.contracts import PastEvent
from pulsecity_pipeline.entities.clustering import cluster_rows, list_conflicts, order_edges
from pulsecity_pipeline.entities.linking import describe_links, hold_gone
from pulsecity_pipeline.entities.matching import match_listings, write_evidence
from pulsecity_pipeline.entities.merging import merge_listings
from pulsecity_pipeline.entities.minting import (
    FOUNDERS_SCHEMA,
    VOTES_SCHEMA,
    Minted,
    archive_ids,
    mint_ids,
    settle_votes,
    write_ledger,
)
from pulsecity_pipeline.entities.places import list_places
from pulsecity_pipeline.entities.preparing import prepare_listings
from pulsecity_pipeline.entities.previous import Previous
from pulsecity_pipeline.entities.venue_grouping import group_places
from pulsecity_pipeline.entities.venues import resolve_venues
from pulsecity_pipeline.identity import hash_ids


@dataclass(frozen=True)
class Resolution:
    """Frames in the contracts' schemas; `past_events` are those that left clean.events tonight."""

    events: pl.DataFrame
    venues: pl.DataFrame
    event_listings: pl.DataFrame
    match_evidence: pl.DataFrame
    past_events: pl.DataFrame
    ledger: pl.DataFrame


def resolve_city(
    listings: pl.DataFrame, *, city_id: str, night: date, at: datetime, previous: Previous, matching: Matching
) -> Resolution:
    """`clean.listings` of one city → its events, venues, links, evidence and ledger of the night; sorted by their keys.

    Only listings of class `event` take part. Gone listings take part too, and stay with the event they were linked to.
    Pairs that stand from the night before are not compared again; all frames are the same as if they were, but for
    compared_at of the evidence. Raises ValueError when listings of another city are among them.
    """
    if not listings.filter(pl.col("city_id") != city_id).is_empty():
        raise ValueError(f"listings of other cities than {city_id} were given")
    places, prepared = list_places(prepare_listings(listings))
    matched, scored = match_listings(prepared, places, previous, matching, at)
    clustered = cluster_listings(matched, scored, previous.event_listings, matching.events.decision)
    venues, placed, venues_minted = _place_venues(clustered, places, previous, city_id, night, matching)
    ids, minted = _mint_events(placed, previous, night)
    left = archive_ids(minted, previous.events["event_id"], ids["event_id"])
    members = placed.join(ids, on="cluster").sort("row")
    return Resolution(
        events=merge_listings(members, matching.events.merging, _list_known(matched, previous)),
        venues=venues,
        event_listings=describe_links(members, scored, previous.event_listings, city_id, at),
        match_evidence=write_evidence(scored, prepared, city_id),
        past_events=_keep_past(previous.events, left, night),
        ledger=write_ledger({"event": minted, "venue": venues_minted}, city_id, night, at),
    )


def cluster_listings(
    matched: pl.DataFrame, scored: pl.DataFrame, linked_before: pl.DataFrame, decision: Decision
) -> pl.DataFrame:
    """Matched listings and scored pairs → the listings with `cluster`: the smallest row of the event's listings."""
    edges = hold_gone(matched, linked_before) + order_edges(scored, decision.match_probability)
    apart = list_conflicts(_keep_linked(scored, edges), decision.conflict_probability)
    roots = pl.Series(cluster_rows(matched.height, _group_feeds(matched), edges, apart), dtype=pl.Int64)
    return matched.with_columns(cluster=roots.gather(matched["first_row"]))


def _keep_linked(scored: pl.DataFrame, edges: list[tuple[int, int]]) -> pl.DataFrame:
    """The pairs of two rows that have an edge each: what joins nothing need not be kept apart."""
    linked = pl.DataFrame({"row": [row for edge in edges for row in edge]}, schema={"row": scored.schema["left"]})
    return scored.join(linked, left_on="left", right_on="row", how="semi").join(
        linked, left_on="right", right_on="row", how="semi"
    )


def _group_feeds(matched: pl.DataFrame) -> list[str]:
    """Per row the group of which an event holds one: a feed's present listings, and apart from them its gone ones.

    A feed that renews an id leaves a gone listing behind, which must not keep its successor out.
    """
    is_gone = pl.col("gone_at").is_not_null().all().over("first_row")
    suffix = pl.when(is_gone).then(pl.lit(" (gone)")).otherwise(pl.lit(""))
    return matched.select(pl.col("feed_key") + suffix).to_series().to_list()


def _place_venues(
    clustered: pl.DataFrame, places: pl.DataFrame, previous: Previous, city_id: str, night: date, matching: Matching
) -> tuple[pl.DataFrame, pl.DataFrame, Minted]:
    """(clean.venues, listings with `venue_id`, Minted)."""
    held = clustered.group_by("place_id").agg(listing_count=pl.len()).drop_nulls()
    grouped = clustered.join(group_places(places, held, matching.venues), on="place_id", how="left")
    stated = grouped.filter(pl.col("venue_row").is_not_null()).sort("row")
    venues, ids, minted = resolve_venues(stated, previous, city_id, night, matching.venues)
    return venues, grouped.join(ids, on="venue_row", how="left").sort("row"), minted


def _mint_events(members: pl.DataFrame, previous: Previous, night: date) -> tuple[pl.DataFrame, Minted]:
    """(`cluster`, `event_id`, Minted).

    An event's id is the hash of its first listing, by first_seen_at, then listing_id, and of the city that pulled it:
    two cities may pull the same feed and each have its events at home. A split-off adds the night.
    """
    settled, contested = settle_votes(_vote_events(members, previous))
    first = (
        members.join(settled, on="cluster", how="anti")
        .sort("first_seen_at", "listing_id")
        .group_by("cluster", maintain_order=True)
        .agg(pl.col("pull_city_id", "listing_id").first(), night=pl.lit(night))
    )
    founders = first.select(
        "cluster",
        fresh_id=hash_ids("evt", first, ["pull_city_id", "listing_id"]),
        split_id=hash_ids("evt", first, ["pull_city_id", "listing_id", "night"]),
        reason=pl.format("first listing {}", "listing_id"),
    )
    minted = mint_ids(founders.select(FOUNDERS_SCHEMA.names()), contested, previous.taken_events())
    return minted.join_ids(settled).rename({"id": "event_id"}), minted


def _vote_events(members: pl.DataFrame, previous: Previous) -> pl.DataFrame:
    """VOTES_SCHEMA: every listing votes for the event it was linked to."""
    since = previous.events.select("event_id", since="first_seen_at")
    votes = (
        members.join(previous.event_listings.select("listing_id", "event_id"), on="listing_id")
        .group_by("cluster", previous_id="event_id")
        .agg(weight=pl.len())
        .join(since, left_on="previous_id", right_on="event_id", how="left")
    )
    return votes.select(VOTES_SCHEMA.names()).cast(VOTES_SCHEMA)


def _list_known(matched: pl.DataFrame, previous: Previous) -> pl.DataFrame:
    """The events of the night before, if the same code made them: one equal signature says so of all of it."""
    same = matched.join(previous.event_listings, on=["listing_id", "signature"], how="semi")
    return previous.events.clear() if same.is_empty() else previous.events


def _keep_past(events: pl.DataFrame, left: pl.Series, night: date) -> pl.DataFrame:
    schema = PastEvent.polars_schema()
    gone = events.filter(pl.col("event_id").is_in(left.implode())).with_columns(night=pl.lit(night))
    return gone.select(schema.names()).match_to_schema(schema).sort(PastEvent.key)

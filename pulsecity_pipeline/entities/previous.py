"""What the night before knew: the published tables that a city's resolution goes on from."""

from dataclasses import dataclass, replace

import polars as pl

from pulsecity_pipeline.contracts import Event, EventListing, LedgerEntry, MatchEvidence, Venue


@dataclass(frozen=True)
class Previous:
    """What was published for the city before tonight, in the contracts' schemas; empty on its first night.

    `redirects` are the rows of `clean.ledger` with op `redirect`, of all nights: what redirects is never minted.
    `lives_elsewhere` are ids of events that another city has, though a listing of this city founded them.
    """

    event_listings: pl.DataFrame
    events: pl.DataFrame
    venues: pl.DataFrame
    match_evidence: pl.DataFrame
    redirects: pl.DataFrame
    lives_elsewhere: frozenset[str] = frozenset()

    @classmethod
    def nothing(cls) -> "Previous":
        return cls(EventListing.empty(), Event.empty(), Venue.empty(), MatchEvidence.empty(), LedgerEntry.empty())

    def without_evidence(self) -> "Previous":
        """The same ids and links, but every pair is compared again."""
        unsigned = self.event_listings.with_columns(signature=pl.lit(""))
        return replace(self, event_listings=unsigned, match_evidence=MatchEvidence.empty())

    def taken_events(self) -> frozenset[str]:
        """Event ids that must not be minted: they stand, redirect, or live in another city."""
        return self.redirected("event") | frozenset(self.events["event_id"]) | self.lives_elsewhere

    def redirected(self, entity: str) -> frozenset[str]:
        """Ids of one entity ("event" or "venue") that redirect to another."""
        return frozenset(self.redirects.filter(pl.col("entity") == entity)["from_ids"].explode().drop_nulls())

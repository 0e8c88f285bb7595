"""What the night before knew: the published tables that a city's resolution goes on from."""

from dataclasses import dataclass, replace

import polars as pl

from pulsecity_pipeline.contracts import Event, EventListing, LedgerEntry, MatchEvidence, Venue


@dataclass(frozen=True)
class Previous:
    """What was published for the city before tonight, in the contracts' schemas; empty on its first night.

    `redirects` are the rows of `clean.ledger` with op `redirect`, of all nights: what redirects is never minted.
    """

    event_listings: pl.DataFrame
    events: pl.DataFrame
    venues: pl.DataFrame
    match_evidence: pl.DataFrame
    redirects: pl.DataFrame

    @classmethod
    def nothing(cls) -> "Previous":
        return cls(*(table.empty() for table in (EventListing, Event, Venue, MatchEvidence, LedgerEntry)))

    def without_evidence(self) -> "Previous":
        """The same ids and links, but every pair is compared again."""
        unsigned = self.event_listings.with_columns(signature=pl.lit(""))
        return replace(self, event_listings=unsigned, match_evidence=MatchEvidence.empty())

    def redirected(self, entity: str) -> frozenset[str]:
        """Ids of one entity ("event" or "venue") that redirect to another."""
        return frozenset(self.redirects.filter(pl.col("entity") == entity)["from_ids"].explode().drop_nulls())

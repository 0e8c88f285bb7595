"""Contracts: what every table is, one class per table; nothing here reads or writes."""

from pulsecity_pipeline.contracts.base import STORED_TABLES, Table
from pulsecity_pipeline.contracts.clean import (
    Event,
    EventListing,
    LedgerEntry,
    Listing,
    MatchEvidence,
    PastEvent,
    Reject,
    Venue,
)
from pulsecity_pipeline.contracts.features import CityDay, EventFeatures
from pulsecity_pipeline.contracts.metrics import CityPulse, Identity, RunCost, SourceHealth
from pulsecity_pipeline.contracts.ops import Published
from pulsecity_pipeline.contracts.rankings import RankedEvent
from pulsecity_pipeline.contracts.raw import Body, Page, Reading

__all__ = [
    "STORED_TABLES",
    "Body",
    "CityDay",
    "CityPulse",
    "Event",
    "EventFeatures",
    "EventListing",
    "Identity",
    "LedgerEntry",
    "Listing",
    "MatchEvidence",
    "Page",
    "PastEvent",
    "Published",
    "RankedEvent",
    "Reading",
    "Reject",
    "RunCost",
    "SourceHealth",
    "Table",
    "Venue",
]

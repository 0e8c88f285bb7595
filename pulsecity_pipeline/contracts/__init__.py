"""Contracts: what every table is, one class per table; nothing here reads or writes."""

from pulsecity_pipeline.contracts.base import STORED_TABLES, Table
from pulsecity_pipeline.contracts.clean import Event, EventListing, Listing, MatchEvidence, Reject, Venue
from pulsecity_pipeline.contracts.clean_history import Change, LedgerEntry, PastEvent, PastListing
from pulsecity_pipeline.contracts.enrichment import ArtistFact, Holiday, Sample, VenuePlace, Weather
from pulsecity_pipeline.contracts.features import CityDay, EventFeatures
from pulsecity_pipeline.contracts.interactions import (
    SIGNAL_TABLES,
    Funnel,
    Interaction,
    InteractionDrop,
    InteractionReject,
)
from pulsecity_pipeline.contracts.metrics import CityPulse, Identity, Night, RunCost, SourceHealth
from pulsecity_pipeline.contracts.ops import PublishDiff, Published
from pulsecity_pipeline.contracts.rankings import RankedEvent
from pulsecity_pipeline.contracts.raw import Body, Page, Reading, RecordOutcome
from pulsecity_pipeline.contracts.signals import CITYLESS_TABLES, PROMOTION_TABLES, PromotionReject, PromotionSpend

__all__ = [
    "CITYLESS_TABLES",
    "PROMOTION_TABLES",
    "SIGNAL_TABLES",
    "STORED_TABLES",
    "ArtistFact",
    "Body",
    "Change",
    "CityDay",
    "CityPulse",
    "Event",
    "EventFeatures",
    "EventListing",
    "Funnel",
    "Holiday",
    "Identity",
    "Interaction",
    "InteractionDrop",
    "InteractionReject",
    "LedgerEntry",
    "Listing",
    "MatchEvidence",
    "Night",
    "Page",
    "PastEvent",
    "PastListing",
    "PromotionReject",
    "PromotionSpend",
    "PublishDiff",
    "Published",
    "RankedEvent",
    "Reading",
    "RecordOutcome",
    "Reject",
    "RunCost",
    "Sample",
    "SourceHealth",
    "Table",
    "Venue",
    "VenuePlace",
    "Weather",
]

"""Contracts of signals beside the listings: what others tell of events without listing them.

None of these tables belongs to a city: each signal is one partition, by whose name it stands in `ops.published`.
"""

from datetime import date
from typing import ClassVar

from pulsecity_pipeline.contracts.base import Money, Table, Utc, column
from pulsecity_pipeline.contracts.interactions import SIGNAL, SIGNAL_TABLES

#: The partition of what was spent on promotion.
PROMOTION = "promotion"
#: Partitions that are no city's.
SIGNALS = (SIGNAL, PROMOTION)


class PromotionSpend(Table):
    """One row per campaign and day: what was spent to promote, and what was shown for it.

    A day without delivery has no row. Days of the last weeks are asked for again: platforms correct them.
    """

    table: ClassVar[str] = "clean.promotion_spend"
    key: ClassVar[tuple[str, ...]] = ("account_id", "campaign_id", "spent_on")
    partition: ClassVar[str] = "signal"
    reproducible: ClassVar[bool] = False

    signal: str = column("The signal; always `promotion`.", PROMOTION, pattern="^promotion$")

    account_id: str = column("Their id of the ad account.", "100200300", min_length=1)
    campaign_id: str = column("Their id of the campaign.", "2385000000001", min_length=1)
    spent_on: date = column("Day in the time zone of the ad account.", "2027-02-01")
    account_zone: str | None = column("Time zone of the ad account (IANA), where known.", "Europe/Oslo")
    campaign_name: str | None = column("Campaign's name as last stated.", "EVT-0042 launch")
    spend: Money = column("Spent on that day in major units.", "37.8", ge=0)
    currency: str | None = column("Currency of the account, ISO 4217.", "EUR", pattern=r"^[A-Z]{3}$")
    impressions: int | None = column("How often it was shown; null where not stated.", 9120, ge=0)
    clicks: int | None = column("All clicks on it; null where not stated.", 160, ge=0)
    link_clicks: int | None = column("Clicks that left for the page linked; null where not stated.", 141, ge=0)
    event_reference: str | None = column(
        "Id of the event promoted, where the campaign's name says it (EVT-…).", "0042", min_length=1
    )
    event_url: str | None = column("Page of the event promoted, where a mapping names it.", "https://example.org/e/77")


class PromotionReject(Table):
    """One row per row, or page, of the last pull of an account that could not become spend, with its reason."""

    table: ClassVar[str] = "clean.promotion_rejects"
    key: ClassVar[tuple[str, ...]] = ("account", "pointer")
    partition: ClassVar[str] = "signal"
    reproducible: ClassVar[bool] = False

    signal: str = column("The signal; always `promotion`.", PROMOTION, pattern="^promotion$")
    account: str = column("Name of the account in config/promotion.yaml.", "main_hall", min_length=1)
    pointer: str = column(
        "Page of the answer and row in it; the page alone for the whole.", "page/0/data/12", min_length=1
    )
    rule: str = column("Rule it broke.", "invalid_amount", min_length=1)
    field: str | None = column("Field concerned.", "spend")
    reason: str = column("What was found, in words.", "spend is missing, which is not 0", min_length=1)
    received_at: Utc = column("When it was read.", "2027-02-02T00:00:00Z")


PROMOTION_TABLES: tuple[type[Table], ...] = (PromotionSpend, PromotionReject)
#: What a city's publish leaves alone.
CITYLESS_TABLES: tuple[type[Table], ...] = (*SIGNAL_TABLES, *PROMOTION_TABLES)

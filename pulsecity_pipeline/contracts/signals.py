"""Contracts of signals beside the listings: what others tell of events without listing them."""

from datetime import date
from typing import ClassVar

from pulsecity_pipeline.contracts.base import Money, Table, column


class PromotionSpend(Table):
    """One row per campaign and day: what was spent to promote, and what was shown for it.

    A day without delivery has no row.
    """

    table: ClassVar[str] = "clean.promotion_spend"
    key: ClassVar[tuple[str, ...]] = ("account_id", "campaign_id", "spent_on")
    partition: ClassVar[str] = "account_id"
    stored: ClassVar[bool] = False

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

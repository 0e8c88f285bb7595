"""Contracts of the feature layer: what was known about events and city-days, and when it was known."""

from datetime import date
from typing import ClassVar, Literal

from pulsecity_pipeline.contracts.base import Table, Utc, column
from pulsecity_pipeline.contracts.expectation import Expectation, not_after


class EventFeatures(Table):
    """One row per canonical event: features for ranking and forecasting, with the attendance estimate."""

    table: ClassVar[str] = "features.events"
    key: ClassVar[tuple[str, ...]] = ("event_id",)
    partition: ClassVar[str] = "city_id"
    rules: ClassVar[tuple[Expectation, ...]] = (
        not_after("attendance_p10", "attendance_p50"),
        not_after("attendance_p50", "attendance_p90"),
    )
    bookkeeping: ClassVar[tuple[str, ...]] = ("known_at", "days_ahead")

    event_id: str = column("Canonical event.", "evt_2b7kq4m5x6c3a2zd", pattern=r"^evt_[a-z2-7]{16}$")
    city_id: str = column("City.", "us-ca-davis")
    known_at: Utc = column("When these values were known.", "2026-08-22T00:00:00Z")
    starts_on: date | None = column("Local date of the start.", "2026-08-29")
    start_hour: int | None = column("Local hour of the start; null unless the time is known.", 19, ge=0, le=23)
    is_weekend: bool | None = column("Starts on Saturday or Sunday.", True)
    lead_days: float | None = column("Days from first seen to start; negative if first seen after it began.", 7.0)
    days_ahead: float | None = column("Days from known_at to start.", 7.0)
    duration_minutes: float | None = column("Stated duration in minutes; null without a stated end.", 90.0, ge=0)
    day_count: int | None = column("Local calendar days it covers.", 1, ge=1)
    is_series: bool = column("Occurrence of a recurring series.", False)
    source_count: int = column("Distinct feeds that list it.", 2, ge=1)
    has_description: bool = column("A description is known.", True)
    has_price: bool = column("A price, or that it is free, is known.", False)
    has_image: bool = column("An image is known.", False)
    venue_listing_count: int | None = column("Listings at the same venue; null without a venue.", 12, ge=1)
    attendance_p10: float = column("Estimated attendance over its days, 10th percentile, people.", 20.0, ge=0)
    attendance_p50: float = column("Estimated attendance, median, people.", 60.0, ge=0)
    attendance_p90: float = column("Estimated attendance, 90th percentile, people.", 180.0, ge=0)
    attendance_basis: Literal["prior", "capacity_cap", "none"] = column(
        "prior: by category, feeds and venue; capacity_cap: limited by the venue; none: online or cancelled.", "prior"
    )
    model_version: str = column("Version of the attendance estimate.", "attendance-prior-1")


class CityDay(Table):
    """One row per city and local date with at least one active event: what the day holds."""

    table: ClassVar[str] = "features.city_days"
    key: ClassVar[tuple[str, ...]] = ("city_id", "day_on")
    partition: ClassVar[str] = "city_id"
    bookkeeping: ClassVar[tuple[str, ...]] = ("known_at",)

    city_id: str = column("City.", "us-ca-davis")
    day_on: date = column("Local date.", "2026-08-29")
    known_at: Utc = column("When these values were known.", "2026-08-22T00:00:00Z")
    event_count: int = column("Active events that day.", 14, ge=1)
    free_count: int = column("Of them known to be free.", 3, ge=0)
    venue_count: int = column("Distinct venues in use.", 9, ge=0)
    category_count: int = column("Distinct categories.", 6, ge=1)
    evening_count: int = column("Of them starting at 17:00 or later.", 8, ge=0)
    attendance_p50: float = column("Sum of median attendance, each event's spread evenly over its days.", 812.0, ge=0)
    top_event_id: str = column("Event with the highest attendance that day.", "evt_2b7kq4m5x6c3a2zd")
    is_weekend: bool = column("Saturday or Sunday.", True)

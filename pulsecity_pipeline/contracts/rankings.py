"""Contracts of rankings: which events matter, by an open formula."""

from datetime import date
from typing import ClassVar

from pulsecity_pipeline.contracts.base import Table, column
from pulsecity_pipeline.contracts.expectation import Expectation, not_after


class RankedEvent(Table):
    """One row per upcoming event of a city and night: impact 0-100 on the open log scale, and its place in the city."""

    table: ClassVar[str] = "rankings.events"
    key: ClassVar[tuple[str, ...]] = ("city_id", "night", "event_id")
    partition: ClassVar[str] = "city_id"
    history: ClassVar[str | None] = "night"
    rules: ClassVar[tuple[Expectation, ...]] = (not_after("impact_low", "impact"), not_after("impact", "impact_high"))

    city_id: str = column("City.", "us-ca-davis")
    night: date = column("Night.", "2026-08-22")
    event_id: str = column("Canonical event.", "evt_2b7kq4m5x6c3a2zd", pattern=r"^evt_[a-z2-7]{16}$")
    position: int = column("Place in the city, 1 is first.", 1, ge=1)
    impact: int = column("round(20 * log10(attendance) - 10), 0 to 100; 50 is about 1,000 people.", 26, ge=0, le=100)
    impact_low: int = column("The same from the 10th percentile of attendance.", 16, ge=0, le=100)
    impact_high: int = column("The same from the 90th percentile.", 35, ge=0, le=100)
    impact_level: int = column(
        "1 to 5: below 30 minor, 50 moderate, 65 important, 80 significant, then major.", 1, ge=1, le=5
    )
    attendance_p50: float = column("Median attendance the impact stands on, people.", 60.0, ge=0)
    model_version: str = column("Version of the attendance estimate.", "attendance-prior-1")

"""The scorecard of a tried source: every measure counted by hand, every limit missed once, none hidden by another."""

from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from pulsecity_pipeline.config.onboarding import OnboardingRules, load_onboarding
from pulsecity_pipeline.contracts import Listing, Page, Reject, SourceHealth
from pulsecity_pipeline.quality.scorecard import Trial, build_scorecard, list_reasons
from pulsecity_pipeline_tests.store.rows import an_id, rows

NIGHT, CITY = date(2027, 3, 1), "us-ca-davis"
EVENING = datetime.fromisoformat("2027-03-05T19:00:00")


def said(number: int, **changes: Any) -> dict[str, Any]:
    """A listing of the city, eight hours behind UTC."""
    start = changes.pop("start", EVENING + timedelta(days=number))
    times = {"starts_on": start.date(), "starts_local": start, "starts_at": f"{(start + timedelta(hours=8))}+00:00"}
    ends = {"ends_on": None, "ends_at": None, "ends_local": None}
    place = {"timezone": "America/Los_Angeles", "time_evidence": "zone: stated", "city_id": CITY}
    return {"listing_id": an_id("lst", number), "title": f"Concert {number}", **times, **ends, **place, **changes}


def trial(*listings: dict[str, Any], **changes: Any) -> Trial:
    counts = {"records": len(listings), "expansions": 0, "listings": len(listings), "rejects": 0, "repeats": 0}
    given = {
        "pages": rows(Page, {}),
        "health": rows(SourceHealth, counts),
        "listings": rows(Listing, *listings) if listings else Listing.empty(),
        "rejects": Reject.empty(),
        "known": Listing.empty(),
        "before": None,
    }
    return Trial(city_id=CITY, night=NIGHT, **(given | changes))


def measure(given: Trial, name: str) -> tuple[Any, ...]:
    """count, total and whether its limit is met."""
    found = build_scorecard(given, load_onboarding()).filter(pl.col("measure") == name)
    return found.select("count", "total", "is_met").row(0)


def reasons(given: Trial, **rules: Any) -> list[str]:
    changed = OnboardingRules.model_validate(load_onboarding().model_dump() | rules)
    return [reason.partition(":")[0] for reason in list_reasons(build_scorecard(given, changed))]


GOOD = [said(number) for number in range(10)]


def test_a_good_source_is_accepted() -> None:
    assert reasons(trial(*GOOD)) == []


def test_nothing_at_all_is_refused_and_divides_by_nothing() -> None:
    nothing = trial(pages=Page.empty(), health=SourceHealth.empty())
    assert reasons(nothing) == ["pages asked", "upcoming listings in the city"]


def test_pages_and_why_they_failed() -> None:
    failed = {"outcome": "failed", "reason": "HTTP 500", "body_sha256": None, "size_bytes": None}
    pages = rows(Page, {}, *({"page_id": an_id("pag", number), **failed} for number in range(2)))
    refused = rows(
        Reject,
        {"pointer": "page", "stage": "split", "is_record": False},
        {"pointer": "page", "stage": "fetch", "is_record": False, "page_id": an_id("pag", 1)},
    )
    given = trial(*GOOD, pages=pages, rejects=refused)
    assert measure(given, "pages failed") == (2, 3, False)
    assert measure(given, "failed: HTTP 500") == (2, None, None)
    assert measure(given, "pages refused as a whole") == (1, 3, True)


def test_records_by_rule_and_those_nobody_knows_of() -> None:
    health = rows(
        SourceHealth,
        {"records": 10, "expansions": 2, "listings": 8, "rejects": 3, "repeats": 1},
        {"records": 4, "expansions": 0, "listings": 2, "rejects": 0, "repeats": 0},
        {"records": 4, "expansions": 0, "listings": 6, "rejects": 0, "repeats": 0},
    )
    rejects = rows(Reject, *({"rule": rule} for rule in ("missing_start", "missing_start", "missing_title")))
    given = trial(*GOOD, health=health, rejects=rejects)
    assert measure(given, "rejects") == (3, 18, True)
    assert measure(given, "rejects: missing_start") == (2, None, None)
    assert measure(given, "records unaccounted for") == (4, None, False)
    assert reasons(given, max_rejects=0.1) == ["rejects", "records unaccounted for"]


def test_volume_counts_what_is_upcoming_in_the_city() -> None:
    elsewhere, over = said(10, city_id="elsewhere"), said(11, start=datetime.fromisoformat("2027-02-28T19:00:00"))
    running = said(12, start=datetime.fromisoformat("2027-02-27T19:00:00"), ends_on=NIGHT)
    given = trial(*GOOD[:4], elsewhere, over, running)
    assert measure(given, "upcoming listings in the city") == (5, None, True)
    assert measure(given, "listings in the city") == (6, 7, True)
    assert measure(given, "over already") == (1, 7, True)
    assert reasons(given, min_upcoming=6, min_in_city=0.9, max_past=0.1) == [
        "upcoming listings in the city",
        "listings in the city",
        "over already",
    ]


def test_fill_counts_upcoming_listings_only() -> None:
    bare = {"venue_name": None, "latitude": None, "price_min": None, "is_free": None, "category": "other"}
    over = said(11, start=datetime.fromisoformat("2027-02-01T19:00:00"), **bare)
    unknown = said(1, time_precision="day", starts_at=None, starts_local=None, **bare)
    given = trial(said(0), unknown, said(2, geo_precision="city", is_free=True, price_min=None), over)
    names = ("start", "end", "venue", "coordinates", "price", "category")
    assert [measure(given, name)[0] for name in names] == [2, 0, 2, 1, 2, 2]
    assert measure(given, "start")[1:] == (3, True)
    assert reasons(given, min_upcoming=1, min_fill={"start": 0.9, "end": 0.1}) == ["start", "end"]


@pytest.mark.parametrize(
    ("evidence", "city_id", "counted"),
    [
        ("zone: stated", CITY, (0, 1)),
        ("zone: stated Asia/Tokyo", CITY, (1, 1)),
        ("zone: feed Asia/Tokyo; midnight_filler", CITY, (1, 1)),
        ("zone: -08:00", CITY, (0, 1)),
        ("zone: GMT-8", CITY, (0, 1)),
        ("zone: +01:00; end_before_start", CITY, (1, 1)),
        ("zone: stated Asia/Tokyo", "online", (0, 0)),
        ("zone: UTC", CITY, (0, 0)),
        ("zone: city", CITY, (0, 0)),
        ("zone: city; unknown zone Mars", CITY, (0, 0)),
    ],
)
def test_a_stated_zone_is_held_to_the_place(evidence: str, city_id: str, counted: tuple[int, int]) -> None:
    given = trial(said(0, time_evidence=evidence, city_id=city_id))
    assert measure(given, "zone is not the place's")[:2] == counted
    assert measure(given, "zone unknown")[0] == ("unknown" in evidence)


def test_small_hours_are_of_the_venues_clock() -> None:
    hours = [said(number, start=EVENING.replace(hour=hour)) for number, hour in enumerate((1, 2, 5, 6))]
    given = trial(*hours, said(9, start=EVENING.replace(hour=3), all_day=True))
    assert measure(given, "starts from 02:00 to 06:00") == (2, 4, False)


def test_what_is_far_ahead() -> None:
    days = [said(number, start=EVENING + timedelta(days=ahead)) for number, ahead in enumerate((396, 397))]
    assert measure(trial(*days), "more than 400 days ahead") == (1, 2, False)


def test_what_is_said_again() -> None:
    again = {"start": EVENING, "title": "CONCERT – 0!"}
    given = trial(said(0), said(1, **again), said(2, **again, feed="other"), said(3, **again, venue_name="Elsewhere"))
    assert measure(given, "duplicates within a feed") == (1, 4, False)
    assert measure(given, "duplicates of its other feeds") == (1, 4, None)


def test_overlap_with_the_lake_goes_by_title_and_day() -> None:
    known = [said(0, title="concert: 0", start=EVENING.replace(hour=21)), said(1, start=EVENING), said(2)]
    given = trial(*GOOD[:4], known=rows(Listing, *known))
    assert measure(given, "overlap with the lake") == (2, 4, None)
    assert measure(given, "unique") == (2, 4, True)
    assert reasons(given, min_upcoming=1, min_unique=0.6) == ["unique"]
    assert measure(trial(*GOOD), "unique") == (0, 0, None)


def test_ids_are_held_to_the_other_night() -> None:
    moved = [said(number, listing_id=an_id("lst", number + 20)) for number in range(2)]
    other = said(30, title="Something else")
    twins = [said(number, title="Said twice", start=EVENING) for number in (40, 41)]
    given = trial(*GOOD[:4], *twins, before=rows(Listing, *moved, *GOOD[2:4], other, *twins))
    assert measure(given, "same id as the other night") == (2, 4, False)
    assert "same id as the other night" not in reasons(given, min_stable_ids=0.5)

"""The believable bench: profiles, distances and the page, on frames made by hand; the real data where it is at hand."""

from datetime import date, datetime, time, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from pulsecity_pipeline.bench.believable_bulk import BULK
from pulsecity_pipeline.bench.believable_distances import (
    COMPARED,
    DISTRIBUTIONS,
    compare_profiles,
    ks_distance,
    summarize_populations,
    total_variation,
)
from pulsecity_pipeline.bench.believable_page import read_measured, render_measured, render_page
from pulsecity_pipeline.bench.believable_profile import FIELDS, PROFILE, profile_listings
from pulsecity_pipeline.bench.believable_real import read_real
from pulsecity_pipeline.bench.believable_repeats import mark_near_duplicates
from pulsecity_pipeline.bench.believable_sandbox import read_sandbox
from pulsecity_pipeline.config.cities import load_cities
from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.sandbox.night import SandboxNight

RECORDED = Path(__file__).parents[3] / "shared" / "data"
PAGE = Path(__file__).parents[2] / "docs" / "sandbox.md"
NIGHT = date(2026, 8, 22)


def listings(*rows: tuple[str, datetime | None, float | None, str | None]) -> pl.DataFrame:
    """Listings of title, start (wall clock), price and event."""
    made = pl.DataFrame(
        list(rows),
        schema={"title": pl.String, "starts_local": pl.Datetime("us"), "price_min": pl.Float64, "event": pl.String},
        orient="row",
    )
    return made.with_columns(
        population=pl.lit("ics"),
        starts_on=pl.col("starts_local").dt.date(),
        night=pl.lit(NIGHT),
        currency=pl.lit("USD"),
        performers=pl.lit([], dtype=pl.List(pl.String())),
    )


def at(day: int, hour: int = 19) -> datetime:
    return datetime.combine(NIGHT + timedelta(days=day), time(hour))


def test_numbers_are_as_far_apart_as_their_shares() -> None:
    assert ks_distance(np.array([1.0, 2.0]), np.array([1.0, 2.0])) == 0
    assert ks_distance(np.array([1.0, 2.0]), np.array([3.0])) == 1
    assert ks_distance(np.array([1.0, 1.0, 1.0, 5.0]), np.array([1.0, 5.0])) == pytest.approx(0.25)


def test_words_are_as_far_apart_as_their_shares() -> None:
    assert total_variation(pl.Series(["a", "b"]), pl.Series(["b", "a"])) == 0
    assert total_variation(pl.Series(["a", "a", "b", "b"]), pl.Series(["a", "c"])) == pytest.approx(0.5)
    assert total_variation(pl.Series([True, False]), pl.Series([True])) == pytest.approx(0.5)


def test_a_listing_becomes_numbers() -> None:
    frame = listings(
        ("FILM: Café №2", at(3), 12.5, "e1"), ("Late film", at(-2, 23), 0.0, "e1"), ("Day", None, None, None)
    )
    profile = profile_listings(frame)
    assert profile.schema == PROFILE
    first = profile.row(0, named=True)
    assert (first["title_chars"], first["title_words"], first["hour"], first["weekday"]) == (13, 3, "19", "Tue")
    assert (first["lead_days"], first["is_over"], first["price_low"], first["is_free"]) == (3, False, 12.5, False)
    assert (first["is_non_ascii"], first["is_shouted"], first["has_digits"], first["has_marks"]) == (
        True,
        False,
        True,
        True,
    )
    assert profile["is_over"].to_list() == [False, True, None]
    assert profile["listings_per_event"].to_list() == [2, None, None]
    assert profile["is_free"].to_list() == [False, True, None]
    assert profile["states_performers"].to_list() == [False] * 3


def test_of_columns_that_are_not_there_nothing_is_known() -> None:
    profile = profile_listings(listings(("A", at(1), None, None)).drop("performers"))
    assert profile["states_performers"].to_list() == [None]
    assert profile["states_venue"].to_list() == [None]
    assert {f"states_{name}" for name in FIELDS} <= set(profile.columns)


def test_near_duplicates_begin_together_in_one_city() -> None:
    frame = listings(
        ("Jazz Night", at(1), None, None),
        ("JAZZ NIGHT with Ada", at(1), None, None),
        ("Jazz Night", at(2), None, None),
        ("Council", at(1), None, None),
        ("Jazz Night", at(1), None, None),
    ).with_columns(pull_city_id=pl.Series(["a", "a", "a", "a", "b"]))
    assert mark_near_duplicates(frame)["is_near_duplicate"].to_list() == [True, True, False, False, False]


def test_a_long_calendar_among_many_speaks_for_three_hundred() -> None:
    long = listings(*(("Daily", at(day), None, None) for day in range(900)))
    parts = [long.with_columns(feed=pl.lit("long"))]
    parts += [long.head(1).with_columns(feed=pl.lit(f"short {number}")) for number in range(25)]
    assert profile_listings(pl.concat(parts)).height == 300 + 25
    assert profile_listings(parts[0]).height == 900


def profiles(*hours: str) -> pl.DataFrame:
    frame = pl.DataFrame({"population": ["ics"] * len(hours), "hour": list(hours), "title_chars": [20.0] * len(hours)})
    return frame.with_columns(pl.lit(None).alias(name) for name in PROFILE if name not in frame.columns).select(
        PROFILE.names()
    ).cast(PROFILE)  # fmt: skip


def test_what_is_known_of_both_is_compared() -> None:
    compared = compare_profiles(profiles(*["19"] * 20), profiles("19", "20"))
    assert compared.schema == COMPARED
    found = {row["distribution"]: row["distance"] for row in compared.to_dicts()}
    assert found == {"start hour": pytest.approx(0.5), "title, characters": 0}
    (summary,) = summarize_populations(compared).to_dicts()
    assert (summary["mean distance"], summary["within 0.1"]) == (pytest.approx(0.25), 0.5)


def test_what_the_sandbox_never_says_is_as_far_as_can_be() -> None:
    (row,) = (
        compare_profiles(profiles(*["19"] * 20), profiles("19"))
        .filter(pl.col("distribution") == "start hour")
        .to_dicts()
    )
    assert row["distance"] == 0
    lost = compare_profiles(profiles(*["19"] * 20), profiles().clear())
    assert lost["distance"].to_list() == [1.0, 1.0]


def test_of_few_real_values_nothing_is_said() -> None:
    assert compare_profiles(profiles(*["19"] * 14), profiles("19")).is_empty()


def test_the_page_holds_every_population_and_reads_back(tmp_path: Path) -> None:
    measured = render_measured(compare_profiles(profiles(*["19"] * 20), profiles("19", "20")))
    assert "| start hour | 19 100% | 19 50%, 20 50% | 0.50 |" in measured
    page = tmp_path / "page.md"
    page.write_text(render_page(measured), encoding="utf-8")
    assert read_measured(page) == measured


def test_the_page_lists_what_the_code_compares() -> None:
    """After a change run `pulsecity bench believable FOLDER… --write`."""
    text = PAGE.read_text("utf-8")
    assert text == render_page(read_measured(PAGE))
    for one in DISTRIBUTIONS:
        assert f"| {one.name} | " in text


def test_a_folder_without_real_data_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no real data"):
        read_real(tmp_path)


def test_the_sandbox_is_read_through_its_pages() -> None:
    city = load_cities()["us-tx-austin"]
    fiction = SandboxNight({city.city_id: city}, seed=7, night=NIGHT, scale=0.5)
    profile = read_sandbox(fiction, [city.city_id])
    assert {"ics", "eventbrite", "meetup", "resident_advisor", "songkick: history", "world: attended events"} <= set(
        profile["population"]
    )
    linked = profile.filter(pl.col("population") == "ics")["listings_per_event"].drop_nulls()
    assert linked.len() > 100


@pytest.mark.skipif(not (RECORDED / "bulk").is_dir(), reason="public data of ../shared/data is absent")
def test_tables_in_bulk_are_profiled() -> None:
    profile = read_real(RECORDED / "bulk")
    counts = dict(profile["population"].value_counts().rows())
    assert len(counts) == len(BULK)
    assert counts["resident_advisor"] == 1958
    nights = profile.filter(pl.col("population") == "resident_advisor")
    assert nights["duration_minutes"].median() == 480
    assert nights["hour"].null_count() == 0


@pytest.mark.skipif(not (RECORDED / "payloads").is_dir(), reason="recorded answers of ../shared/data are absent")
def test_recorded_answers_are_profiled_but_not_what_was_not_asked_for() -> None:
    profile = read_real(RECORDED / "payloads")
    events = profile.filter(pl.col("population") == "eventbrite")
    assert events.height > 1500
    assert events["states_image"].drop_nulls().len() < 100
    assert "ics" not in set(profile["population"])

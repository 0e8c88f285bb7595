"""Scores against truth, on frames small enough to count by hand."""

from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from pulsecity_pipeline.bench.baseline import beside_baseline, load_baseline, save_baseline
from pulsecity_pipeline.bench.truth_scoring import (
    rate,
    score_b_cubed,
    score_fields,
    score_pairs,
    score_slices,
    score_state,
)
from pulsecity_pipeline.config.errors import ConfigurationError

#: Event e1 holds a, b of happening h1 and c of h2; e2 the other d of h1.
LINKS = pl.DataFrame(
    {
        "listing_id": ["a", "b", "c", "d"],
        "event_id": ["e1", "e1", "e1", "e2"],
        "happening_id": ["h1", "h1", "h2", "h1"],
    }
)


def numbers(scores: pl.DataFrame) -> tuple[float, ...]:
    return scores.select("precision", "recall", "f1").row(0)


def test_pairs_are_counted() -> None:
    assert numbers(score_pairs(LINKS)) == pytest.approx((1 / 3, 1 / 3, 1 / 3))
    assert score_pairs(LINKS)["cases"].to_list() == [3]


def test_b_cubed_is_a_mean_over_listings() -> None:
    precision, recall = (2 / 3 + 2 / 3 + 1 / 3 + 1) / 4, (2 / 3 + 2 / 3 + 1 + 1 / 3) / 4
    assert numbers(score_b_cubed(LINKS))[:2] == pytest.approx((precision, recall))


def test_a_slice_takes_what_its_events_and_happenings_touch() -> None:
    scores = score_slices(LINKS, pl.DataFrame({"slice": ["small"], "happening_id": ["h2"]}))
    of_slice = scores.filter(pl.col("name") == "small", pl.col("part") == "pairs")
    assert of_slice["cases"].to_list() == [1]
    assert numbers(of_slice)[0] == pytest.approx(1 / 3)


def test_nothing_to_divide_by_is_nothing() -> None:
    assert rate(0, 0, 0) == (None, None, None)
    assert rate(0, 5, 5) == (0.0, 0.0, None)
    assert score_b_cubed(LINKS.clear())["f1"].to_list() == [None]


def test_states_are_found_or_missed() -> None:
    events = pl.DataFrame(
        {"status": ["cancelled", "cancelled", "scheduled"], "true_status": ["cancelled", "scheduled", "cancelled"]}
    )
    assert numbers(score_state(events, "cancelled")) == pytest.approx((0.5, 0.5, 0.5))


def joined(**changes: object) -> pl.DataFrame:
    row: dict[str, object] = {
        "title": "Open  choir", "title_found": "Open choir", "status": "scheduled", "status_found": "past",
        "is_date": False, "time_precision_found": "minute", "starts_on_found": None,
        "starts_local": datetime.fromisoformat("2027-03-01T19:00"),
        "starts_local_found": datetime.fromisoformat("2027-03-01T19:00"),
        "ends_local": None, "ends_local_found": None, "true_city_id": "us-ca-davis", "city_id_found": "us-ca-davis",
        "venue_name": "Hall", "venue_name_found": None, "price_min": 5.0, "price_min_found": 5.0, "price_max": None,
        "price_max_found": 9.0, "latitude": 1.0, "longitude": 2.0, "latitude_found": 1.0, "longitude_found": 2.0,
        "performers": ["A", "B"], "performers_found": ["B", "A"], "description": "Bring a friend.",
        "description_found": "Sing!\nBring  a friend. Admission: free", "address": "1 Way", "address_found": "2 Way",
        "fees_included": None, "price_all_in_found": None, "sale_status": "on_sale", "sale_status_found": "unknown",
    }  # fmt: skip
    exact = (
        "attendance_mode", "timezone", "organizer", "url", "image_url", "listing_class", "category", "subcategory",
        "is_free", "currency", "geo_precision",
    )  # fmt: skip
    row |= dict.fromkeys(exact, "x") | {f"{name}_found": "x" for name in exact} | changes
    return pl.DataFrame(
        [row],
        schema_overrides={
            "ends_local": pl.Datetime("us"),
            "ends_local_found": pl.Datetime("us"),
            "starts_on_found": pl.Date(),
            "venue_name_found": pl.String(),
            "price_max": pl.Float64(),
        },
    )


def field(name: str, **changes: object) -> tuple[float | None, ...]:
    return score_fields(joined(**changes)).filter(pl.col("name") == name).select("precision", "recall").row(0)


def test_fields_are_right_missed_or_invented() -> None:
    assert field("title") == (1.0, 1.0)
    assert field("title", title_found="Closed choir") == (0.0, 0.0)
    assert field("status") == (1.0, 1.0)
    assert field("start") == (1.0, 1.0)
    assert field("end") == (None, None)
    assert field("venue") == (None, 0.0)
    assert field("price_max") == (0.0, None)
    assert field("performers") == (0.0, 0.0)
    assert field("description") == (1.0, 1.0)
    assert field("address") == (0.0, 0.0)
    assert field("price_all_in") == (None, None)
    assert field("sale_status") == (None, 0.0)
    assert field("point") == (1.0, 1.0)
    assert field("point", latitude_found=1.1, longitude_found=1.9) == (0.0, 0.0)


def test_baselines_are_kept_and_compared(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    assert load_baseline(path).is_empty()
    save_baseline(path, score_pairs(LINKS))
    later = score_pairs(LINKS.with_columns(event_id=pl.lit("e")))
    compared = beside_baseline(later, load_baseline(path))
    assert compared["baseline_f1"].to_list() == [0.3333]
    assert compared["drift"].to_list() == [pytest.approx(2 * 0.5 / 1.5 - 1 / 3, abs=1e-3)]
    path.write_text('{"a": 1}')
    with pytest.raises(ConfigurationError, match="expected a list of scores"):
        load_baseline(path)

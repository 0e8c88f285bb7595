"""Weather: what is asked, what an answer says, and what is kept when there is none."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from pulsecity_pipeline.contracts import Weather
from pulsecity_pipeline.enrichment.weather import ask_forecast, find_fault, forecast_url, keep_past, read_forecast
from pulsecity_pipeline.quality.polars_checks import evaluate
from pulsecity_pipeline_tests.enrichment.answers import AT, DAVIS, asker, golden

HOST = "api.open-meteo.com"
GOLDEN: dict[str, Any] = json.loads(golden("open_meteo", "davis"))


def test_one_request_for_days_of_the_citys_own_zone() -> None:
    asking, client = asker("open_meteo", {HOST: GOLDEN})
    rows = ask_forecast(DAVIS, AT, asking).content
    assert client.asked == [forecast_url(DAVIS)]
    assert "timezone=America%2FLos_Angeles" in client.asked[0]
    assert rows.select("on", "temperature_max_c", "precipitation_mm", "precipitation_probability").rows() == [
        (date(2026, 8, 22), 33.4, 0.0, 0.0),
        (date(2026, 8, 23), 31.0, 1.2, 0.35),
        (date(2026, 9, 6), 28.9, None, None),
    ]
    assert rows["wind_max_kmh"].to_list() == [14.2, 19.8, 11.0]
    assert rows["weather_code"].to_list() == [0, 61, 3]
    assert rows["known_at"].unique().to_list() == [AT]
    assert [outcome.name for outcome in evaluate(rows, Weather) if not outcome.passed] == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (
            {"daily_units": GOLDEN["daily_units"] | {"temperature_2m_max": "°F"}},
            "temperature_2m_max in °F: expected °C",
        ),
        ({"daily": GOLDEN["daily"] | {"weather_code": [1]}}, "weather_code: 1 values for 3 days"),
        ({"daily": None}, "another shape"),
        ({"daily": GOLDEN["daily"] | {"time": ["soon", "later", "never"]}}, "another shape"),
        ({"daily": GOLDEN["daily"] | {"weather_code": ["wet", "dry", "dry"]}}, "another shape"),
    ],
)
def test_another_shape_is_a_reason(change: dict[str, Any], reason: str) -> None:
    told = ask_forecast(DAVIS, AT, asker("open_meteo", {HOST: GOLDEN | change})[0])
    assert told.content is None
    assert reason in (told.reason or "")


def test_an_error_is_told_in_a_good_answer() -> None:
    error = {"error": True, "reason": "Daily API request limit exceeded. Please try again tomorrow."}
    asking, _ = asker("open_meteo", {HOST: error}, find_fault=find_fault)
    assert "Daily API request limit" in (ask_forecast(DAVIS, AT, asking).reason or "")
    assert asking.closed is not None


def test_days_gone_by_keep_their_last_forecast() -> None:
    before = read_forecast(GOLDEN, DAVIS.city_id, datetime(2026, 8, 21, tzinfo=UTC))
    later = {name: values[1:] for name, values in GOLDEN["daily"].items()}
    kept = keep_past(read_forecast(GOLDEN | {"daily": later}, DAVIS.city_id, AT), before)
    assert kept["on"].to_list() == [date(2026, 8, 22), date(2026, 8, 23), date(2026, 9, 6)]
    assert [known.day for known in kept["known_at"]] == [21, 22, 22]

"""Weather: Open-Meteo's daily forecast of a city, in one request."""

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

import polars as pl

from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.contracts import Weather
from pulsecity_pipeline.enrichment.asking import Asker, Fault, Told

_FORECAST = "https://api.open-meteo.com/v1/forecast"
_DAYS = 16
#: Their variable → (our column, the unit it must come in, what a value of theirs is in ours).
_VARIABLES: dict[str, tuple[str, str, float]] = {
    "temperature_2m_max": ("temperature_max_c", "°C", 1),
    "precipitation_sum": ("precipitation_mm", "mm", 1),
    "precipitation_probability_max": ("precipitation_probability", "%", 0.01),
    "wind_speed_10m_max": ("wind_max_kmh", "km/h", 1),
    "weather_code": ("weather_code", "wmo code", 1),
}


def find_fault(content: Any) -> Fault | None:
    """An error told as `{"error": true, "reason": …}`."""
    told = content.get("reason") if isinstance(content, dict) and content.get("error") else None
    return Fault(f"error: {told}", is_closing=True) if told else None


def ask_forecast(city: City, at: datetime, asker: Asker) -> Told:
    """Told whose content are rows of features.weather; a forecast of another shape or in other units is a reason."""
    told = asker.ask(forecast_url(city))
    if told.content is None:
        return told
    try:
        return Told(read_forecast(told.content, city.city_id, at))
    except (KeyError, TypeError, ValueError, pl.exceptions.PolarsError) as error:
        return Told(reason=f"another shape than it was: {str(error).splitlines()[0]}")


def forecast_url(city: City) -> str:
    """The city's daily forecast; days are those of its own time zone."""
    asked = {
        "latitude": round(city.latitude, 2),
        "longitude": round(city.longitude, 2),
        "daily": ",".join(_VARIABLES),
        "timezone": city.timezone,
        "forecast_days": _DAYS,
    }
    return f"{_FORECAST}?{urlencode(asked)}"


def read_forecast(content: Any, city_id: str, at: datetime) -> pl.DataFrame:
    """An answer → rows of features.weather. Raises KeyError, TypeError, ValueError or PolarsError for another one."""
    daily, units = content["daily"], content["daily_units"]
    days = [date.fromisoformat(day) for day in daily["time"]]
    columns: dict[str, list[Any]] = {"on": days}
    for theirs, (ours, unit, factor) in _VARIABLES.items():
        if units[theirs] != unit:
            raise ValueError(f"{theirs} in {units[theirs]}: expected {unit}")
        if len(daily[theirs]) != len(days):
            raise ValueError(f"{theirs}: {len(daily[theirs])} values for {len(days)} days")
        columns[ours] = [None if value is None else value * factor for value in daily[theirs]]
    frame = pl.DataFrame(columns, strict=False).with_columns(
        pl.col("precipitation_probability").cast(pl.Float64).round(4), city_id=pl.lit(city_id), known_at=pl.lit(at)
    )
    schema = Weather.polars_schema()
    return frame.select(pl.col(name).cast(kind) for name, kind in schema.items()).sort("on")


def keep_past(fresh: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """The fresh forecast, and of what was known the days it says nothing of."""
    return pl.concat([fresh, known.join(fresh, on=["city_id", "on"], how="anti")]).sort("on")

"""Points of open-data rows: objects, pairs, GeoJSON, texts and two columns, as latitude and longitude."""

from collections.abc import Sequence
from typing import Any

from pulsecity_pipeline.sources.formats.json_values import pick, pick_point


def read_point(item: dict[str, Any], columns: Sequence[str]) -> dict[str, float]:
    """`latitude` and `longitude` from one column or two; nothing where they say none (see `pick_point`)."""
    if len(columns) == 2:
        return pick_point(item, *columns)
    value = pick(item, columns[0]) if columns else None
    if isinstance(value, dict):
        return _read_object(value)
    if isinstance(value, str):
        value = value.split(",")
    if isinstance(value, list) and len(value) == 2:
        return pick_point(value, "0", "1")
    return {}


def _read_object(value: dict[str, Any]) -> dict[str, float]:
    """GeoJSON has the longitude first (RFC 7946); portals name the two `lat` and `lon`, or in full."""
    if "coordinates" in value:
        return pick_point(value, "coordinates.1", "coordinates.0")
    return pick_point(value, "lat", "lon") or pick_point(value, "latitude", "longitude")

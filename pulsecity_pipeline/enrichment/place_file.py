"""A file of places (Foursquare OS Places, or any of its shape): those around a city, by name."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.enrichment.places import Place, Wanted, fold_venue

_KM_PER_DEGREE = 111.2
_NEEDED = ("name", "latitude", "longitude")
_TYPES = {
    "name": pl.String(), "latitude": pl.Float64(), "longitude": pl.Float64(), "address": pl.String(),
    "date_closed": pl.String(), "capacity": pl.Int64(),
}  # fmt: skip


class PlaceFile:
    """The places of a Parquet or CSV file in a square around a city; the rest of the file is not kept in memory.

    Raises ConfigurationError for a file that is missing, cannot be read, or has no id, name or coordinates.
    """

    def __init__(self, path: Path, city: City) -> None:
        self._by_name: dict[str, list[Place]] = defaultdict(list)
        for row in _read(path, city).iter_rows(named=True):
            capacity = row["capacity"]
            place = Place(
                row["place_id"],
                row["name"],
                row["latitude"],
                row["longitude"],
                row["address"],
                capacity if capacity and capacity > 0 else None,
                bool(row["date_closed"]),
            )
            self._by_name[fold_venue(place.name)].append(place)

    def find(self, wanted: Wanted) -> Sequence[Place]:
        """Places of that name, or of an alias."""
        names = {fold_venue(name) for name in (wanted.name, *wanted.aliases)}
        return [place for name in sorted(names) for place in self._by_name.get(name, [])]


def _read(path: Path, city: City) -> pl.DataFrame:
    try:
        scanned = _scan(path)
        columns = scanned.collect_schema().names()
        key = next((name for name in ("fsq_place_id", "place_id") if name in columns), None)
        missing = [name for name in _NEEDED if name not in columns]
        if key is None or missing:
            wanted = ["fsq_place_id or place_id"] if key is None else missing
            raise ConfigurationError(f"{path}: no column {', '.join(wanted)}")
        known = [pl.col(name).cast(kind, strict=False) for name, kind in _TYPES.items() if name in columns]
        absent = [pl.lit(None, kind).alias(name) for name, kind in _TYPES.items() if name not in columns]
        rows = scanned.select(pl.col(key).cast(pl.String).alias("place_id"), *known, *absent)
        return (
            rows.filter(_is_around(city)).drop_nulls(["place_id", "name"]).unique("place_id").sort("place_id").collect()
        )
    except (OSError, pl.exceptions.PolarsError) as error:
        told = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ConfigurationError(f"{path}: cannot be read as a file of places: {told}") from error


def _scan(path: Path) -> pl.LazyFrame:
    if path.suffix == ".csv":
        # All as text: what a number is, is said by _TYPES and not by the first rows.
        return pl.scan_csv(path, infer_schema=False)
    return pl.scan_parquet(path)


def _is_around(city: City) -> pl.Expr:
    """In a square of the city's radius; wider in longitude towards the poles."""
    high = city.radius_km / _KM_PER_DEGREE
    latitude = pl.col("latitude").is_between(city.latitude - high, city.latitude + high)
    shrink = pl.lit(city.latitude).radians().cos().clip(0.05, 1)
    return latitude & ((pl.col("longitude") - city.longitude).abs() <= high / shrink)

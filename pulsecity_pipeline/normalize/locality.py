"""From the text of a place to the town its address names, or to nothing: a bare word is not a town."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.normalize.folding import fold_place, fold_text
from pulsecity_pipeline.normalize.gazetteer import Gazetteer, Place, distance_km
from pulsecity_pipeline.normalize.regions import PLACE_ALIASES, admin1_spellings, country_spellings

_SEPARATOR = re.compile(r"\s*(?:[,;\n|•·]|\s[-–—]+\s|\s@\s|[()])\s*")
_US_CODE = r"\d{5}(?:-\d{4})?"
_CA_CODE = r"[A-Za-z]\d[A-Za-z][ -]?\d[A-Za-z]\d"
_REGION = "|".join(
    sorted((re.escape(name) for name in admin1_spellings() if len(name) > 3 and name[-1] != "."), key=len, reverse=True)
)
_PRESS = "|".join(sorted((re.escape(name) for name in admin1_spellings() if name[-1] == "."), key=len, reverse=True))
#: `Asheville NC 28806 USA`, `NC`, `Ontario M5S 3G3`: what is before, the region, perhaps code and country.
_TAIL = re.compile(
    rf"(?:(?P<head>.*\S)[\s.]+)?(?P<region>{_PRESS}|[A-Z]{{2}}|(?i:{_REGION})|[A-Z][a-z])\.?"
    rf"(?P<code>\s+(?:{_US_CODE}|{_CA_CODE}))?(?:\s+(?i:usa?|u\.s\.a?\.?|united states|canada))?\.?",
    re.DOTALL,
)
_STREET_WORD = (
    r"(?:st|str|street|ave?|avenue|rd|road|blvd|boulevard|dr|drive|ln|lane|way|hwy|highway|pkwy|parkway|ct|court|cir|circle|"
    r"pl|place|sq|square|ter|terrace|trl|trail|pike|row|loop|cres|crescent|[nsew]{1,2}|north|south|east|west)"
)
_STREET_END = re.compile(rf"(?:\b{_STREET_WORD}\.?|\d\S*)$", re.IGNORECASE)
_HOUSE = re.compile(r"\d+[A-Za-z]?(?:[-–/]\d+)?\s+\S+.*")
_CODES = re.compile(r"^(?:\S*\d\S*\s+)+|(?:\s+(?:\S*\d\S*|[A-Z]{2,3}))+$")
_LONGEST_NAME = 4
#: A bare town after a street is taken if this near, km.
_NEIGHBOURHOOD_KM = 120.0
_METRO_KM = 60.0
_BIG_PLACE = 50_000


class Locality(NamedTuple):
    """What an address says: a place, or only a region or country that is not the pull city's (place is None)."""

    label: str
    place: Place | None


@dataclass(frozen=True)
class Locator:
    """Reads localities as somebody in `home` would mean them."""

    home: City
    gazetteer: Gazetteer

    def locate(self, text: str) -> Locality | None:
        """The town an address names; None where it names none, so that the caller may assume `home`."""
        segments = [segment for segment in _SEPARATOR.split(text) if segment]
        regions = [
            (index, found, region)
            for index, segment in reversed(list(enumerate(segments)))
            if (found := _TAIL.fullmatch(segment)) and (region := _region_of(found["region"], bool(found["head"])))
        ]
        if regions:
            return self._by_region(segments, regions)
        return self._by_country(segments) or self._by_street(segments)

    def _by_region(
        self, segments: list[str], regions: list[tuple[int, re.Match[str], tuple[str, str]]]
    ) -> Locality | None:
        """`…, Asheville, NC 28806`; where the town is not known, the region alone if it is out of home's reach."""
        for index, found, region in regions:
            place = self._town(found["head"] or (segments[index - 1] if index else ""), *region)
            if place is not None:
                return Locality(f"{place.name}, {found['region']}", place)
        for index, found, region in regions:
            if index and (found["code"] or len(found["region"]) > len("NC")) and self._is_out_of_reach(region):
                return Locality(found["region"], None)
        return None

    def _town(self, text: str, country: str, admin1: str) -> Place | None:
        """The town a text is, or ends with after a street; anywhere else only a town near home."""
        for tail, is_whole in _tails(text):
            place = self._nearest(self.gazetteer.find(country, _filed(country, fold_place(tail)), admin1))
            rest = text[: len(text) - len(tail)].strip()
            if place is None:
                continue
            if is_whole or _STREET_END.search(rest) or self._distance_km(place) <= _METRO_KM:
                return place
        return None

    def _by_country(self, segments: list[str]) -> Locality | None:
        country = country_spellings().get(fold_text(segments[-1])) if segments else None
        if country is None or len(segments) < 2:
            return None
        for segment in reversed(segments[:-1]):
            folded = fold_place(_CODES.sub("", segment))
            place = self._likeliest(self.gazetteer.find(country, _filed(country, folded))) if folded else None
            if place is not None:
                return Locality(f"{place.name}, {country}", place)
        return Locality(country, None) if country != self.home.country else None

    def _by_street(self, segments: list[str]) -> Locality | None:
        """`12 Main St, Leicester`: a town of home's own region that follows a street with a house number."""
        for index in range(len(segments) - 1, 0, -1):
            if not any(_HOUSE.match(segment) for segment in segments[:index]):
                return None
            folded = _filed(self.home.country, fold_place(_CODES.sub("", segments[index])))
            place = self._nearest(self.gazetteer.find(self.home.country, folded, self.home.admin1))
            if place is not None and self._distance_km(place) <= _NEIGHBOURHOOD_KM:
                return Locality(place.name, place)
        return None

    def _nearest(self, places: list[Place]) -> Place | None:
        """Of places with one name the nearest, if it is in reach; else the biggest."""
        near = [place for place in places if self._distance_km(place) <= _NEIGHBOURHOOD_KM]
        if near:
            return min(near, key=self._distance_km)
        return max(places, key=lambda place: place.population, default=None)

    def _likeliest(self, places: list[Place]) -> Place | None:
        """Of one name in a country: the one near home, or in its region, or the biggest if it is big; else nothing."""
        near = [place for place in places if self._distance_km(place) <= _METRO_KM]
        own = [place for place in places if place.admin1 == self.home.admin1 and place.country == self.home.country]
        if near or own:
            return self._nearest(near or own)
        big = [place for place in places if place.population >= _BIG_PLACE]
        if len(places) == 1 and places[0].country != self.home.country:
            return places[0]
        return max(big, key=lambda place: place.population, default=None)

    def _is_out_of_reach(self, region: tuple[str, str]) -> bool:
        return region != (self.home.country, self.home.admin1) and region not in self._reachable

    @cached_property
    def _reachable(self) -> frozenset[tuple[str, str]]:
        return self.gazetteer.regions_around(self.home.latitude, self.home.longitude, self.home.radius_km)

    def _distance_km(self, place: Place) -> float:
        return distance_km(self.home.latitude, self.home.longitude, place.latitude, place.longitude)


def _tails(text: str) -> Iterator[tuple[str, bool]]:
    """The text, then its last 4, 3, 2, 1 words; True beside the whole."""
    yield text, True
    words = list(re.finditer(r"\S+", text))
    for count in range(min(_LONGEST_NAME, len(words) - 1), 0, -1):
        yield text[words[-count].start() :], False


def _filed(country: str, folded: str) -> str:
    return PLACE_ALIASES.get((country, folded), folded)


def _region_of(written: str, is_after_words: bool) -> tuple[str, str] | None:
    """A code in mixed case is one only on its own: `Healy, Ak`, but not `Coffee Co.`."""
    spellings = admin1_spellings()
    found = spellings.get(written) or spellings.get(written.lower())
    return found if found or is_after_words else spellings.get(written.upper())

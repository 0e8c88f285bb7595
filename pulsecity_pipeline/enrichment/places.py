"""Places: which of a provider's places a venue is, by name and nearness; none where two are as likely."""

import math
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from pulsecity_pipeline.enrichment.folding import fold_name

#: Metres within which an equal name is the same venue, and within which that is all but sure.
NEAR_M, AT_M = 150.0, 50.0
_EARTH_RADIUS_M = 6_371_008.8
_STREET = re.compile(r"\b(\d+) (?:(?:n|s|e|w|north|south|east|west) )?(\w+)")


@dataclass(frozen=True)
class Place:
    """One place of a provider, as it is stated there."""

    place_id: str
    name: str
    latitude: float | None = None
    longitude: float | None = None
    address: str | None = None
    capacity: int | None = None
    is_closed: bool = False


@dataclass(frozen=True)
class Wanted:
    """A venue that is looked for: clean.venues, with the city's name to search in."""

    venue_id: str
    name: str
    city: str
    country: str
    aliases: Collection[str] = ()
    address: str | None = None
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True)
class Match:
    """The place, or none; how sure, and why."""

    place: Place | None
    confidence: float | None
    evidence: str


def match_place(wanted: Wanted, places: Sequence[Place]) -> Match:
    """The one open place of that name that is near, or at the same address; the surest, if no other is as sure."""
    weighed = sorted(
        ((found, one) for one in places if not one.is_closed and (found := _weigh(wanted, one))),
        key=lambda pair: (-pair[0][0], pair[1].place_id),
    )
    if not weighed:
        return Match(None, None, f"no open place of that name near, among {len(places)}")
    (confidence, evidence), best = weighed[0]
    rivals = {one.place_id for (other, _), one in weighed if other == confidence} - {best.place_id}
    if rivals:
        return Match(None, None, f"left: {len(rivals) + 1} places are as likely; {evidence}")
    return Match(best, confidence, evidence)


def distance_m(a_latitude: float, a_longitude: float, b_latitude: float, b_longitude: float) -> float:
    """Great-circle distance in metres of two points in degrees, by the haversine formula."""
    phi_1, phi_2 = math.radians(a_latitude), math.radians(b_latitude)
    across = math.radians(b_longitude - a_longitude)
    chord = math.sin((phi_2 - phi_1) / 2) ** 2 + math.cos(phi_1) * math.cos(phi_2) * math.sin(across / 2) ** 2
    return 2 * _EARTH_RADIUS_M * math.asin(math.sqrt(min(chord, 1.0)))


def _weigh(wanted: Wanted, one: Place) -> tuple[float, str] | None:
    """(confidence, evidence), or None where name or place differ."""
    name = fold_venue(one.name)
    is_alias = name != fold_venue(wanted.name)
    if is_alias and name not in {fold_venue(alias) for alias in wanted.aliases}:
        return None
    where = _locate(wanted, one)
    if where is None:
        return None
    confidence, evidence = where
    return round(confidence - 0.05 * is_alias, 4), f"{'alias' if is_alias else 'name'} same, {evidence}"


def _locate(wanted: Wanted, one: Place) -> tuple[float, str] | None:
    """How near: coordinates decide where both are known, else the street and number."""
    ours, theirs = (wanted.latitude, wanted.longitude), (one.latitude, one.longitude)
    if ours[0] is not None and ours[1] is not None and theirs[0] is not None and theirs[1] is not None:
        metres = distance_m(ours[0], ours[1], theirs[0], theirs[1])
        return (0.95 if metres <= AT_M else 0.85, f"{metres:.0f} m") if metres <= NEAR_M else None
    street = _street(wanted.address)
    return (0.8, f"address {street}") if street is not None and street == _street(one.address) else None


def fold_venue(name: str) -> str:
    """As fold_name, without a leading article."""
    folded = fold_name(name)
    return folded.removeprefix("the ") or folded


def _street(address: str | None) -> str | None:
    """House number and first word of the street, folded."""
    match = _STREET.search(fold_name(address or ""))
    return f"{match[1]} {match[2]}" if match else None

"""The tables that the fictional world is drawn by: words, kinds of happening, organisers and venues; data, not code."""

from functools import cache
from pathlib import Path

from pydantic import Field, RootModel

from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.config.loading import Strict, load_yaml

_FOLDER = Path(__file__).parent


class Words(Strict):
    """The words of one language; syllables make proper names."""

    onsets: list[str]
    nuclei: list[str]
    codas: list[str]
    endings: list[str]
    first_names: list[str]
    adjectives: list[str]
    nouns: list[str]
    subjects: list[str]
    crafts: list[str]
    activities: list[str]
    foods: list[str]
    genres: list[str]
    bodies: list[str]
    sports: list[str]
    teams: list[str]
    languages: list[str]
    streets: list[str]
    sentences: list[str]


class Kind(Strict):
    """One kind of happening; see kinds.yaml."""

    category: str
    subs: dict[str, float]
    by_genre: bool = False
    venues: list[str]
    weekdays: list[float] = Field(min_length=7, max_length=7)
    hours: dict[int, float]
    minutes: list[int]
    days_long: list[int] = Field(default_factory=list)
    price: str
    lead_days: int
    fill: float
    crowd: int | None = None
    talk: float = 6
    doors: int = 0
    online_share: float = 0.0
    titles: dict[str, list[str]]


class OrganiserKind(Strict):
    """One kind of organiser: how many a city has at size 1, and what each puts on (one-offs a week, series kept)."""

    count: float
    house: str | None = None
    branches: bool = False
    names: list[str]
    lines: dict[str, tuple[float, float]]


class VenueKind(Strict):
    """One kind of place: how many a city has at size 1, how many people fit, and what its rooms are called."""

    count: float
    capacity: tuple[float, float]
    names: list[str]
    rooms: list[str] = Field(default_factory=list)
    room_share: float = 0.0
    is_outside: bool = False


class _AllWords(RootModel[dict[str, Words]]):
    pass


class _AllKinds(RootModel[dict[str, Kind]]):
    pass


class _AllOrganisers(RootModel[dict[str, OrganiserKind]]):
    pass


class _AllVenues(RootModel[dict[str, VenueKind]]):
    pass


@cache
def load_words() -> dict[str, Words]:
    """Language → words."""
    return load_yaml(_FOLDER / "words.yaml", _AllWords).root


@cache
def load_kinds() -> dict[str, Kind]:
    """Kind of happening → how it is drawn."""
    return load_yaml(_FOLDER / "kinds.yaml", _AllKinds).root


@cache
def load_organiser_kinds() -> dict[str, OrganiserKind]:
    """Kind of organiser → what it puts on."""
    return load_yaml(_FOLDER / "organisers.yaml", _AllOrganisers).root


@cache
def load_venue_kinds() -> dict[str, VenueKind]:
    """Kind of place → how many, how large."""
    return load_yaml(_FOLDER / "venues.yaml", _AllVenues).root


_BY_COUNTRY = {
    "DE": "de", "FR": "fr", "ES": "es", "MX": "es", "AR": "es", "PT": "pt", "BR": "pt", "NL": "nl", "JP": "ja",
}  # fmt: skip


def language_of(city: City) -> str:
    """What most of a city's organisers write in; the others write English."""
    if city.country == "CA" and city.admin1 == "10":
        return "fr"
    return _BY_COUNTRY.get(city.country, "en")

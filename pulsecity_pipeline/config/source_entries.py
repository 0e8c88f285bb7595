"""The sources: one file each below config/sources, saying whether it is on for live input, its key and its feeds."""

from datetime import date
from functools import cache
from pathlib import Path
from urllib.parse import quote

from pydantic import Field

from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.config.keys import Keyed
from pulsecity_pipeline.config.loading import Strict, load_yaml, packaged

_ADDRESS = r"^(https?|webcal)://"


class FeedEntry(Strict):
    """One publisher's feed of a city; the url may name {night}."""

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")
    url: str = Field(pattern=_ADDRESS)


class CityFeed(Strict):
    """One feed for each of `cities` (`all` for every configured one); the url may name {name}, {country}, {latitude},
    {longitude}, {radius_km}, {radius_miles}, {timezone} and {night}.
    """

    url: str = Field(pattern=_ADDRESS)
    cities: list[str]


class SourceEntry(Keyed):
    """One source. `consent` is null where its terms do not ask for it, else must be true to be pulled."""

    title: str
    enabled: bool
    verified_on: date | None
    consent: bool | None
    #: Its records of all cities come in one pull, before the first city.
    is_shared: bool = False
    #: What its terms say of storing and showing, in a few words.
    terms: str | None = None
    city_feed: CityFeed | None = None
    feeds: dict[str, list[FeedEntry]] = Field(default_factory=dict)

    @property
    def is_live(self) -> bool:
        return self.enabled and self.verified_on is not None and self.consent is not False

    def list_feeds(self, city: City | None, city_id: str, night: date) -> list[FeedEntry]:
        """The feeds of a city: those written for it, and the one that every city has."""
        stated = self.feeds.get(city_id, [])
        listed = [FeedEntry(name=one.name, url=one.url.replace("{night}", night.isoformat())) for one in stated]
        if self.city_feed is not None and city is not None and {city_id, "all"} & set(self.city_feed.cities):
            listed.append(FeedEntry(name=city_id, url=fill_address(self.city_feed.url, city, night)))
        return listed


def fill_address(template: str, city: City, night: date) -> str:
    """A city's address. Raises ConfigurationError for a placeholder that there is not."""
    values = {
        "name": city.name,
        "country": city.country,
        "latitude": city.latitude,
        "longitude": city.longitude,
        "radius_km": round(city.radius_km),
        "radius_miles": round(city.radius_km / 1.609344),
        "timezone": city.timezone,
        "night": night.isoformat(),
    }
    try:
        return template.format(**{name: quote(str(value), safe="") for name, value in values.items()})
    except (KeyError, IndexError, ValueError) as error:
        raise ConfigurationError(
            f"city_feed.url {template!r}: {error} is not known: expected {{{'}, {'.join(values)}}}"
        ) from error


@cache
def load_sources(folder: Path | None = None) -> dict[str, SourceEntry]:
    """Source name (the file's) → entry, sorted. Raises ConfigurationError."""
    found = sorted((folder or packaged("sources")).glob("*.yaml"))
    return {path.stem: load_yaml(path, SourceEntry) for path in found}

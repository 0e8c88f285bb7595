"""Who publishes in the fictional world, at which address and in which format; known without building a world."""

from dataclasses import dataclass
from typing import Final, Literal

from pulsecity_pipeline.sources.protocol import Feed

SANDBOX_HOST_SUFFIX: Final = "sandbox.example"
DEFAULT_SANDBOX_CITIES: Final = (
    "ca-toronto",
    "de-berlin",
    "gb-london",
    "us-ca-los-angeles",
    "us-ny-new-york-city",
    "us-tx-austin",
)

Dialect = Literal["grouped", "plugin", "campus", "meetings", "council", "stand", "listing", "guide", "branches", "rss"]
Fault = Literal["dead", "gone", "html", "empty", "truncated"]


@dataclass(frozen=True)
class Publisher:
    """One publisher and its one feed. `title` may name the city; `fault` is what is broken about its page, if anything.

    `path` is the file part of the URL; `content_type` what the server claims, rightly or not.
    """

    name: str
    title: str
    dialect: Dialect
    path: str = "calendar.ics"
    content_type: str = "text/calendar; charset=utf-8"
    fault: Fault | None = None
    is_gzipped: bool = False

    @property
    def source(self) -> str:
        return "rss" if self.dialect == "rss" else "ics"

    def host(self, city_id: str) -> str:
        """The virtual host; hyphens stand for the underscores that host names may not have."""
        return f"{self.name.replace('_', '-')}.{city_id}.{SANDBOX_HOST_SUFFIX}"

    def url(self, city_id: str) -> str:
        return f"http://{self.host(city_id)}/{self.path}"


_PLAIN, _BINARY, _XML = "text/plain; charset=utf-8", "application/octet-stream", "text/xml; charset=utf-8"
_RSS = "application/rss+xml; charset=utf-8"

PUBLISHERS: Final = (
    Publisher("athenaeum_theatre", "Athenaeum Theatre", "plugin", "events.ics"),
    Publisher("blue_door_club", "The Blue Door", "grouped", "basic.ics"),
    Publisher("chess_club", "{city} Chess Club", "grouped", "basic.ics", fault="empty"),
    Publisher("city_events_guide", "{city} Events Guide", "guide", "all.ics", is_gzipped=True),
    Publisher("city_library", "{city} Public Library", "branches", "workshops.ics"),
    Publisher("civic_orchestra", "{city} Civic Orchestra", "plugin", "season.ics", fault="dead"),
    Publisher("code_meetup", "{city} Code & Coffee", "meetings", "ical"),
    Publisher("community_radio", "{city} Community Radio", "grouped", "basic.ics", fault="truncated"),
    Publisher("east_branch_library", "East Branch Library", "grouped", "basic.ics"),
    Publisher("farmers_markets", "{city} Farmers Markets", "stand", "markets.ics"),
    Publisher("harbor_presents", "Harbor Presents", "grouped", "basic.ics", _BINARY),
    Publisher("makers_meetup", "{city} Makers", "meetings", "ical"),
    Publisher("music_hall", "Juniper Street Music Hall", "plugin", "shows.ics"),
    Publisher("night_owl_promotions", "Night Owl Promotions", "listing", "gigs.ics", _PLAIN),
    Publisher("science_museum", "{city} Museum of Curious Things", "listing", "exhibitions.ics"),
    Publisher("sports_league", "{city} Amateur Sports League", "council", "fixtures.ics", _PLAIN),
    Publisher("state_university", "{city} State University", "campus", "live.ics"),
    Publisher("town_council", "{city} Town Council", "council", "meetings.ics"),
    Publisher("walkers_meetup", "{city} Weekend Walkers", "meetings", "ical"),
    Publisher("warehouse_club", "Warehouse Nº 9", "grouped", "basic.ics"),
    Publisher("waterside_association", "Waterside Neighbours", "grouped", "basic.ics", fault="html"),
    Publisher("campus_news", "Campus News", "rss", "events.xml", _XML),
    Publisher("old_town_blog", "Old Town Blog", "rss", "feed.xml", fault="gone"),
    Publisher("weekly_paper", "The {city} Weekly", "rss", "events.rss", _RSS),
)


def list_sandbox_feeds(city_id: str, source: str) -> list[Feed]:
    """The feeds of one source (`ics` or `rss`) in one city, sorted by name; other sources have none."""
    wanted = (publisher for publisher in PUBLISHERS if publisher.source == source)
    return sorted((Feed(source, one.name, one.url(city_id)) for one in wanted), key=lambda feed: feed.name)

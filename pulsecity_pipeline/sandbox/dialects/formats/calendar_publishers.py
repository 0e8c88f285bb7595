"""Who publishes a calendar: kinds of publishers, their software, their clocks, and the mistakes they make."""

from dataclasses import dataclass
from typing import Final

from pulsecity_pipeline.sandbox.dialects.formats.calendar_lines import Clock
from pulsecity_pipeline.sandbox.dialects.formats.feed_sites import FeedKind

_PLAIN, _BINARY = "text/plain; charset=utf-8", "application/octet-stream"


@dataclass(frozen=True)
class Hand:
    """How a kind writes: its clock, and how often it errs.

    Shares are of entries that stand alone: `duration_share` state DURATION for an end, `no_start_share` and
    `no_title_share` lack what an entry must have, `wrong_duration_share` last minutes that are written as months;
    `repeat_share` stand twice, `copy_share` twice under two ids.
    """

    clock: Clock
    expands_series: bool = False
    duration_share: float = 0.0
    no_start_share: float = 0.0
    no_title_share: float = 0.0
    wrong_duration_share: float = 0.0
    repeat_share: float = 0.0
    copy_share: float = 0.0


#: Kind, software, file, names, and what is unusual about how it is served.
KINDS: Final[tuple[FeedKind, ...]] = (
    FeedKind("theatre", "plugin", "/events.ics", ("{coin} Theatre", "The {coin}")),
    FeedKind("rock_club", "grouped", "/basic.ics", ("{coin} Club", "The {coin}", "{coin} Rooms")),
    FeedKind("city_guide", "guide", "/all.ics", ("{city} Events Guide", "What’s on in {city}"), is_gzipped=True),
    FeedKind("library", "branches", "/workshops.ics", ("{city} Public Library", "{coin} Library")),
    FeedKind("tech_group", "meetings", "/ical", ("{coin} Code & Coffee", "{city} Makers")),
    FeedKind("promoter", "listing", "/gigs.ics", ("{coin} Promotions", "{coin} Presents"), _PLAIN),
    FeedKind("university", "campus", "/live.ics", ("{coin} University", "University of {coin}")),
    FeedKind("council", "council", "/meetings.ics", ("{city} Town Council", "City of {city}")),
    FeedKind("club_team", "council", "/fixtures.ics", ("{coin} Amateur League", "{coin} Athletic"), _PLAIN),
    FeedKind("nightclub", "grouped", "/basic.ics", ("Warehouse {coin}", "{coin} Nº 9")),
    FeedKind("market", "stand", "/markets.ics", ("{coin} Farmers Markets",)),
    FeedKind("museum", "listing", "/exhibitions.ics", ("{coin} Museum", "{city} Museum of Curious Things")),
    FeedKind("orchestra", "plugin", "/season.ics", ("{coin} Orchestra", "{city} Civic Orchestra")),
    FeedKind("community_radio", "grouped", "/basic.ics", ("{coin} Community Radio",)),
    FeedKind("neighbourhood", "grouped", "/basic.ics", ("{coin} Neighbours",)),
    FeedKind("hiking_group", "meetings", "/ical", ("{coin} Hikers", "{city} Weekend Walkers")),
    FeedKind("church", "grouped", "/basic.ics", ("{coin} Chapel", "St. {coin}")),
    FeedKind("arena", "grouped", "/basic.ics", ("{coin} Arena",), _BINARY),
    FeedKind("bookshop", "plugin", "/readings.ics", ("{coin} Books",)),
    FeedKind("school", "council", "/games.ics", ("{coin} High School",)),
    FeedKind("community_centre", "branches", "/courses.ics", ("{coin} Community Centre",)),
    FeedKind("studio", "stand", "/classes.ics", ("{coin} Studio",)),
    FeedKind("business_group", "meetings", "/ical", ("{coin} Chamber of Commerce",)),
    FeedKind("gallery", "plugin", "/openings.ics", ("{coin} Gallery",)),
    FeedKind("charity", "grouped", "/basic.ics", ("Friends of {coin}",)),
    FeedKind("comedy_club", "plugin", "/shows.ics", ("{coin} Comedy",)),
    FeedKind("cinema", "guide", "/screenings.ics", ("{coin} Pictures",)),
    FeedKind("pub", "grouped", "/basic.ics", ("The {coin} Arms", "{coin} Tavern")),
)
HANDS: Final[dict[str, Hand]] = {
    "theatre": Hand("zone", expands_series=True),
    "rock_club": Hand("utc", no_title_share=0.01),
    "city_guide": Hand("zone", copy_share=0.01),
    "library": Hand("utc", repeat_share=0.01),
    "tech_group": Hand("zone", no_title_share=0.01),
    "promoter": Hand("zone", duration_share=0.6, wrong_duration_share=0.01),
    "university": Hand("utc", no_start_share=0.004, expands_series=True),
    "council": Hand("zone", no_start_share=0.01),
    "club_team": Hand("path_zone"),
    "nightclub": Hand("floating"),
    "market": Hand("utc"),
    "museum": Hand("zone"),
    "orchestra": Hand("zone", expands_series=True),
    "community_radio": Hand("utc"),
    "neighbourhood": Hand("utc"),
    "hiking_group": Hand("zone"),
    "church": Hand("zone"),
    "arena": Hand("utc", repeat_share=0.02),
    "bookshop": Hand("zone"),
    "school": Hand("path_zone", duration_share=0.3),
    "community_centre": Hand("zone", expands_series=True),
    "studio": Hand("zone", expands_series=True),
    "business_group": Hand("utc"),
    "gallery": Hand("zone"),
    "charity": Hand("utc"),
    "comedy_club": Hand("zone"),
    "cinema": Hand("utc"),
    "pub": Hand("utc", no_title_share=0.01),
}

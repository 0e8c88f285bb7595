"""What each publisher puts on in a week, and which weekly series it keeps: a table, without chance."""

from dataclasses import dataclass
from typing import Final

_ANY_DAY: Final = (0, 1, 2, 3, 4, 5, 6)
_WEEKDAYS: Final = (0, 1, 2, 3, 4)
_WEEKEND: Final = (5, 6)
_LATE_WEEK: Final = (3, 4, 5)


@dataclass(frozen=True)
class Programme:
    """`title` names a grammar of titles; `weekly_count` one-offs a week; `series_count` weekly series kept at a time.

    `venue_kinds` empty means online. `is_run` plays one title on every day of `weekdays` for two weeks.
    `is_shared_hour` gives all series of the line one weekday and hour, each at a venue of its own. `days_long` > 0
    means whole days.
    """

    publisher: str
    title: str
    category: str
    venue_kinds: tuple[str, ...]
    weekly_count: int
    series_count: int = 0
    weekdays: tuple[int, ...] = _ANY_DAY
    hours: tuple[int, ...] = (18, 19, 20)
    durations_minutes: tuple[int, ...] = (90, 120, 180)
    end_share: float = 1.0
    price: str = "free"
    days_long: int = 0
    is_run: bool = False
    is_shared_hour: bool = False


_EVENING, _LATE = (19, 20, 21), (21, 22, 23)

PROGRAMMES: Final = (
    Programme("athenaeum_theatre", "play", "Theatre", ("theatre",), 3, weekdays=_LATE_WEEK, price="stage", is_run=True),
    Programme("blue_door_club", "gig", "Music", ("rock_club",), 3, hours=_EVENING, end_share=0.3, price="door"),
    Programme("blue_door_club", "pub_series", "Music", ("rock_club",), 0, 2, hours=_EVENING, end_share=0.3),
    Programme("chess_club", "workshop", "Games", ("hall",), 0, 1),
    Programme("city_library", "library", "Library", ("branch",), 5, weekdays=_ANY_DAY, hours=(10, 14, 16, 18)),
    Programme(
        "city_library", "story_time", "Family", ("branch",), 0, 3, _WEEKDAYS, (10, 11), (45,), is_shared_hour=True
    ),
    Programme("city_library", "book_club", "Books", ("branch",), 0, 2, weekdays=_WEEKDAYS, hours=(14, 18)),
    Programme("civic_orchestra", "concert", "Classical", ("concert_hall",), 1, weekdays=(4, 5, 6), price="stage"),
    Programme("code_meetup", "code", "Technology", (), 1, 1, weekdays=_WEEKDAYS),
    Programme("community_radio", "gig", "Music", ("pub", "park"), 2, 1, hours=_EVENING, end_share=0.6, price="small"),
    Programme("east_branch_library", "library", "Library", ("branch",), 1, 1, weekdays=_ANY_DAY, hours=(11, 15, 17)),
    Programme("farmers_markets", "market", "Market", ("park",), 0, 4, weekdays=_WEEKEND, hours=(8, 9), price="free"),
    Programme("harbor_presents", "gig", "Concert", ("rock_club", "concert_hall"), 2, hours=_EVENING, price="door"),
    Programme("makers_meetup", "workshop", "Crafts", ("hall", "gallery"), 1, 2, price="small"),
    Programme("music_hall", "gig", "Concert", ("rock_club",), 3, weekdays=_LATE_WEEK, hours=_EVENING, price="door"),
    Programme(
        "night_owl_promotions", "gig", "Gig", ("rock_club", "pub"), 3, hours=_EVENING, end_share=0.5, price="door"
    ),
    Programme("science_museum", "exhibition", "Exhibition", ("museum",), 1, price="small", days_long=9),
    Programme("science_museum", "lecture", "Talk", ("museum",), 0, 1, price="small"),
    Programme("sports_league", "fixture", "Sports", ("field",), 2, 1, weekdays=_WEEKEND, hours=(11, 13, 15)),
    Programme("state_university", "lecture", "Lecture", ("campus",), 4, 2, weekdays=_WEEKDAYS, hours=(12, 15, 16, 17)),
    Programme("town_council", "meeting", "Government", ("chamber",), 2, 1, weekdays=_WEEKDAYS, hours=(9, 17, 18)),
    Programme("walkers_meetup", "walk", "Outdoors", ("neighbour", "park"), 2, 2, weekdays=_WEEKEND, hours=(7, 8, 9)),
    Programme("warehouse_club", "club_night", "Nightlife", ("rock_club",), 2, 1, _LATE_WEEK, _LATE, price="door"),
    Programme("waterside_association", "fair", "Community", ("park", "hall"), 1, 1, weekdays=_WEEKEND, hours=(11, 14)),
    Programme("weekly_paper", "exhibition", "Art", ("gallery",), 1, hours=(17, 18), end_share=0.5),
)

"""How each publisher writes: what it leaves out, rewords, misspells and gets wrong; a table, without chance."""

from dataclasses import dataclass
from typing import Final, Literal

Clock = Literal["utc", "zone", "floating", "path_zone"]
Place = Literal["venue_and_address", "address", "name", "nickname", "room"]
Defect = Literal["no_start", "no_title", "wrong_duration", "repeat", "repeat_other_uid"]


@dataclass(frozen=True)
class Habits:
    """A publisher's hand. Shares are of its entries.

    `follows` names publishers whose happenings it lists too (`*` is everybody), `others_share` of them. `titles` are
    equally likely templates of {title}, {venue} and {category}. `defects` says how many entries are spoilt how.
    """

    clock: Clock
    place: Place
    place_share: float = 1.0
    end_share: float = 1.0
    duration_share: float = 0.0
    date_only_share: float = 0.0
    description: Literal["text", "html"] = "text"
    description_share: float = 1.0
    titles: tuple[str, ...] = ("{title}",)
    typo_share: float = 0.0
    cancelled: Literal["status", "title", "silent"] = "status"
    expands_series: bool = False
    follows: tuple[str, ...] = ()
    others_share: float = 0.0
    defects: tuple[tuple[Defect, int], ...] = ()


_LIVE = ("{title}", "{title}", "Live: {title}", "{title} @ {venue}")
_AGGREGATED = ("{title}", "{title}", "{title} at {venue}", "{category}: {title}", "{title} | {venue}")
_IN_PRINT = ("{title}", "{title}", "{title} ({venue})", "Don’t miss: {title}")

HABITS: Final[dict[str, Habits]] = {
    "athenaeum_theatre": Habits("zone", "venue_and_address", description="html", expands_series=True),
    "blue_door_club": Habits(
        "utc", "name", 0.5, end_share=0.6, description="html", titles=_LIVE, defects=(("no_title", 1),)
    ),
    "chess_club": Habits("utc", "name"),
    "city_events_guide": Habits(
        "zone",
        "venue_and_address",
        0.93,
        titles=_AGGREGATED,
        end_share=0.8,
        description_share=0.7,
        typo_share=0.05,
        cancelled="silent",
        expands_series=True,
        follows=("*",),
        others_share=0.4,
        defects=(("repeat_other_uid", 3),),
    ),
    "city_library": Habits("utc", "room", defects=(("repeat", 3),)),
    "civic_orchestra": Habits("zone", "venue_and_address", expands_series=True),
    "code_meetup": Habits("zone", "name", 0.7, expands_series=True),
    "community_radio": Habits("utc", "nickname", 0.8, typo_share=0.1),
    "east_branch_library": Habits("utc", "nickname", description_share=0.4, typo_share=0.08, cancelled="title"),
    "farmers_markets": Habits("utc", "address", end_share=0.9),
    "harbor_presents": Habits(
        "utc", "venue_and_address", titles=("{title}", "{title} @ {venue}"), defects=(("repeat", 2),)
    ),
    "makers_meetup": Habits("zone", "venue_and_address", 0.8, expands_series=True, defects=(("no_title", 1),)),
    "music_hall": Habits("zone", "venue_and_address", titles=_LIVE, description="html", cancelled="title"),
    "night_owl_promotions": Habits(
        "zone",
        "nickname",
        0.9,
        duration_share=0.6,
        titles=("{title}", "Night Owl presents {title}", "{title} @ {venue}"),
        typo_share=0.1,
        expands_series=True,
        defects=(("wrong_duration", 1),),
    ),
    "science_museum": Habits("zone", "address", expands_series=True),
    "sports_league": Habits("path_zone", "name", 0.9, end_share=0.5, date_only_share=0.25, cancelled="title"),
    "state_university": Habits("utc", "room", description="html", expands_series=True, defects=(("no_start", 1),)),
    "town_council": Habits("zone", "venue_and_address", 0.95, date_only_share=0.1, defects=(("no_start", 1),)),
    "walkers_meetup": Habits("zone", "venue_and_address", 0.85, expands_series=True),
    "warehouse_club": Habits(
        "floating", "name", 0.6, end_share=0.4, titles=("{title}", "Warehouse: {title}"), cancelled="silent"
    ),
    "waterside_association": Habits("utc", "address"),
    "campus_news": Habits(
        "utc",
        "room",
        titles=("{title}", "{title} ({category})"),
        description_share=0.8,
        expands_series=True,
        follows=("state_university", "science_museum"),
        others_share=0.7,
        defects=(("no_start", 2),),
    ),
    "old_town_blog": Habits("zone", "name", expands_series=True, follows=("*",), others_share=0.1),
    "weekly_paper": Habits(
        "zone",
        "name",
        0.9,
        end_share=0.6,
        description="html",
        titles=_IN_PRINT,
        typo_share=0.06,
        cancelled="silent",
        expands_series=True,
        follows=("*",),
        others_share=0.25,
        defects=(("no_start", 3),),
    ),
}

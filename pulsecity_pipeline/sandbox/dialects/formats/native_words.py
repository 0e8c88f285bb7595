"""The words that publishers file events under, for categories and subcategories of the taxonomy."""

from typing import Final

_BROAD: Final = {
    "music": "Music",
    "nightlife_social": "Nightlife",
    "performing_arts": "Theatre & Stage",
    "visual_arts_film": "Art",
    "sports_fitness": "Sports",
    "festivals_fairs": "Festivals",
    "food_drink": "Food & Drink",
    "business_professional": "Business",
    "tech_science": "Technology",
    "learning_family": "Classes",
    "community_civic": "Community",
    "lifestyle_outdoors": "Lifestyle",
}
_FINE: Final = {
    "jazz_blues": "Jazz",
    "classical": "Classical",
    "electronic_dj": "Electronic",
    "open_mic_karaoke": "Open Mic",
    "club_night": "Club Night",
    "trivia_games_night": "Trivia",
    "comedy": "Comedy",
    "dance": "Dance",
    "opera": "Opera",
    "exhibition": "Exhibitions",
    "film_screening": "Film",
    "literature_books": "Author Talk",
    "race_endurance": "Running",
    "recreational_fitness": "Fitness",
    "pro_team_sport": "Game Day",
    "farmers_market": "Farmers Market",
    "networking": "Networking",
    "conference": "Conference",
    "hackathon": "Hackathon",
    "science_talk": "Lecture",
    "class_workshop": "Workshops",
    "kids_family": "Kids & Family",
    "library_program": "Library",
    "public_meeting": "Public Meetings",
    "charity_fundraiser": "Fundraisers",
    "religious_service": "Worship",
    "outdoor_hike": "Hiking",
    "health_wellness": "Wellness",
    "hobby_craft": "Crafts",
}


def write_category(category: str | None, subcategory: str | None, *, is_fine: bool = False) -> str | None:
    """A publisher's word: a fine one where it sorts finely and has one, else a broad one; None where it has none."""
    fine = _FINE.get(subcategory or "") if is_fine else None
    return fine or _BROAD.get(category or "")

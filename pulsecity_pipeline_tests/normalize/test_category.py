from typing import Any

import polars as pl
import pytest

from pulsecity_pipeline.config.taxonomy import load_taxonomy
from pulsecity_pipeline.normalize.category import categorize

SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "title": pl.String,
    "categories": pl.List(pl.String),
    "organizer": pl.String,
    "venue_name": pl.String,
    "feed": pl.String,
}


def categorized(**row: Any) -> tuple[Any, ...]:
    frame = pl.DataFrame([{"title": "Zxq", "categories": [], "feed": "zxq"} | row], schema=SCHEMA)
    return categorize(frame, load_taxonomy()).row(0)


@pytest.mark.parametrize(
    ("title", "category", "subcategory"),
    [
        ("Open choir, beginners", "music", "classical"),
        ("Jazz Quartet live", "music", "jazz_blues"),
        ("Live music", "music", None),
        ("Bloomington Community Farmers’ Market", "food_drink", "farmers_market"),
        ("City Council Meeting", "community_civic", "public_meeting"),
        ("Trivia Night w/ Pub Quiz", "nightlife_social", "trivia_games_night"),
        ("Board games", "nightlife_social", "trivia_games_night"),
        ("Open Mic Poetry", "performing_arts", "spoken_word"),
        ("Family Storytime", "learning_family", "kids_family"),
        ("Women's Soccer vs. Illinois", "sports_fitness", "college_sport"),
        ("Saturday Training Ride", "sports_fitness", "race_endurance"),
        ("Board Meeting at the Jazz Club", "community_civic", "public_meeting"),
        ("Comedies by Shakespeare", "performing_arts", "theatre"),
        ("Concerts", "music", None),
    ],
)
def test_titles(title: str, category: str, subcategory: str | None) -> None:
    found = categorized(title=title)
    assert found[:3] == (category, subcategory, 0.7)
    assert found[3].startswith("title: ")


def test_words_are_matched_whole() -> None:
    assert categorized(title="Rockport grapes") == ("other", None, None, None)


def test_stated_categories_come_first_and_the_title_makes_them_exact() -> None:
    assert categorized(title="Jazz trio", categories=["Concert"]) == ("music", "jazz_blues", 0.9, "stated: concert")
    assert categorized(title="Board Meeting", categories=["Comedy"])[:3] == ("performing_arts", "comedy", 0.9)


def test_the_first_stated_category_that_tells_wins_over_venue_tags() -> None:
    found = categorized(title="Zxq", categories=["featured", "Concert", "The-Opera-House"])
    assert found[:3] == ("music", None, 0.9)


def test_a_genre_of_music_is_not_technology() -> None:
    assert categorized(categories=["Tech House", "electronic music"])[:2] == ("music", "electronic_dj")


def test_who_and_where_come_last() -> None:
    assert categorized(title="Vaden", venue_name="Paradise Cinema") == (
        "visual_arts_film", "film_screening", 0.5, "context: cinema",
    )  # fmt: skip
    assert categorized(feed="city_library")[1:3] == ("library_program", 0.5)


def test_every_row_has_a_known_category() -> None:
    taxonomy = load_taxonomy()
    titles = [term.keyword for term in taxonomy.terms()]
    frame = pl.DataFrame({"title": titles}).select(
        "title", categories=pl.lit([], pl.List(pl.String)), organizer=pl.lit(None, pl.String),
        venue_name=pl.lit(None, pl.String), feed=pl.lit("zxq"),
    )  # fmt: skip
    found = categorize(frame, taxonomy)
    assert set(found["category"]) <= set(taxonomy.slugs())
    pairs = found.drop_nulls("subcategory").select("category", "subcategory").unique().rows()
    assert all(sub in taxonomy.subslugs(category) for category, sub in pairs)
    assert len({sub for _, sub in pairs}) == 65

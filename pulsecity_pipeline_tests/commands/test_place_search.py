"""`pulsecity city add`: names, regions and countries as people write them, ids that collide, and adding twice."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pulsecity_pipeline.cli import app
from pulsecity_pipeline.commands.place_search import find_places
from pulsecity_pipeline.config.cities import load_all_cities, load_cities
from pulsecity_pipeline.config.cities_added import choose_id, list_ids, resolve_city_id
from pulsecity_pipeline.config.errors import ConfigurationError

LISBON, SPRINGFIELD_IL, SAN_JOSE, OTHER_SAN_JOSE = 2267057, 4250542, 3621849, 3621841


def add(data_dir: Path, place: str) -> Result:
    return CliRunner(env={"PULSECITY_DATA_DIR": str(data_dir)}).invoke(app, ["city", "add", place])


@pytest.mark.parametrize(
    ("text", "city_id"),
    [
        ("Lisbon, PT", "pt-lisbon"),
        ("Lisboa, PT", "pt-lisbon"),
        (" lisboa ,  portugal", "pt-lisbon"),
        ("Lissabon", "pt-lisbon"),
        ("Sao Paulo, Brazil", "br-sao-paulo"),
        ("São Paulo, 27, BR", "br-sao-paulo"),
        ("Springfield, IL, US", "us-il-springfield"),
        ("springfield, illinois", "us-il-springfield"),
        ("Springfield, Ill., USA", "us-il-springfield"),
        ("Saint Louis, MO", "us-mo-st-louis"),
        ("Toronto, ON, CA", "ca-toronto"),
        ("London, Ontario", "ca-london"),
        ("London, UK", "gb-london"),
        ("München, DE", "de-munich"),
        ("東京", "jp-tokyo"),
    ],
)
def test_a_place_as_it_is_written(text: str, city_id: str) -> None:
    (place,) = find_places(text)
    assert choose_id(place, load_cities()) == city_id
    assert resolve_city_id(city_id).geoname_id == place["geonameid"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Nowhereville", "no such place of 5,000"),
        ("Springfield, Mars", "12 of that name elsewhere: MO, US; MA, US"),
        ("Springfield, IL, CA", "of that name elsewhere"),
        ("a, b, c, d", "expected NAME"),
        ("Lisbon, ", "expected NAME"),
        ("", "expected NAME"),
    ],
)
def test_what_is_no_place(text: str, words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        find_places(text)


def test_the_smaller_of_two_has_its_region_in_its_id_whoever_comes_first(tmp_path: Path) -> None:
    first, second = find_places("San José, CR")
    assert (choose_id(first, {}), choose_id(second, {})) == ("cr-san-jose", "cr-01-san-jose")
    for text, city_id in (("San Jose, 01, CR", "cr-01-san-jose"), ("San Jose, 08, CR", "cr-san-jose")):
        assert f"added {city_id}:" in add(tmp_path, text).stdout
    cities = load_all_cities(tmp_path)
    assert cities["cr-san-jose"].population > cities["cr-01-san-jose"].population > 0


def test_an_id_that_another_city_has_is_not_taken() -> None:
    (place,) = find_places("Lisbon, PT")
    other = {"pt-lisbon": resolve_city_id("pt-porto")}
    assert choose_id(place, other) == "pt-14-lisbon"
    assert choose_id(place, other | {"pt-14-lisbon": resolve_city_id("pt-porto")}) == f"pt-14-lisbon-{LISBON}"


@pytest.mark.parametrize("city_id", list_ids(find_places("Lisbon, PT")[0]))
def test_every_id_of_a_place_leads_back_to_it(city_id: str) -> None:
    assert resolve_city_id(city_id).geoname_id == LISBON


def test_adding_twice_changes_nothing(tmp_path: Path) -> None:
    assert add(tmp_path, "Springfield, IL, US").stdout == (
        "added us-il-springfield: Springfield, IL, US, 114,394 people\n"
    )
    written = (tmp_path / "cities.yaml").read_bytes()
    for text in ("Springfield, Illinois", "us-il-springfield", f"us-il-springfield-{SPRINGFIELD_IL}"):
        again = add(tmp_path, text)
        assert (again.exit_code, "is known already" in again.stdout) == (0, True)
    assert (tmp_path / "cities.yaml").read_bytes() == written


def test_a_city_that_ships_is_known_by_every_name(tmp_path: Path) -> None:
    assert add(tmp_path, "Lisboa").stdout == "Lisboa is known already, as pt-lisbon\n"
    assert list(tmp_path.iterdir()) == []


def test_several_are_listed_with_ids_and_population(tmp_path: Path) -> None:
    found = add(tmp_path, "London")
    assert isinstance(found.exception, ConfigurationError)
    assert "4 places" in str(found.exception)
    for words in ("gb-london", "ca-london", "us-ky-london", "8,961,989"):
        assert words in found.stdout
    assert list(tmp_path.iterdir()) == []

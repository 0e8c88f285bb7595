"""Places: what counts as the venue, what a file gives, and what each service is asked and says."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pulsecity_pipeline.config.enrichment import load_providers
from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.contracts import Venue, VenuePlace
from pulsecity_pipeline.enrichment.asking import Asker
from pulsecity_pipeline.enrichment.place_file import PlaceFile
from pulsecity_pipeline.enrichment.place_services import SERVICES, find_places
from pulsecity_pipeline.enrichment.places import Place, Wanted, distance_m, match_place
from pulsecity_pipeline.enrichment.venue_places import find_venue_places
from pulsecity_pipeline.fetch.credentials import Credential
from pulsecity_pipeline.quality.polars_checks import evaluate
from pulsecity_pipeline_tests.enrichment.answers import AT, DAVIS, GOLDEN, asker, golden
from pulsecity_pipeline_tests.fetch.conftest import MakeClient, make_client, server
from pulsecity_pipeline_tests.fetch.server import ScriptedServer, answer
from pulsecity_pipeline_tests.history.frames import make_rows

__all__ = ["make_client", "server"]
FILE = GOLDEN / "open_places" / "davis.csv"
HALL = Wanted("ven_2b7kq4m5x6c3a2zd", "Willow Hall", "Davis", "US", [], "12 Third St, Davis, CA", 38.5442, -121.7405)
#: Degrees of latitude that are about a metre.
METRE = 1 / 111_195


def place(number: int, metres: float = 0.0, name: str = "Willow Hall", **known: Any) -> Place:
    return Place(f"p{number}", name, 38.5442 + metres * METRE, -121.7405, **known)


def test_distance() -> None:
    assert distance_m(38.5442, -121.7405, 38.5442 + 100 * METRE, -121.7405) == pytest.approx(100, abs=0.1)
    assert distance_m(0, 179.999, 0, -179.999) == pytest.approx(222.4, abs=0.1), "across the date line"


@pytest.mark.parametrize(
    ("places", "place_id", "confidence"),
    [
        ([place(1, 21)], "p1", 0.95),
        ([place(1, 149)], "p1", 0.85),
        ([place(1, 151)], None, None),
        ([place(1, name="The Willow Hall")], "p1", 0.95),
        ([place(1, name="Willow Hall Cafe")], None, None),
        ([place(1, is_closed=True)], None, None),
        ([place(1, 21), place(2, 120)], "p1", 0.95),
        ([place(1, 21), place(2, 30)], None, None),
        ([place(1, 21), place(1, 30)], "p1", 0.95),
        ([Place("p1", "Willow Hall", address="12 Third Street")], "p1", 0.8),
        ([Place("p1", "Willow Hall", address="14 Third Street")], None, None),
        ([Place("p1", "Willow Hall")], None, None),
        ([place(1, 9000, address="12 Third St")], None, None),
        ([], None, None),
    ],
)
def test_which_place_is_the_venue(places: list[Place], place_id: str | None, confidence: float | None) -> None:
    found = match_place(HALL, places)
    assert (found.place.place_id if found.place else None, found.confidence) == (place_id, confidence)


def test_why_none_is() -> None:
    assert match_place(HALL, [place(1, 21), place(2, 30)]).evidence == "left: 2 places are as likely; name same, 21 m"
    assert match_place(HALL, [place(1, 900)]).evidence == "no open place of that name near, among 1"


def test_an_alias_is_less_than_the_name() -> None:
    known = replace(HALL, name="Willow Hall Auditorium", aliases=["Willow Hall"])
    found = match_place(known, [place(1, 21)])
    assert (found.confidence, found.evidence) == (0.9, "alias same, 21 m")


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_file_gives_the_places_around_the_city(kind: str, tmp_path: Path) -> None:
    path = FILE
    if kind == "parquet":
        path = tmp_path / "davis.parquet"
        pl.read_csv(FILE, try_parse_dates=True).write_parquet(path)
    places = PlaceFile(path, DAVIS).find(HALL)
    assert [(one.place_id[-3:], one.capacity, one.is_closed) for one in places] == [
        ("001", 350, False),
        ("002", 900, True),
    ]
    assert PlaceFile(path, DAVIS).find(replace(HALL, name="Nowhere Hall")) == []


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("missing.csv", None, "missing.csv: cannot be read as a file of places"),
        ("a.csv", "name,latitude,longitude\n", "a.csv: no column fsq_place_id or place_id"),
        ("a.csv", "place_id,name\n", "a.csv: no column latitude, longitude"),
        ("a.parquet", "no parquet", "a.parquet: cannot be read as a file of places"),
    ],
)
def test_a_file_that_is_none_is_one_line(tmp_path: Path, name: str, text: str | None, message: str) -> None:
    if text is not None:
        (tmp_path / name).write_text(text)
    with pytest.raises(ConfigurationError, match=message) as caught:
        PlaceFile(tmp_path / name, DAVIS)
    assert "\n" not in str(caught.value)


def venues(*changes: dict[str, Any]) -> pl.DataFrame:
    known: dict[str, Any] = {
        "name": "Willow Hall",
        "aliases": [],
        "address": None,
        "latitude": 38.5442,
        "longitude": -121.7405,
    }
    return make_rows(Venue, *({**known, **change} for change in changes))


def test_rows_of_a_file() -> None:
    wanted = venues(
        {}, {"venue_id": "ven_aaaaaaaaaaaaaaaa", "name": "Twin Room", "latitude": 38.55, "longitude": -121.74}
    )
    found = find_venue_places(wanted, DAVIS, AT, "open_places", PlaceFile(FILE, DAVIS).find, keeps_content=True)
    assert found.sort("venue_id").select("place_id", "capacity", "latitude", "match_confidence").rows() == [
        ("00000000000000000000c001", 350, 38.5442, 0.95),
        (None, None, None, None),
    ]
    assert [outcome.name for outcome in evaluate(found, VenuePlace) if not outcome.passed] == []


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_asked_over_http_with_its_key_and_keeps_its_id_alone(
    name: str, server: ScriptedServer, make_client: MakeClient
) -> None:
    paths = {
        "google_places": "/v1/places:searchText",
        "foursquare": "/places/search",
        "yelp": "/v3/businesses/search",
    }
    server.on(paths[name], answer(body=golden(name, "search")))
    keys = load_providers()[name].keys
    credentials = [Credential(key.host, key.place, key.name, "s3cret", key.prefix) for key in keys]
    client = make_client(routes={keys[0].host: f"127.0.0.1:{server.port}"}, credentials=credentials)
    asking = Asker(name, client, 5)
    keeps = load_providers()[name].keeps_content
    found = find_venue_places(
        venues({}), DAVIS, AT, name, lambda wanted: find_places(SERVICES[name], wanted, asking), keeps_content=keeps
    )
    (row,) = found.to_dicts()
    assert row["place_id"] is not None
    assert (row["match_confidence"], row["latitude"], row["capacity"]) == (0.95, None, None)
    (asked,) = server.pages()
    assert all(asked.headers[key.name] == f"{key.prefix}s3cret" for key in keys)
    assert "s3cret" not in asked.path
    assert [outcome.name for outcome in evaluate(found, VenuePlace) if not outcome.passed] == []


def test_google_is_asked_for_the_fields_that_are_read() -> None:
    url, body = SERVICES["google_places"].ask(HALL)
    assert url.endswith(
        "?fields=places.id,places.displayName,places.formattedAddress,places.location,places.businessStatus"
    )
    assert json.loads(body or b"")["locationBias"]["circle"]["center"] == {"latitude": 38.5442, "longitude": -121.7405}


@pytest.mark.parametrize("name", SERVICES)
def test_a_venue_without_coordinates_is_asked_for_in_its_city(name: str) -> None:
    url, body = SERVICES[name].ask(replace(HALL, latitude=None, longitude=None))
    assert "Davis" in url + (body or b"").decode()
    assert "None" not in url


def test_googles_empty_answer_is_an_answer_and_the_others_is_none() -> None:
    assert find_places(SERVICES["google_places"], HALL, asker("google_places", {"": {}})[0]) == []
    asking, _ = asker("yelp", {"": {}})
    assert find_places(SERVICES["yelp"], HALL, asking) is None
    assert asking.reasons == {"another shape than it was: no list at businesses": 1}


def test_whoever_got_no_answer_has_no_row() -> None:
    asking, client = asker("yelp", {"": 429})
    wanted = venues({}, {"venue_id": "ven_aaaaaaaaaaaaaaaa"})
    found = find_venue_places(
        wanted, DAVIS, AT, "yelp", lambda one: find_places(SERVICES["yelp"], one, asking), keeps_content=False
    )
    assert found.is_empty()
    assert len(client.asked) == 1

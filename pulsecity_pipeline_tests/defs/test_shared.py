"""What many cities share is pulled once, before them, and each city has its own of it in the same night."""

import json
from datetime import date
from pathlib import Path

import pytest

from pulsecity_pipeline.config.cities import SHARED
from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.config.source_entries import load_sources
from pulsecity_pipeline.contracts import Event, Listing, Page
from pulsecity_pipeline.inputs import has_shared_feeds, open_input
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline_tests.defs.toy import AS_OF, CITY, run_job, write_pages


def conference(name: str, city: str, country: str) -> dict[str, object]:
    days = {"startDate": "2027-05-04", "endDate": "2027-05-06"}
    return {"name": name, "url": f"https://{name.lower()}.example", "city": city, "country": country, **days}


CONFERENCES = [
    conference("LampConf", "Davis, CA", "U.S.A."),
    conference("OwlConf", "London", "U.K."),
    conference("FarConf", "Nowhere", "Narnia"),
    {**conference("NetConf", "", ""), "online": True},
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("shared")
    return write_pages(root, {"confs_tech/_all/general.json": json.dumps(CONFERENCES)})


def test_each_city_has_its_own_in_the_same_night(folder: Path, tmp_path: Path) -> None:
    for place in (SHARED, CITY):
        assert run_job("city", tmp_path, folder, as_of=AS_OF, city=place).success
    lake = Lake(tmp_path / "lake")
    listings = lake.scan(Listing, partitions=[SHARED]).collect()
    assert dict(listings.select("title", "city_id").iter_rows()) == {
        "LampConf": CITY,
        "OwlConf": "gb-london",
        "FarConf": "elsewhere",
        "NetConf": "online",
    }
    events = lake.scan(Event, partitions=[CITY]).collect()
    assert events.select("title", "timezone").rows() == [("LampConf", "America/Los_Angeles")]
    assert lake.scan(Page, partitions=[CITY]).collect().is_empty()


def test_shared_pages_are_known_before_a_run(folder: Path, tmp_path: Path) -> None:
    def pages(root: Path) -> bool:
        found = open_input(
            f"replay:{root}", night=date(2027, 3, 1), seed=7, data_dir=tmp_path, cities={}, sources=load_sources()
        )
        return has_shared_feeds(found, load_sources())

    assert pages(folder)
    own = write_pages(tmp_path / "own", {"tribe/_all/a.json": "{}"})
    with pytest.raises(ConfigurationError, match="tribe/_all: tribe is pulled city by city"):
        pages(own)

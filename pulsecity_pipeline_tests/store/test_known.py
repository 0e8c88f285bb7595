"""Asking the lake as it was published by a past night, and what is said where that is no longer there."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.contracts import CityPulse, Venue
from pulsecity_pipeline.store.known import missing_versions, oldest_known
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.published import select_build
from pulsecity_pipeline.store.query import query_lake
from pulsecity_pipeline_tests.store.rows import DAVIS, NIGHT_1, an_id, publish, rows

NIGHTS = [NIGHT_1 + timedelta(days=number) for number in range(6)]


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    lake = Lake(tmp_path / "my lake")
    for number, night in enumerate(NIGHTS):
        venue = {"venue_id": an_id("ven", number), "city_id": DAVIS}
        lake.replace(Venue, rows(Venue, venue), partition=DAVIS)
        lake.replace(CityPulse, rows(CityPulse, {"city_id": DAVIS, "night": night}), partition=DAVIS, night=night)
        publish(lake, DAVIS, night, Venue, CityPulse)
    return lake


def asked(lake: Lake, night: date) -> tuple[list[str], int]:
    venues = query_lake(lake, "FROM clean.venues", as_known=night)["venue_id"].to_list()
    return venues, query_lake(lake, "FROM metrics.city_pulse", as_known=night).height


def test_every_past_night_is_as_it_was(lake: Lake) -> None:
    for number, night in enumerate(NIGHTS):
        assert asked(lake, night) == ([an_id("ven", number)], number + 1)
    assert asked(lake, NIGHTS[-1] + timedelta(days=100)) == asked(lake, NIGHTS[-1])
    latest = query_lake(lake, "SELECT night FROM latest_nights", as_known=NIGHTS[2])
    assert latest["night"].to_list() == [NIGHTS[2]]


def test_before_the_first_night_nothing_is_known(lake: Lake) -> None:
    with pytest.raises(ConfigurationError, match=r"before 2026-08-21: the oldest night is 2026-08-22$"):
        asked(lake, NIGHT_1 - timedelta(days=1))
    with pytest.raises(ConfigurationError, match="run `pulsecity run`"):
        query_lake(Lake(Path(lake.root).with_name("none")), "SELECT 1", as_known=NIGHT_1)


def test_files_that_are_gone_name_the_oldest_night_that_is_left(lake: Lake) -> None:
    for number in (0, 1, 2):
        for file in lake.file_uris(Venue, version=number + 1):
            Path(file).unlink()
    with pytest.raises(ConfigurationError) as caught:
        asked(lake, NIGHTS[1])
    assert str(caught.value) == (
        "2026-08-23 is past retention (clean.venues at version 2 is gone): "
        "the oldest night that can be asked about is 2026-08-25"
    )
    assert asked(lake, NIGHTS[3])[0] == [an_id("ven", 3)]
    assert oldest_known(lake, after=NIGHTS[3]) == NIGHTS[4]
    assert oldest_known(lake, after=NIGHTS[5]) is None


def test_a_log_that_is_gone_counts_as_gone_not_as_empty(lake: Lake) -> None:
    log = Path(lake.root) / "clean" / "venues" / "_delta_log"
    table = lake.open(Venue)
    assert table is not None
    table.create_checkpoint()
    for number in range(5):
        (log / f"{number:020}.json").unlink()
    gone = missing_versions(lake, select_build(lake, up_to=NIGHTS[0]))
    assert gone == ["clean.venues at version 1"]
    with pytest.raises(ConfigurationError, match="the oldest night that can be asked about is 2026-08-27"):
        asked(lake, NIGHTS[0])
    assert asked(lake, NIGHTS[5])[0] == [an_id("ven", 5)]

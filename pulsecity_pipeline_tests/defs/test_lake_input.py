"""The pages a lake keeps, played into another lake, give the same rows of every table."""

from pathlib import Path

import pytest

from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.inputs import LakeInput, dated_nights, open_input
from pulsecity_pipeline.store.hashing import hash_cities
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.published import select_build
from pulsecity_pipeline_tests.defs.toy import CITY, NEIGHBOUR, run_job, toy_nights

NIGHTS = ("2027-03-02", "2027-03-03")


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("kept")
    toy_nights(root / "pages")
    for night in NIGHTS:
        for city in (CITY, NEIGHBOUR, "online"):
            assert run_job("city", root / "data", root / "pages", as_of=night, city=city).success
    return root / "data"


@pytest.mark.slow
def test_every_table_comes_out_the_same(data_dir: Path, tmp_path: Path) -> None:
    for night in NIGHTS:
        # In another order: neither cities nor the lake's own past may count.
        for city in (NEIGHBOUR, CITY, "online"):
            assert run_job("city", tmp_path, f"lake:{data_dir}", as_of=night, city=city).success
    old, new = Lake(data_dir / "lake"), Lake(tmp_path / "lake")
    before, after = hash_cities(old, select_build(old)), hash_cities(new, select_build(new))
    assert before.filter(before["sha256"].is_null()).is_empty()
    for table in ("clean.events", "clean.listings", "clean.rejects", "raw.pages", "raw.bodies", "rankings.events"):
        assert table in before["table_name"]
    assert before.rows() == after.rows()


def test_nights_and_cities_are_those_published(data_dir: Path, tmp_path: Path) -> None:
    assert [night.isoformat() for night in dated_nights(f"lake:{data_dir}")] == list(NIGHTS)
    night = dated_nights(f"lake:{data_dir}")[0]
    kept = open_input(f"lake:{data_dir}", night=night, seed=7, data_dir=tmp_path, cities={}, sources={})
    assert isinstance(kept, LakeInput)
    assert kept.default_cities == [CITY, NEIGHBOUR]
    assert [feed.name for feed in kept.feeds(NEIGHBOUR, "ics")] == ["hall"]


def test_a_lake_is_not_played_into_itself_and_must_be_there(data_dir: Path, tmp_path: Path) -> None:
    night = dated_nights(f"lake:{data_dir}")[0]
    for mode, folder, words in (
        (f"lake:{data_dir}", data_dir, "itself"),
        (f"lake:{tmp_path}/none", tmp_path, "no pages"),
    ):
        with pytest.raises(ConfigurationError, match=words):
            open_input(mode, night=night, seed=7, data_dir=folder, cities={}, sources={})
    assert dated_nights(f"lake:{tmp_path}/none") == []

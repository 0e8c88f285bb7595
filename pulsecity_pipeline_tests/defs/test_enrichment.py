"""The job `enrich`: beside a city's night, only for providers that are on, and not twice within their days."""

import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl
import pytest

from pulsecity_pipeline.city_run.enriching import CityNight, Enriched, enrich_city
from pulsecity_pipeline.contracts import ArtistFact, Event, Holiday, Published, Sample, Venue, VenuePlace, Weather
from pulsecity_pipeline.definitions import defs
from pulsecity_pipeline.defs.assets import enrichment as asset
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline_tests.defs.toy import AS_OF, CITY, run_job, toy_pages
from pulsecity_pipeline_tests.enrichment.answers import golden
from pulsecity_pipeline_tests.fetch.server import ScriptedServer, answer

MBID = "00000000-0000-4000-8000-00000000a001"
STREET = "12 Third St"
HOSTS = ("musicbrainz.org", "soundcloud.com", "api.deezer.com", "itunes.apple.com", "api.open-meteo.com")
TABLES = (ArtistFact, Holiday, Sample, Weather)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A night of the toy city where one event, as published, bills a performer."""
    root = tmp_path_factory.mktemp("enrich")
    assert run_job("city", root / "data", toy_pages(root / "pages")).success
    lake, is_parade = Lake(root / "data" / "lake"), pl.col("title") == "Lantern Parade"
    events = lake.scan(Event, partitions=[CITY]).collect()
    billing = events.with_columns(
        performers=pl.when(is_parade).then(pl.lit(["Lo Ferry"])).otherwise("performers"),
        category=pl.when(is_parade).then(pl.lit("music")).otherwise("category"),
        starts_on=pl.when(is_parade).then(pl.date(2027, 6, 1)).otherwise("starts_on"),
    )
    version = lake.replace(Event, billing.cast(events.schema), partition=CITY)
    rows = lake.scan(Published, partitions=[CITY]).collect()
    moved = rows.with_columns(version=pl.when(table_name=Event.table).then(version).otherwise("version"))
    lake.replace(Published, moved.cast(rows.schema), partition=CITY, night=date.fromisoformat(AS_OF))
    return root / "data"


@pytest.fixture
def data(published: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(published, tmp_path / "data"))


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        running.on("/ws/2/artist", answer(body=golden("musicbrainz", "search_lo_ferry")))
        running.on(f"/ws/2/artist/{MBID}", answer(body=golden("musicbrainz", "lookup_lo_ferry")))
        running.on("/oembed", answer(body=golden("soundcloud", "lo_ferry")))
        running.on("/v1/forecast", answer(body=golden("open_meteo", "davis")))
        yield running


def providers(folder: Path, *names: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name in names or ("musicbrainz", "soundcloud", "deezer", "itunes", "open_meteo", "holidays"):
        entry: dict[str, Any] = {
            "title": name,
            "enabled": True,
            "verified_on": "2027-02-01",
            "is_local": name == "holidays",
        }
        (folder / f"{name}.yaml").write_text(json.dumps(entry | ({"refresh_days": 1} if name == "open_meteo" else {})))
    return folder


def enrich(
    data: Path, folder: Path | None, server: ScriptedServer | None, *, as_of: str = AS_OF, city: str = CITY
) -> dg.ExecuteInProcessResult:
    routes = dict.fromkeys(HOSTS, f"127.0.0.1:{server.port}") if server else {}
    config: dict[str, Any] = {
        "lake": {"config": {"data_dir": str(data)}},
        "clock": {"config": {"as_of": as_of}},
        "pages": {"config": {"mode": "sandbox"}},
        "providers": {"config": {"folder": str(folder or ""), "routes": routes}},
    }
    quiet = {"console": {"config": {"log_level": "CRITICAL"}}}
    return defs.resolve_job_def("enrich").execute_in_process(
        run_config={"resources": config, "loggers": quiet}, partition_key=city, raise_on_error=False
    )


def rows(data: Path) -> dict[str, int]:
    lake = Lake(data / "lake")
    return {table.table: lake.scan(table, partitions=[CITY]).collect().height for table in TABLES}


def test_as_it_ships_nobody_is_asked_and_nothing_is_written(data: Path) -> None:
    result = enrich(data, None, None)
    assert result.success
    assert [Lake(data / "lake").version(table) for table in TABLES] == [None] * 4
    assert result.get_asset_materialization_events() == []


def test_everything_that_is_on_is_written(data: Path, tmp_path: Path, server: ScriptedServer) -> None:
    result = enrich(data, providers(tmp_path / "on"), server)
    assert result.success
    assert rows(data) == {"clean.artist_facts": 1, "features.holidays": 20, "clean.samples": 1, "features.weather": 3}
    (sample,) = Lake(data / "lake").scan(Sample).collect().to_dicts()
    assert (sample["provider"], sample["match_confidence"]) == ("soundcloud", 0.85)
    assert all(check.passed for check in result.get_asset_check_evaluations())
    assert {check.check_name for check in result.get_asset_check_evaluations()} == {"contract", "providers_answer"}


def test_what_was_asked_lately_is_not_asked_again(data: Path, tmp_path: Path, server: ScriptedServer) -> None:
    folder = providers(tmp_path / "on")
    assert enrich(data, folder, server).success
    first, before = len(server.pages()), rows(data)
    assert enrich(data, folder, server).success
    assert len(server.pages()) == first
    assert enrich(data, folder, server, as_of="2027-03-02").success
    assert [seen.path.partition("?")[0] for seen in server.pages()[first:]] == ["/v1/forecast"]
    assert rows(data) == before
    assert enrich(data, folder, server, as_of="2027-04-01").success
    assert len(server.pages()) == 2 * first + 1


def test_only_the_providers_that_are_on_write(data: Path, tmp_path: Path, server: ScriptedServer) -> None:
    assert enrich(data, providers(tmp_path / "on", "holidays"), server).success
    assert [Lake(data / "lake").version(table) is not None for table in TABLES] == [False, True, False, False]
    assert server.seen == []


def test_nobody_is_asked_about_the_fictional_world(data: Path, tmp_path: Path) -> None:
    assert enrich(data, providers(tmp_path / "on"), None).success
    assert rows(data) == {"clean.artist_facts": 0, "features.holidays": 20, "clean.samples": 0, "features.weather": 0}


def test_a_provider_that_is_down_is_a_warning_and_takes_nothing_away(
    data: Path, tmp_path: Path, server: ScriptedServer
) -> None:
    folder = providers(tmp_path / "on")
    assert enrich(data, folder, server).success
    before = rows(data)
    for path in ("/ws/2/artist", "/oembed", "/v1/forecast"):
        server.on(path, answer(403))
    result = enrich(data, folder, server, as_of="2027-05-01")
    assert result.success
    assert rows(data) | {"features.holidays": 0} == before | {"features.holidays": 0}
    failed = {check.asset_key.path[-1] for check in result.get_asset_check_evaluations() if not check.passed}
    assert failed == {"artist_facts", "samples", "weather"}
    assert Lake(data / "lake").scan(Sample).collect()["provider"].to_list() == ["soundcloud"]


def test_a_broken_contract_writes_nothing(
    data: Path, tmp_path: Path, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spoil(given: CityNight) -> Enriched:
        made = enrich_city(given)
        made.frames[Weather] = made.frames[Weather].with_columns(weather_code=pl.lit(1000, pl.Int64))
        return made

    monkeypatch.setattr(asset, "enrich_city", spoil)
    assert not enrich(data, providers(tmp_path / "on"), server).success
    assert set(rows(data).values()) == {0}


def test_a_file_of_places_is_matched_once(data: Path, tmp_path: Path) -> None:
    venue = Lake(data / "lake").scan(Venue, partitions=[CITY]).filter(pl.col("name") == "Willow Hall").collect()
    path = tmp_path / "places.csv"
    path.write_text(f"place_id,name,latitude,longitude,address,capacity\np1,Willow Hall,38.54,-121.74,{STREET},350\n")
    folder = providers(tmp_path / "on", "open_places")
    entry = {"title": "places", "enabled": True, "is_local": True, "path": str(path)}
    (folder / "open_places.yaml").write_text(json.dumps(entry))
    assert enrich(data, folder, None).success
    lake = Lake(data / "lake")
    found = lake.scan(VenuePlace, partitions=[CITY]).collect()
    assert found.height == lake.scan(Venue, partitions=[CITY]).collect().height
    matched = found.drop_nulls("place_id")
    assert matched.select("venue_id", "capacity").rows() == [(venue["venue_id"].item(), 350)]
    version = lake.version(VenuePlace)
    assert enrich(data, folder, None).success
    assert Lake(data / "lake").version(VenuePlace) == version
    path.unlink()
    assert not enrich(data, folder, None, as_of="2027-05-01").success
    assert Lake(data / "lake").version(VenuePlace) == version


def test_places_that_are_no_city_have_nothing_to_ask(data: Path, tmp_path: Path, server: ScriptedServer) -> None:
    assert enrich(data, providers(tmp_path / "on"), server, city="online").success
    assert server.seen == []


def test_the_citys_night_does_not_enrich() -> None:
    keys = defs.resolve_job_def("city").asset_layer.selected_asset_keys
    assert not keys & set(asset.ENRICHED)

"""`pulsecity replay-rejects`: what a broken reader refused becomes listings once the reader is whole again."""

from collections import Counter
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from pulsecity_pipeline.contracts import Event, Listing, Page, Reject
from pulsecity_pipeline.sources import ics
from pulsecity_pipeline.sources.formats.ics_event import Entry, EntryError, read_entry
from pulsecity_pipeline.sources.protocol import Record
from pulsecity_pipeline.store.hashing import hash_tables
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.published import scan_all_published
from pulsecity_pipeline.store.query import query_warehouse
from pulsecity_pipeline_tests.commands.test_bad_input import check_refused, pulsecity
from pulsecity_pipeline_tests.defs.toy import CITY, run_job, toy_pages

pytestmark = pytest.mark.slow


def refuse_choirs(number: int, record: Record, zone: str | None, unread: Counter[str]) -> Entry:
    """The reader of calendars with a fault in it: choirs and online talks are refused."""
    if b"Choir" in record.payload or b"Online" in record.payload:
        raise EntryError("no_choirs", "SUMMARY", "a choir")
    return READ_ENTRY(number, record, zone, unread)


READ_ENTRY = read_entry


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("rejects")
    pages, data = toy_pages(root / "pages"), root / "data"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ics, "read_entry", refuse_choirs)
        for city in (CITY, "online", "elsewhere"):
            assert run_job("city", data, pages, city=city).success
    assert run_job("close", data).success
    return data


def count_open(data_dir: Path) -> Counter[str]:
    rejects = scan_all_published(Lake(data_dir / "lake"), Reject).filter(pl.col("replayed_at").is_null()).collect()
    return Counter(rejects["rule"])


def read_row(printed: str, word: str) -> list[str]:
    line = next(line for line in printed.splitlines() if word in line)
    return [cell for cell in line.replace("│", " ").split() if cell.isdigit()]


def test_dry_and_then_for_real(data_dir: Path) -> None:
    lake = Lake(data_dir / "lake")
    before, raw = count_open(data_dir), lake.scan(Page).collect().sort("page_id")
    assert before["no_choirs"] == 3
    digests = hash_tables(lake)
    dry = pulsecity(data_dir, "replay-rejects", "--dry-run")
    assert dry.returncode == 0, dry.stdout + dry.stderr
    assert read_row(dry.stdout, "no_choirs") == ["3", "3", "0", "0"]
    assert read_row(dry.stdout, "missing_start") == ["1", "0", "0", "1"]
    assert hash_tables(lake).equals(digests), "a dry run changes nothing"

    real = pulsecity(data_dir, "replay-rejects", "--city", CITY, seconds=900)
    assert real.returncode == 0, real.stdout + real.stderr
    assert read_row(real.stdout, "no_choirs") == ["3", "3", "0"]
    assert read_row(real.stdout, "missing_start") == ["1", "0", "1"]
    assert count_open(data_dir) == before - Counter(no_choirs=3)
    assert lake.scan(Page).collect().sort("page_id").equals(raw), "nothing was pulled"
    listings = scan_all_published(lake, Listing).collect()
    assert listings.filter(pl.col("title").str.contains("Choir")).height == 2
    online = lake.scan(Event, partitions=["online"]).collect()
    assert online["title"].to_list() == ["Author Talk Online"], "the places without pages follow"
    events = query_warehouse(data_dir / "warehouse.duckdb", "FROM events_on('us-ca-davis', DATE '2027-03-05')")
    assert events["title"].to_list() == ["Spring Choir Recital with Nora Quill"]
    assert set(lake.scan(Page).collect()["night"]) == {date(2027, 3, 1)}


def test_an_unknown_city_and_nothing_open(tmp_path: Path) -> None:
    check_refused(pulsecity(tmp_path, "replay-rejects", "--city", "us-ca-atlantis"), "us-ca-atlantis")
    assert "no open rejects" in pulsecity(tmp_path, "replay-rejects").stdout

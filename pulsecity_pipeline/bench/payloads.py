"""The payloads bench: recorded answers through their adapters: what is read, refused and filled, and how fast."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from datetime import time as clock
from pathlib import Path

import polars as pl

from pulsecity_pipeline.config.cities import NOWHERE, load_cities
from pulsecity_pipeline.config.taxonomy import load_taxonomy
from pulsecity_pipeline.contracts import Reading
from pulsecity_pipeline.normalize.listings import normalize_readings
from pulsecity_pipeline.sources.protocol import Source, Window
from pulsecity_pipeline.sources.readings import readings_frame
from pulsecity_pipeline.sources.registry import SOURCES

#: Folder of recorded answers → the sources that may read a file of it: it counts for those that find records.
ADAPTERS = {
    "bandsintown": ("bandsintown",),
    "eventbrite": ("eventbrite", "jsonld"),
    "facebook": ("facebook_events",),
    "html-venues": ("pages", "jsonld", "tribe"),
    "ics": ("ics",),
    "json-venues": ("legistar", "tribe", "jsonld"),
    "luma": ("luma",),
    "meetup": ("meetup",),
    "opendata": ("socrata", "opendatasoft"),
    "residentadvisor": ("resident_advisor",),
    "rss": ("rss", "xcal"),
    "seatgeek": ("seatgeek",),
    "songkick": ("songkick", "jsonld"),
    "ticketmaster": ("ticketmaster",),
}
#: What a listing may say, and when it does.
FILLED = {
    "end": pl.col("ends_on").is_not_null() | pl.col("ends_at").is_not_null(),
    "venue": pl.col("venue_name").is_not_null(),
    "address": pl.col("address").is_not_null(),
    "point": pl.col("latitude").is_not_null(),
    "price": pl.col("price_min").is_not_null(),
    "url": pl.col("url").is_not_null(),
    "image": pl.col("image_url").is_not_null(),
    "description": pl.col("description").is_not_null(),
    "performers": pl.col("performers").list.len() > 0,
    "category": pl.col("category") != "other",
}
#: A speed is taken over at least so long.
_SECONDS = 0.3


@dataclass(frozen=True)
class FileFigures:
    """What one source made of one file; `lost` is what no row, fault or repeat accounts for."""

    source: str
    file: str
    records: int
    listings: int
    rejects: int
    repeats: int
    lost: int
    rules: str
    page_faults: str
    records_per_second: float | None
    filled: dict[str, int]


def bench_payloads(folder: Path, as_of: date, sources: Iterable[str] = ()) -> pl.DataFrame:
    """Every file below `folder` that some source reads → one row a file and source (FileFigures, filled apart)."""
    wanted = set(sources) or set(SOURCES)
    found = [
        figures
        for name, candidates in ADAPTERS.items()
        for path in sorted((folder / name).glob("*")) if path.is_file()
        for figures in _read_file(path, name, [source for source in candidates if source in wanted], as_of)
    ]  # fmt: skip
    rows = [{**vars(one), **one.filled} for one in found]
    return pl.DataFrame(rows, infer_schema_length=None).drop("filled") if rows else pl.DataFrame()


def summarize_sources(files: pl.DataFrame) -> pl.DataFrame:
    """One row a source: files, records, listings, rejects, repeats, lost, share filled, records per second."""
    share = [(pl.sum(name) / pl.sum("listings")).alias(name) for name in FILLED]
    counts = [pl.sum(name) for name in ("records", "listings", "rejects", "repeats", "lost")]
    speed = pl.col("records_per_second").max()
    return files.group_by("source").agg(pl.len().alias("files"), *counts, *share, speed).sort("source")


def _read_file(path: Path, folder: str, candidates: list[str], as_of: date) -> Iterator[FileFigures]:
    body = path.read_bytes()
    made = [_read(SOURCES[name], body, f"{folder}/{path.name}", as_of) for name in candidates]
    telling = [one for one in made if one.records]
    yield from telling or [one for one in made if one.page_faults][:1]


def _read(source: Source, body: bytes, file: str, as_of: date) -> FileFigures:
    window = Window.around(as_of)
    split = source.split(body)
    result = source.read(split, window)
    frame = readings_frame(result, source=source.NAME, feed="feed", page_id="pag_aaaaaaaaaaaaaaaa")
    listings, faults = _normalize(frame, as_of)
    refused = [fault.rule for fault in (*split.faults, *result.faults) if fault.is_record] + faults
    records = len(split.records) + sum(fault.is_record for fault in split.faults)
    expansions = int(frame["is_expansion"].sum())
    return FileFigures(
        source.NAME,
        file,
        records,
        listings.height,
        len(refused),
        result.repeats,
        records + expansions - listings.height - len(refused) - result.repeats,
        _count(refused),
        _count(fault.rule for fault in split.faults if not fault.is_record),
        _measure(source, body, window, len(split.records)) if records else None,
        {name: int(listings.select(said.sum()).item()) for name, said in FILLED.items()},
    )


def _normalize(frame: pl.DataFrame, as_of: date) -> tuple[pl.DataFrame, list[str]]:
    at = datetime.combine(as_of, clock.min, UTC)
    readings = frame if frame.height else Reading.empty()
    made = normalize_readings(readings, pull_city=NOWHERE, cities=load_cities(), at=at, taxonomy=load_taxonomy())
    return made.listings, made.faults["rule"].to_list()


def _measure(source: Source, body: bytes, window: Window, records: int) -> float:
    """Records split and read per second of one core."""
    began, rounds = time.process_time(), 0
    while (spent := time.process_time() - began) < _SECONDS:
        source.read(source.split(body), window)
        rounds += 1
    return records * rounds / spent


def _count(rules: Iterable[str]) -> str:
    """`missing_title 3, no_date 1`, most often first."""
    counts = pl.Series("rule", list(rules), pl.String).value_counts(sort=False)
    return ", ".join(
        f"{rule} {count}" for rule, count in counts.sort(["count", "rule"], descending=[True, False]).rows()
    )

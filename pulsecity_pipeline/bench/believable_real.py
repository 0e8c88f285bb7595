"""Real listings as frames to be profiled: a lake of saved calendars, recorded answers, and tables in bulk."""

from datetime import date, timedelta
from pathlib import Path
from typing import Final

import polars as pl

from pulsecity_pipeline.bench.believable_bulk import BULK
from pulsecity_pipeline.bench.believable_profile import FIELDS, profile_listings
from pulsecity_pipeline.bench.believable_reading import normalize_pages
from pulsecity_pipeline.bench.payloads import ADAPTERS
from pulsecity_pipeline.config.cities import NOWHERE
from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.contracts import EventListing, Listing
from pulsecity_pipeline.sources.protocol import Window
from pulsecity_pipeline.sources.readings import readings_frame
from pulsecity_pipeline.sources.registry import SOURCES
from pulsecity_pipeline.store.lake import Lake

#: Sources whose pages are recorded as they were served; of the others some are excerpts.
_OWN_WORDS: Final = frozenset({"ics", "jsonld", "legistar", "pages", "rss", "tribe", "xcal"})
#: Fields that fewer listings of a recording state were not asked for.
_ASKED: Final = 0.02
_STATES: Final = tuple(f"states_{name}" for name in FIELDS)
#: A file of more days than these is an archive, not what a source told on some night.
_ONE_NIGHT: Final = timedelta(days=300)


def read_real(folder: Path) -> pl.DataFrame:
    """PROFILE rows of a folder: a data folder with a lake, one of recorded answers by source, or one of bulk tables.

    Raises ConfigurationError for a folder that is none of them.
    """
    if (folder / "lake").is_dir():
        return profile_listings(_read_lake(folder))
    tables = [read(folder / name) for name, read in BULK.items() if (folder / name).is_dir()]
    if not tables and any((folder / name).is_dir() for name in ADAPTERS):
        tables = _profile_answers(folder)
    if not tables:
        wanted = "a data folder with a lake, recorded answers by source, or tables in bulk"
        raise ConfigurationError(f"{folder}: no real data: expected {wanted}")
    return pl.concat(tables)


def _read_lake(folder: Path) -> pl.DataFrame:
    """Listings with population, night, event; the events are those the pipeline resolved."""
    lake = Lake(folder / "lake")
    links = lake.scan(EventListing).select("listing_id", event="event_id").unique("listing_id").collect()
    listings = lake.scan(Listing).collect().join(links, on="listing_id", how="left", maintain_order="left")
    return listings.with_columns(population="source", night=pl.col("first_seen_at").dt.date())


def _profile_answers(folder: Path) -> list[pl.DataFrame]:
    """PROFILE rows source by source; calendars are left to the lake of calendars."""
    return [
        _forget_unasked(profile_listings(pl.concat(parts)), pl.concat(parts))
        for name in sorted(set(SOURCES) - {"ics"})
        if (parts := _read_answers(folder, name))
    ]


def _forget_unasked(profile: pl.DataFrame, listings: pl.DataFrame) -> pl.DataFrame:
    """Of a program's answer what hardly a listing of a recording states was not asked for, or cut: it is not known."""
    if profile["population"][0] in _OWN_WORDS:
        return profile
    told = profile.with_columns(feed=listings["feed"])
    asked = [pl.when(pl.col(name).mean().over("feed") >= _ASKED).then(name).alias(name) for name in _STATES]
    return told.with_columns(asked).drop("feed")


def _read_answers(folder: Path, wanted: str) -> list[pl.DataFrame]:
    return [
        part
        for name, sources in ADAPTERS.items()
        for path in sorted((folder / name).glob("*")) if path.is_file()
        for source in sources
        if source == wanted and (part := _read_answer(path, source)) is not None
    ]  # fmt: skip


def _read_answer(path: Path, name: str) -> pl.DataFrame | None:
    """Listings of one file with population and night, which is the first day in it; null in an archive."""
    source, window = SOURCES[name], Window.around(date(2026, 8, 22))
    result = source.read(source.split(path.read_bytes()), window)
    readings = readings_frame(result, source=name, feed=path.name, page_id="pag_aaaaaaaaaaaaaaaa")
    listings = normalize_pages([readings], NOWHERE, window)
    if listings.is_empty():
        return None
    starts = listings["starts_on"].drop_nulls()
    first, last = starts.min(), starts.max()
    listings = listings.with_columns(population=pl.lit(name))
    is_one_night = isinstance(first, date) and isinstance(last, date) and last - first <= _ONE_NIGHT and len(starts) > 9
    return listings.with_columns(night=pl.lit(first if is_one_night else None, dtype=pl.Date()))

"""Saving the fictional world: its pages, pulled over HTTP, as a replay folder, and its truth as Parquet."""

import json
import tempfile
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import polars as pl

from pulsecity_pipeline.config.cities import SHARED
from pulsecity_pipeline.fetch.replay_folder import ALL_CITIES, META_SUFFIX
from pulsecity_pipeline.inputs import SandboxInput
from pulsecity_pipeline.sandbox.night import SandboxNight
from pulsecity_pipeline.sandbox.truth import list_truth
from pulsecity_pipeline.sources.protocol import FetchedPage
from pulsecity_pipeline.sources.registry import SOURCES

_SUFFIXES = {"json": "json", "html": "html", "xml": "xml", "rss": "xml", "calendar": "ics", "plain": "txt"}


def export_pages(folder: Path, fiction: SandboxNight, city_ids: list[str], nights: int) -> int:
    """Write `folder/[night/]<source>/<city or _all>/<feed>[.<page>].<kind>` with its meta file for every page that was
    answered, and return how many there are. Nights are dated where there are several. Raises OSError.
    """
    count = 0
    for number in range(nights):
        night = fiction.night + timedelta(days=number)
        tonight = SandboxNight(fiction.cities, seed=fiction.seed, night=night, scale=fiction.scale)
        root = folder / night.isoformat() if nights > 1 else folder
        for city_id in (SHARED, *city_ids):
            count += sum(_write_feed(root, city_id, pages) for pages in _pull(tonight, city_id))
    return count


def _pull(fiction: SandboxNight, city_id: str) -> list[list[FetchedPage]]:
    """The pages of each feed of a city."""
    found: dict[tuple[str, str], list[FetchedPage]] = {}
    with tempfile.TemporaryDirectory() as state:
        pages_of = SandboxInput(fiction, Path(state), [])
        with pages_of.open_client(city_id) as client:
            for name, source in SOURCES.items():
                for page in source.fetch(client, pages_of.feeds(city_id, name), {}):
                    found.setdefault((name, page.feed.name), []).append(page)
    return list(found.values())


def _write_feed(root: Path, city_id: str, pages: list[FetchedPage]) -> int:
    answered = [page for page in pages if page.answer.body is not None]
    for number, page in enumerate(answered, 1):
        place = root / page.feed.source / (ALL_CITIES if city_id == SHARED else city_id)
        place.mkdir(parents=True, exist_ok=True)
        number_part = f".{number:03}" if len(answered) > 1 else ""
        path = place / f"{page.feed.name}{number_part}.{_suffix(page.answer.content_type or '')}"
        path.write_bytes(page.answer.body or b"")
        meta = {"url": page.answer.url, "feed": page.feed.name, "content_type": page.answer.content_type}
        path.with_name(path.name + META_SUFFIX).write_text(json.dumps(meta, indent=1) + "\n", encoding="utf-8")
    return len(answered)


def _suffix(content_type: str) -> str:
    return next((suffix for word, suffix in _SUFFIXES.items() if word in content_type), "bin")


def export_truth(folder: Path, fiction: SandboxNight, city_ids: list[str]) -> dict[str, int]:
    """Write `folder/<table>.parquet` of all cities together, and return the rows of each, by name. Raises OSError."""
    parts: dict[str, list[pl.DataFrame]] = {}
    for city_id in city_ids:
        for name, frame in list_truth(fiction, city_id).items():
            parts.setdefault(name, []).append(frame)
    return save_tables(folder, {name: pl.concat(frames).unique(maintain_order=True) for name, frames in parts.items()})


def save_tables(folder: Path, tables: Mapping[str, pl.DataFrame]) -> dict[str, int]:
    """Write `folder/<name>.parquet` of each, and return the rows of each, by name. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        table.write_parquet(folder / f"{name}.parquet")
    return {name: tables[name].height for name in sorted(tables)}

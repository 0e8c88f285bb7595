"""Saving the fictional world's pages as a replay folder."""

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.sandbox.pages import SandboxPage, build_pages
from pulsecity_pipeline.sandbox.world_v1 import build_world


def export_world(root: Path, cities: Iterable[City], *, seed: int, as_of: date) -> list[Path]:
    """Write `root/<source>/<city_id>/<feed>.<ics|xml>` and `….meta.json` (url, content_type) for every page that
    answers 200, and return the page files, sorted. Existing files are replaced. Raises OSError.
    """
    worlds = (build_world(city, seed=seed, as_of=as_of) for city in cities)
    return sorted(_write_page(root, page) for world in worlds for page in build_pages(world) if page.status == 200)


def _write_page(root: Path, page: SandboxPage) -> Path:
    source = page.publisher.source
    folder = root / source / page.city_id
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{page.publisher.name}.{'xml' if source == 'rss' else 'ics'}"
    path.write_bytes(page.body)
    meta = {"url": page.url, "content_type": page.content_type}
    path.with_name(f"{path.name}.meta.json").write_text(json.dumps(meta, indent=1) + "\n", encoding="utf-8")
    return path

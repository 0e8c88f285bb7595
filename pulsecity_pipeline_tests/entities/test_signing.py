"""Signatures: the same for what is judged the same, another where code, configuration or a value is another."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pulsecity_pipeline import code_version
from pulsecity_pipeline.config.matching import load_matching
from pulsecity_pipeline.entities import signing
from pulsecity_pipeline_tests.entities.frames import START, background, frame, listing, resolve

ROW = listing("Quartetto Ondina", "hall", venue_name="Teatro Centrale", latitude=41.9, longitude=12.5)


def sign(row: dict[str, Any], **given: Any) -> str:
    links = resolve(frame(row, *background()), **given).event_listings
    return str(links.filter(pl.col("listing_id") == row["listing_id"])["signature"].item())


@pytest.mark.parametrize(
    "stated",
    [
        {"title": "Quartetto Ondine"},
        {"starts_at": START + timedelta(minutes=1)},
        {"starts_on": START.date() + timedelta(days=1)},
        {"ends_on": START.date()},
        {"all_day": True},
        {"venue_name": "Teatro Central"},
        {"address": "12 Via Roma"},
        {"latitude": 41.9000000000001},
        {"longitude": None},
        {"geo_precision": "city"},
        {"attendance_mode": "mixed"},
        {"url": "https://x.example/a"},
        {"source_event_id": "another"},
        {"performers": ["Ondina"]},
    ],
    ids=str,
)
def test_every_compared_value_signs(stated: dict[str, Any]) -> None:
    assert sign(ROW | stated) != sign(ROW)


def test_what_is_not_compared_does_not_sign() -> None:
    later = datetime(2027, 4, 1, tzinfo=UTC)
    assert sign(ROW | {"description": "New", "price_min": None, "last_seen_at": later, "gone_at": later}) == sign(ROW)


def test_configuration_and_code_sign(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    venues = load_matching().venues.model_copy(update={"near_km": 0.3})
    assert sign(ROW, matching=load_matching().model_copy(update={"venues": venues})) != sign(ROW)
    before = signing.hash_judgement(load_matching())
    shutil.copytree(code_version._ROOT / "entities", tmp_path / "entities")
    with (tmp_path / "entities" / "signing.py").open("a") as code:
        code.write("\n# Judged otherwise.\n")
    monkeypatch.setattr(code_version, "_ROOT", tmp_path)
    code_version.version_code.cache_clear()
    try:
        assert signing.hash_judgement(load_matching()) != before
    finally:
        monkeypatch.undo()
        code_version.version_code.cache_clear()
    assert signing.hash_judgement(load_matching()) == before


def test_a_few_new_titles_change_few_signatures() -> None:
    """Word counts go in steps: what shares no word with the new titles keeps its signature."""
    crowd = [listing(f"Item {n} of many", f"feed {n % 9}", f"i{n}") for n in range(300)]
    before = resolve(frame(*crowd, *background())).event_listings
    after = resolve(frame(*crowd, *background(), ROW, listing("Bell choir", "paper"))).event_listings
    both = before.join(after, on="listing_id")
    assert (both["signature"] != both["signature_right"]).mean() < 0.02  # type: ignore[operator]

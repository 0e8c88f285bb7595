"""The feeds that ship are written under places that are pulled: a configured city, or `shared` for a shared source."""

from datetime import date

import pytest

from pulsecity_pipeline.config.cities import SHARED, load_cities
from pulsecity_pipeline.config.source_entries import load_sources

NIGHT = date(2026, 8, 22)


@pytest.mark.parametrize("name", load_sources())
def test_feeds_are_of_a_place_that_is_pulled(name: str) -> None:
    entry = load_sources()[name]
    assert set(entry.feeds) <= ({SHARED} if entry.is_shared else load_cities().keys())
    if entry.is_shared:
        assert entry.list_feeds(None, SHARED, NIGHT), "a shared source without feeds is never pulled"

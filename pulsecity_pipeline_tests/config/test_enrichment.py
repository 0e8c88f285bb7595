"""Providers of enrichment: all off as they ship, and what turns one on."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pulsecity_pipeline.config.enrichment import PROVIDERS, ProviderEntry, load_providers
from pulsecity_pipeline.config.errors import ConfigurationError


def test_all_ship_and_are_off() -> None:
    shipped = load_providers()
    assert sorted(shipped) == sorted(PROVIDERS)
    assert [name for name, entry in shipped.items() if entry.is_on] == []
    assert all(entry.terms or entry.is_local for entry in shipped.values())


@pytest.mark.parametrize(
    ("given", "is_on"),
    [
        ({"enabled": True, "verified_on": date(2026, 8, 22)}, True),
        ({"enabled": True, "verified_on": date(2026, 8, 22), "consent": True}, True),
        ({"enabled": True, "verified_on": date(2026, 8, 22), "consent": False}, False),
        ({"enabled": True}, False),
        ({"enabled": True, "is_local": True}, True),
        ({"enabled": False, "is_local": True}, False),
    ],
)
def test_what_is_on(given: dict[str, Any], is_on: bool) -> None:
    assert ProviderEntry(title="p", **given).is_on is is_on


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("spotify.yaml", "title: x\nenabled: true", "spotify.yaml: unknown provider: expected one of deezer, "),
        ("deezer.yaml", "title: x", "deezer.yaml: field enabled: Field required"),
        ("deezer.yaml", "title: x\nenabled: false\nrefresh_days: 0", "field refresh_days"),
        ("notes.txt", "", "no provider: expected one of"),
    ],
)
def test_bad_configuration_is_one_line(tmp_path: Path, name: str, text: str, message: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(ConfigurationError, match=message) as caught:
        load_providers(tmp_path)
    assert "\n" not in str(caught.value)


def test_a_key_that_is_not_set_is_named() -> None:
    assert load_providers()["foursquare"].missing_keys({"FOURSQUARE_KEY": "k"}) == ["FOURSQUARE_VERSION"]

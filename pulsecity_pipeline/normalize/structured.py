"""What sources state field by field (venue, prices, sales): it outweighs what is read from their texts."""

import re

import polars as pl

from pulsecity_pipeline.normalize.distinct import derive_distinct
from pulsecity_pipeline.normalize.price import HIGHEST_PRICE
from pulsecity_pipeline.normalize.status import SALE_WORDS

_PARTS = ["venue_name", "address", "locality", "region", "country"]
#: A venue by such a name is no place.
_NO_VENUE = (
    r"(?i)^\W*(?:online|virtual|zoom|webinar|tba|tbd|tbc|n/?a|none|to be (?:announced|confirmed|determined)|"
    r"various(?: venues| locations)?|private (?:location|residence|address)|secret (?:location|venue)|"
    r"location (?:tba|tbd|hidden)|register to see (?:address|location))(?: event| only| meeting)?\W*$"
)
#: Sale states by title that a source's own field does not know better.
_TITLE_KNOWS = ["sold_out", "few_left"]


def compose_locations(readings: pl.DataFrame) -> pl.DataFrame:
    """In, out: contract Reading. Where no one text of the place is stated, `location` is made of its parts, each said
    once: `Sala 2`, `Via Roma 1, Roma`, `Roma`, `IT` → `Sala 2, Via Roma 1, Roma, IT`. `venue_name` loses words that
    name no place (`Online event`, `TBA`).
    """
    no_venue = pl.col("venue_name").str.contains(_NO_VENUE)
    named = readings.with_columns(venue_name=pl.when(~no_venue.fill_null(value=False)).then("venue_name"))
    composed = derive_distinct(named, _PARTS, _compose)["composed"]
    return named.with_columns(location=pl.coalesce("location", composed))


def _compose(distinct: pl.DataFrame) -> pl.DataFrame:
    texts = [_join(parts) for parts in distinct.select(_PARTS).iter_rows()]
    return distinct.with_columns(composed=pl.Series(texts, dtype=pl.String))


def _join(parts: tuple[str | None, ...]) -> str | None:
    said: list[str] = []
    for part in parts:
        text = (part or "").strip(" ,\n\t")
        if text and not any(re.search(rf"\b{re.escape(text)}\b", earlier, re.I) for earlier in said):
            said.append(text)
    return ", ".join(said) or None


def prefer_stated_places(places: pl.DataFrame, readings: pl.DataFrame) -> pl.DataFrame:
    """What `read_places` gives, row by row beside its readings → the same with what is stated apart.

    A venue or address stated apart is taken as it is; the address has the town where one is stated.
    """
    read = places.rename({name: f"read_{name}" for name in places.columns})
    known = readings.select(*_PARTS, "attendance_mode", stated_precision="geo_precision").hstack(read)
    address = derive_distinct(known, ["address", "locality", "region"], _compose_address)["address_line"]
    apart = pl.any_horizontal(pl.col(_PARTS).is_not_null())
    return known.with_columns(address_line=address).select(
        venue_name=pl.when(apart).then("venue_name").otherwise("read_venue_name"),
        address=pl.when(apart).then("address_line").otherwise("read_address"),
        where="read_where",
        latitude="read_latitude",
        longitude="read_longitude",
        geo_precision=pl.when(pl.col("read_latitude").is_not_null()).then(
            pl.coalesce("stated_precision", "read_geo_precision")
        ),
        attendance_mode=pl.coalesce("attendance_mode", "read_attendance_mode"),
    )


def _compose_address(distinct: pl.DataFrame) -> pl.DataFrame:
    """A town alone is no address."""
    rows = distinct.select("address", "locality", "region").iter_rows()
    texts = [_join(parts) if parts[0] else None for parts in rows]
    return distinct.with_columns(address_line=pl.Series(texts, dtype=pl.String))


def prefer_stated_prices(prices: pl.DataFrame, readings: pl.DataFrame) -> pl.DataFrame:
    """What `resolve_prices` gives, beside its readings (with home_currency) → the same with prices stated as numbers.

    Zero alone is free only where the source says so, or states nothing of it. Where a source says `free` and no price,
    the price is 0 in the city's currency; where it says `not free`, the text's word for free is not believed.
    """
    read = prices.rename({name: f"read_{name}" for name in prices.columns})
    amounts = pl.col("price_min", "price_max")
    possible = pl.when(amounts.is_between(0, HIGHEST_PRICE)).then(amounts)
    code = pl.col("currency").str.strip_chars().str.to_uppercase().str.extract(r"^([A-Z]{3})$")
    known = readings.select(possible, code, "is_free", "home_currency").hstack(read)
    low, high = pl.coalesce("price_min", "price_max"), pl.coalesce("price_max", "price_min")
    free = pl.col("is_free").fill_null(value=False)
    doubted = (~pl.col("is_free") & pl.col("read_is_free")).fill_null(value=False)
    lows = {"price_min": pl.min_horizontal(low, high), "price_max": pl.max_horizontal(low, high)}
    has_price = low.is_not_null()
    zero = pl.lit(0).cast(prices.schema["price_min"])
    chosen = {
        name: pl.when(has_price).then(value).when(free).then(zero).when(~doubted).then(f"read_{name}")
        for name, value in lows.items()
    }
    currency = (
        pl.when(has_price | free).then(pl.coalesce("currency", "home_currency")).when(~doubted).then("read_currency")
    )
    is_free = pl.coalesce("is_free", pl.when(has_price).then(high == 0).otherwise("read_is_free"))
    stated = pl.when(has_price).then(pl.format("stated: {}–{}", low, high)).when(free).then(pl.lit("stated: free"))
    text = pl.coalesce(stated, pl.when(~doubted).then("read_price_text"))
    return known.select(**chosen, currency=currency, is_free=is_free, price_text=text)


def prefer_stated_sales(states: pl.DataFrame, readings: pl.DataFrame) -> pl.DataFrame:
    """What `resolve_status` gives, beside its readings → the same with `sale_status` from the source's own field."""
    word = readings["sale_status"].str.replace(r"^.*[/#]", "").str.replace_all(r"[^A-Za-z]", "").str.to_lowercase()
    stated = word.replace_strict(SALE_WORDS, default=None, return_dtype=pl.String)
    by_title = pl.col("sale_status").is_in(_TITLE_KNOWS)
    return states.with_columns(
        sale_status=pl.when(by_title).then("sale_status").otherwise(pl.coalesce(stated, "sale_status"))
    )

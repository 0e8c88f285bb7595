"""What a listing is compared by: folded texts and keys, one row per listing that is about an event."""

from collections.abc import Callable

import polars as pl

from pulsecity_pipeline.entities.folding import fold_text, fold_url, fold_venue

_FOLDED: dict[str, tuple[str, Callable[[pl.Expr], pl.Expr]]] = {
    "title_fold": ("title", fold_text),
    "venue_fold": ("venue_name", fold_venue),
    "address_fold": ("address", fold_text),
    "url_fold": ("url", fold_url),
}

PLACE_TEXT = ("venue_fold", "address_fold", "place_latitude", "place_longitude")


def prepare_listings(listings: pl.DataFrame) -> pl.DataFrame:
    """Listings → the event listings of all classes' `event`, sorted by listing_id, one row an id, with

    `row` (position), `feed_key` ("source/feed"), `title_fold`, `year`, `venue_fold`, `address_fold`,
    `place_latitude`/`place_longitude` (null where only the city is known), `is_dated` (a day, no time of day),
    `url_fold`, `performers_fold` (sorted) beside the columns given.
    """
    located = pl.col("geo_precision").fill_null("exact") != "city"
    offline = pl.col("attendance_mode") != "online"
    rows = (
        listings.filter(pl.col("listing_class") == "event")
        .sort("listing_id", "pull_city_id")
        .unique("listing_id", keep="first", maintain_order=True)
        .with_row_index("row")
    )
    for column, (stated, fold) in _FOLDED.items():
        rows = _add_fold(rows, column, stated, fold)
    return rows.with_columns(
        feed_key=pl.col("source") + pl.lit("/") + pl.col("feed"),
        title_fold=pl.col("title_fold").fill_null(""),
        year=pl.col("starts_on").dt.year(),
        venue_fold=pl.when(offline).then(pl.col("venue_fold")),
        address_fold=pl.when(offline).then(pl.col("address_fold")),
        place_latitude=pl.when(located & offline).then(pl.col("latitude")),
        place_longitude=pl.when(located & offline).then(pl.col("longitude")),
        is_dated=pl.col("all_day") | pl.col("time_precision").is_in(["day", "month", "tba"]),
        performers_fold=pl.col("performers").list.eval(fold_text(pl.element())).list.drop_nulls().list.sort(),
    )


def _add_fold(rows: pl.DataFrame, column: str, stated: str, fold: Callable[[pl.Expr], pl.Expr]) -> pl.DataFrame:
    """Folding is dear and calendars repeat themselves: every distinct text is folded once."""
    folded = rows.select(stated).unique().with_columns(fold(pl.col(stated)).alias(column))
    return rows.join(folded, on=stated, how="left", nulls_equal=True, maintain_order="left")


def find_repeats(prepared: pl.DataFrame) -> pl.DataFrame:
    """Prepared listings → `row`, `first_row`: the first listing by which the same feed already says the same.

    The same is: start, folded title and place; where no place is stated, also the page, for a feed that lists one
    title twice at one hour and no place tells two things apart. A listing that repeats nothing is its own first.
    A gone listing may be repeated: feeds that renew their ids do so.
    """
    placed = pl.any_horizontal(pl.col(*PLACE_TEXT).is_not_null())
    page = pl.when(~placed).then(pl.col("url_fold"))
    signature = ["feed_key", "starts_on", "starts_at", "is_dated", "title_fold", *PLACE_TEXT, "_page"]
    return (
        prepared.filter(pl.col("starts_on").is_not_null())
        .with_columns(_page=page)
        .select("row", pl.col("row").min().over(signature).alias("first_row"))
        .sort("row")
    )

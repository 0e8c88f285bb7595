"""Tables of real events in bulk → profiles: club nights, concerts, a vendor's attended events, meetups and who came."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import polars as pl

from pulsecity_pipeline.bench.believable_profile import profile_listings


def read_resident_advisor(folder: Path) -> pl.DataFrame:
    """Club nights of Germany."""
    raw = pl.read_csv(folder / "events.csv", infer_schema_length=None)
    day = pl.col("event_date").str.to_date(strict=False)
    clock = [pl.col(name).str.slice(-5).str.to_time("%H:%M", strict=False) for name in ("start_time", "end_time")]
    starts, ends = (day.dt.combine(one) for one in clock)
    price = pl.col("ticket_price").cast(pl.Float64, strict=False)
    billed = pl.col("lineup").str.split(",").list.eval(pl.element().str.strip_chars()).list.drop_nulls()
    return profile_listings(
        raw.select(
            pl.col("event_name").alias("title"),
            population=pl.lit("resident_advisor"),
            starts_on=day,
            starts_local=starts,
            starts_at=starts,
            ends_on=day,
            ends_at=pl.when(ends <= starts).then(ends + pl.duration(days=1)).otherwise(ends),
            venue_name="venue",
            address="address",
            price_min=price,
            price_max=price,
            currency=pl.when(price.is_not_null()).then(pl.lit("EUR")),
            is_free=price == 0,
            performers=billed.list.filter(pl.element() != "").fill_null([]),
        )
    )


def read_songkick(folder: Path) -> pl.DataFrame:
    """Shows of New York's halls and of the bands that made it; days without hours."""
    raw = pl.read_csv(folder / "history_made.csv", infer_schema_length=None, null_values="NA")
    billed = pl.concat_list("Artist1", "Artist2", "Artist3").list.drop_nulls()
    return profile_listings(
        raw.filter(pl.col("Type") == "Concert").select(
            title="Artist1",
            population=pl.lit("songkick: history"),
            starts_on=pl.col("Date").cast(pl.String).str.to_date(strict=False),
            starts_local=pl.lit(None, dtype=pl.Datetime("us")),
            performers=billed,
        )
    ).with_columns(pl.lit(None).alias(name) for name in ("title_chars", "title_words", *_OF_TITLES))


def read_predicthq(folder: Path) -> pl.DataFrame:
    """Attended events of Chicago's centre, first seen days or months before."""
    (file,) = folder.glob("*.csv")
    raw = pl.read_csv(file, infer_schema_length=None).filter(pl.col("phq_attendance") >= LEAST_ATTENDANCE)
    starts, seen = (pl.col(name).str.slice(0, 19).str.to_datetime(time_unit="us") for name in ("start", "first_seen"))
    local = starts.dt.replace_time_zone("UTC").dt.convert_time_zone("America/Chicago").dt.replace_time_zone(None)
    timed = raw.select(
        "title", attendance=pl.col("phq_attendance").cast(pl.Float64), local=local, night=seen.dt.date(),
        # The vendor gives an hour that nobody stated as midnight.
        is_timed=local.dt.hour() > 0,
    )  # fmt: skip
    found = timed.select(
        "title", "night", "attendance",
        population=pl.lit("world: attended events"),
        starts_on=pl.col("local").dt.date(),
        starts_local=pl.when("is_timed").then("local"),
    )  # fmt: skip
    return profile_listings(found).with_columns(pl.lit(None).alias(name) for name in _REPEATS)


def read_meetup(folder: Path) -> pl.DataFrame:
    """Meetups of a dozen groups of Montana, with how many said that they come."""
    events = pl.read_csv(folder / "events.csv", infer_schema_length=None)
    going = (
        pl.read_csv(folder / "rsvps.csv", infer_schema_length=None)
        .filter(pl.col("response") == "yes")
        .group_by(id="event_id")
        .agg(attendance=(1 + pl.col("guests")).sum().cast(pl.Float64))
    )
    local = pl.from_epoch(pl.col("time") + pl.col("utc_offset"), time_unit="ms").cast(pl.Datetime("us"))
    return profile_listings(
        events.join(going, on="id", how="left", maintain_order="left").select(
            title="name", population=pl.lit("meetup: groups"), starts_on=local.dt.date(), starts_local=local,
            attendance="attendance",
        )
    )  # fmt: skip


#: The vendor leaves out what is small.
LEAST_ATTENDANCE: Final = 300
_REPEATS: Final = ("is_over", "is_near_duplicate", "is_first_of_title")
_OF_TITLES: Final = ("is_first_of_title", "is_non_ascii", "is_shouted", "has_digits", "has_marks", "is_near_duplicate")
#: Folder of a table → its reader.
BULK: Final[dict[str, Callable[[Path], pl.DataFrame]]] = {
    "meetup_bigsky_rsvp": read_meetup,
    "phq_chicago": read_predicthq,
    "resident_advisor": read_resident_advisor,
    "songkick_history": read_songkick,
}

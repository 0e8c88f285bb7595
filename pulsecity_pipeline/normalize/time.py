"""From wall clocks as written to instants, the venue's wall clock, precision and whole days, with evidence."""

import polars as pl

from pulsecity_pipeline.normalize.distinct import derive_distinct
from pulsecity_pipeline.normalize.wallclock import to_instants, to_walls
from pulsecity_pipeline.normalize.zones import resolve_clocks

_NO_EVENT_IS_BEFORE = 1900
_NO_EVENT_IS_AFTER = 2200
_MIDNIGHT = pl.time(0)
_DAY = pl.duration(days=1)


def in_years(moment: pl.Expr) -> pl.Expr:
    """True where the year is one an event can be in, 1900 to 2200."""
    return moment.dt.year().is_between(_NO_EVENT_IS_BEFORE, _NO_EVENT_IS_AFTER)


def resolve_times(frame: pl.DataFrame) -> pl.DataFrame:
    """Times of readings whose start is in 1900 to 2200.

    In: start_wall, start_zone, start_is_date, end_wall, end_zone, end_is_date, feed_zone, home_zone (IANA zone of the
    place), is_placed (False where home_zone is only a guess: then a stated zone stays). Out: starts_on, starts_at,
    starts_local, ends_on, ends_at, ends_local, timezone, time_precision, all_day, time_evidence.

    A stated zone stays the timezone while it shows the same wall clock as the place; else the wall clock is the
    place's, and the instants are unchanged. Midnight to midnight, or to 23:59, is a whole day in disguise. Midnight
    without a later end is filler for an unknown time: precision day, no start time. An end that is not after the
    start, or not in 1900 to 2200, is dropped and flagged.
    """
    timed = _read_clocks(frame)
    kinds = timed.hstack(_classify(timed))
    return _choose(kinds.hstack(_whole_days(kinds)))


def _read_clocks(frame: pl.DataFrame) -> pl.DataFrame:
    """Adds start_at, start_local, end_at, end_local, timezone, zone_evidence, start_flag, end_flag, is_utc."""
    end_is_wild = pl.col("end_wall").is_not_null() & ~in_years(pl.col("end_wall"))
    base = frame.with_columns(end_is_wild=end_is_wild, end_wall=pl.when(~end_is_wild).then("end_wall"))
    starts = _instants(base, pl.col("start_wall"), pl.col("start_zone"))
    # A floating end beside a start with a zone is on the start's clock.
    timed_end = pl.when(~pl.col("end_is_date")).then("end_wall")
    ends = _instants(base, timed_end, pl.coalesce("end_zone", "start_zone"))
    known = base.hstack(starts.rename({"at": "start_at", "clock_flag": "start_flag"})).hstack(
        ends.select(end_at="at", end_flag="clock_flag")
    )
    placed = known.hstack(_own_walls(known))
    return placed.with_columns(end_local=to_walls(placed.select(at="end_at", zone="timezone")))


def _instants(base: pl.DataFrame, wall: pl.Expr, stated: pl.Expr) -> pl.DataFrame:
    zones = base.select(stated.alias("stated"), "feed_zone", "home_zone")
    clocks = derive_distinct(zones, zones.columns, resolve_clocks)
    return clocks.hstack(to_instants(base.select(wall.alias("wall")).hstack(clocks)))


def _own_walls(known: pl.DataFrame) -> pl.DataFrame:
    """timezone and start_local: on the stated clock where it agrees with the place's or there is no place."""
    as_stated = to_walls(known.select(at="start_at", zone="clock_zone"))
    at_home = to_walls(known.select(at="start_at", zone="home_zone"))
    stays = pl.col("clock_zone").is_not_null() & ((pl.col("as_stated") == pl.col("at_home")) | ~pl.col("is_placed"))
    moved = pl.when(~stays & pl.col("clock_zone").is_not_null()).then(pl.format(" {}", "clock_zone"))
    walls = known.select("clock_zone", "home_zone", "is_placed", as_stated=as_stated, at_home=at_home)
    return walls.select(
        timezone=pl.when(stays).then("clock_zone").otherwise("home_zone"),
        start_local=pl.when(stays).then("as_stated").otherwise("at_home"),
        moved=moved,
    )


def _classify(timed: pl.DataFrame) -> pl.DataFrame:
    """is_whole (whole days), is_disguised, is_filler, first_on, and last_on as far as an end is stated in days."""
    start, end, start_local, end_local = (pl.col(c) for c in ("start_wall", "end_wall", "start_local", "end_local"))
    both_timed = ~pl.col("start_is_date") & ~pl.col("end_is_date") & end.is_not_null()
    as_stated = (
        both_timed & _spans_days(start, end) & pl.col("start_zone").eq_missing(pl.coalesce("end_zone", "start_zone"))
    )
    at_home = both_timed & _spans_days(start_local, end_local)
    disguised = (as_stated | at_home).fill_null(False)
    by_wall = pl.col("start_is_date") | as_stated
    midnight = _is_midnight(start_local) | (_is_midnight(start) & pl.col("clock_zone").is_not_null())
    later = (pl.col("end_at") > pl.col("start_at")).fill_null(False)
    filler = ~pl.col("start_is_date") & ~disguised & midnight & ~later
    first_on = (
        pl.when(by_wall | (filler & ~_is_midnight(start_local))).then(start.dt.date()).otherwise(start_local.dt.date())
    )
    last_on = (
        pl.when(pl.col("end_is_date"))
        .then(end.dt.date())
        .when(by_wall)
        .then(_last_day(start, end))
        .when(disguised)
        .then(_last_day(start_local, end_local))
    )
    return timed.select(
        is_whole=pl.col("start_is_date") | disguised,
        is_disguised=disguised,
        is_filler=filler,
        first_on=first_on,
        last_on=pl.when(last_on >= first_on).then(last_on),
        ends_early=(last_on < first_on).fill_null(False),
    )


def _is_midnight(wall: pl.Expr) -> pl.Expr:
    return wall.dt.time() == _MIDNIGHT


def _spans_days(start: pl.Expr, end: pl.Expr) -> pl.Expr:
    to_midnight = _is_midnight(end) & (end.dt.date() > start.dt.date())
    to_last_minute = (end.dt.time() >= pl.time(23, 59)) & (end.dt.date() >= start.dt.date())
    return _is_midnight(start) & (to_midnight | to_last_minute)


def _last_day(start: pl.Expr, end: pl.Expr) -> pl.Expr:
    """The day an end falls on; midnight after the first day closes the day before."""
    closes = _is_midnight(end) & (end.dt.date() > start.dt.date())
    return pl.when(closes).then(end.dt.date().dt.offset_by("-1d")).otherwise(end.dt.date())


def _whole_days(kinds: pl.DataFrame) -> pl.DataFrame:
    """day_start_at, day_end_at: the midnights around the days, where days are all that is known; day_flag."""
    in_days = pl.col("is_whole") | pl.col("is_filler") | pl.col("end_is_date")
    first = pl.when(in_days).then(pl.col("first_on").cast(pl.Datetime("us")))
    after = pl.when(in_days).then(pl.col("last_on").cast(pl.Datetime("us")) + _DAY)
    clock = kinds.select(clock_zone="timezone", offset_minutes=pl.lit(None, pl.Int32))
    starts = to_instants(kinds.select(wall=first).hstack(clock))
    ends = to_instants(kinds.select(wall=after).hstack(clock))
    return starts.select(day_start_at="at", day_flag="clock_flag").hstack(ends.select(day_end_at="at"))


def _choose(known: pl.DataFrame) -> pl.DataFrame:
    whole, filler = pl.col("is_whole"), pl.col("is_filler")
    timed = ~whole & ~filler
    ends_later = (pl.col("end_at") > pl.col("start_at")).fill_null(False)
    midnight = pl.col("first_on").cast(pl.Datetime("us"))
    timed_end = timed & ends_later
    ends_at = pl.when(whole).then("day_end_at").when(timed_end).then("end_at")
    starts_at = pl.when(whole).then("day_start_at").when(timed).then("start_at")
    timed_last_on = (pl.col("end_local") - pl.duration(microseconds=1)).dt.date()
    return known.select(
        starts_on=pl.col("first_on"),
        starts_at=starts_at,
        starts_local=pl.when(whole).then(midnight).when(timed).then("start_local"),
        ends_on=pl.when(timed_end).then(pl.max_horizontal(timed_last_on, "first_on")).otherwise("last_on"),
        ends_at=ends_at,
        ends_local=pl.when(whole)
        .then(pl.col("last_on").cast(pl.Datetime("us")) + _DAY)
        .when(timed_end)
        .then("end_local"),
        timezone=pl.col("timezone"),
        time_precision=pl.when(timed).then(pl.lit("minute")).otherwise(pl.lit("day")),
        all_day=whole,
        time_evidence=_evidence(timed, ends_later),
    )


def _evidence(timed: pl.Expr, ends_later: pl.Expr) -> pl.Expr:
    """`zone: …`, then every repair made."""
    dropped = timed & ~ends_later
    remarks = [
        pl.concat_str("zone_evidence", "moved", ignore_nulls=True),
        pl.when(timed).then("start_flag").otherwise("day_flag"),
        pl.when(timed & ends_later).then(pl.format("end_{}", "end_flag")),
        pl.when("is_disguised").then(pl.lit("disguised_all_day")),
        pl.when("is_filler").then(pl.lit("midnight_filler")),
        pl.when(pl.col("ends_early") | (dropped & (pl.col("end_at") < pl.col("start_at")))).then(
            pl.lit("end_before_start")
        ),
        pl.when(~pl.col("is_whole") & (pl.col("end_at") == pl.col("start_at"))).then(pl.lit("end_equals_start")),
        pl.when("end_is_wild").then(pl.lit("end_out_of_range")),
    ]
    return pl.concat_str(remarks, separator="; ", ignore_nulls=True)

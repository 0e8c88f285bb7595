"""How what is planned changes before it takes place, and what of it is known at any moment."""

from typing import Final

import numpy as np
import polars as pl

from pulsecity_pipeline.sandbox.chance import Keys, draw_index, draw_share
from pulsecity_pipeline.sandbox.world.frames import HISTORY
from pulsecity_pipeline.sandbox.world.wording import word_anew

#: Shares of all happenings, up to which each change is drawn; one at most, beside a new title and selling out.
CANCELLED, RESCHEDULED, POSTPONED, MOVED = 0.035, 0.062, 0.072, 0.09
RETITLED: Final = 0.06
_BACK_SHARE, _SETTLED_SHARE, _HOUR_SHARE = 0.08, 0.6, 0.4
_HOURS: Final = (-60, -30, 30, 60, 90)
#: The plan's columns that change; `known_of` gives each as of a moment.
CHANGING: Final = ("title", "venue_id", "starts_local", "ends_local", "doors_local", "status", "sale_status")


def add_changes(frame: pl.DataFrame) -> pl.DataFrame:
    """`frame` with what will happen to it and when that becomes known (UTC): retitled_at and new_title, moved_at,
    rescheduled_at and shift_minutes, postponed_at, cancelled_at, back_at, on_sale_at, sold_out_at.

    Needs key, title, language, announced_at, starts_at, capacity, attendance, is_free, other_venue_id.
    """
    keys = frame["key"].to_numpy()
    lot = draw_share(keys, "lot")
    postponed = (lot >= RESCHEDULED) & (lot < POSTPONED)
    settled = postponed & (draw_share(keys, "settled") < _SETTLED_SHARE)
    rescheduled = ((lot >= CANCELLED) & (lot < RESCHEDULED)) | settled
    by_hour = (draw_share(keys, "by hour") < _HOUR_SHARE) & ~settled & ~frame["all_day"].to_numpy()
    hours = np.array(_HOURS)[draw_index(keys, "hours", len(_HOURS))]
    days = 1440 * (2 + draw_index(keys, "days", 60))
    retitled = draw_share(keys, "retitled") < RETITLED
    is_full = (frame["attendance"] >= frame["capacity"] * 0.97).to_numpy() & ~frame["is_free"].to_numpy()
    cancelled = lot < CANCELLED
    moments = {
        "retitled_at": (retitled, 0.1, 0.8),
        "moved_at": ((lot >= POSTPONED) & (lot < MOVED) & frame["other_venue_id"].is_not_null().to_numpy(), 0.2, 0.9),
        "postponed_at": (postponed, 0.3, 0.6),
        "rescheduled_at": (rescheduled, 0.62, 0.85),
        "cancelled_at": (cancelled, 0.15, 0.9),
        "back_at": (cancelled & (draw_share(keys, "back") < _BACK_SHARE), 0.9, 0.97),
        "sold_out_at": (is_full, 0.3, 0.95),
    }
    lead = (pl.col("starts_at") - pl.col("announced_at")).dt.total_minutes()
    return frame.with_columns(
        *(
            pl.when(pl.Series(is_so))
            .then(
                pl.col("announced_at")
                + pl.duration(minutes=lead * pl.Series(low + (high - low) * draw_share(keys, name)))
            )
            .alias(name)
            for name, (is_so, low, high) in moments.items()
        ),
        new_title=_new_titles(frame, keys, retitled),
        shift_minutes=pl.Series(np.where(by_hour, hours, days)),
    )


def _new_titles(frame: pl.DataFrame, keys: Keys, rows: np.ndarray) -> pl.Series:
    mask = pl.Series(rows)
    empty = pl.Series([None] * frame.height, dtype=pl.String())
    anew = word_anew(frame["title"].filter(mask), keys[rows], frame["language"].filter(mask))
    return empty.scatter(np.flatnonzero(rows), anew)


def known_of(plan: pl.DataFrame, at: pl.Expr) -> pl.DataFrame:
    """`plan` with the columns of CHANGING, and previous_start_local, as they are known `at` (UTC, row by row)."""
    is_new, is_moved, is_later, is_off, is_back, is_waiting, is_full = (
        (pl.col(name) <= at).fill_null(value=False)
        for name in (
            "retitled_at", "moved_at", "rescheduled_at", "cancelled_at", "back_at", "postponed_at", "sold_out_at",
        )
    )  # fmt: skip
    shift = pl.duration(minutes=pl.when(is_later).then("shift_minutes").otherwise(0))
    is_other_day = is_later & (pl.col("shift_minutes") >= 1440)
    status = (
        pl.when(is_off & ~is_back).then(pl.lit("cancelled"))
        .when(is_waiting & ~is_later).then(pl.lit("postponed"))
        .when(is_other_day).then(pl.lit("rescheduled"))
        .otherwise(pl.lit("scheduled"))
    )  # fmt: skip
    is_sold = ~pl.col("is_free")
    sale = (
        pl.when(~is_sold).then(pl.lit("unknown"))
        .when(pl.col("ends_at") <= at).then(pl.lit("ended"))
        .when(is_full).then(pl.lit("sold_out"))
        .when(pl.col("announced_at") + pl.duration(days=3) > at).then(pl.lit("not_yet"))
        .otherwise(pl.lit("on_sale"))
    )  # fmt: skip
    return plan.with_columns(
        title=pl.when(is_new).then("new_title").otherwise("title"),
        venue_id=pl.when(is_moved).then("other_venue_id").otherwise("venue_id"),
        starts_local=pl.col("starts_local") + shift,
        ends_local=pl.col("ends_local") + shift,
        doors_local=pl.col("doors_local") + shift,
        previous_start_local=pl.when(is_other_day).then("starts_local"),
        status=status,
        sale_status=sale,
    )


def list_history(plan: pl.DataFrame) -> pl.DataFrame:
    """HISTORY rows of everything that changes, known or not yet known, sorted by happening and moment."""
    shifted = (pl.col("starts_local") + pl.duration(minutes="shift_minutes")).dt.to_string("%Y-%m-%dT%H:%M")
    start = pl.col("starts_local").dt.to_string("%Y-%m-%dT%H:%M")
    none = pl.lit(None, dtype=pl.String())
    ops = {
        "announced": ("announced_at", none, pl.col("title")),
        "retitled": ("retitled_at", pl.col("title"), pl.col("new_title")),
        "moved": ("moved_at", pl.col("venue_id"), pl.col("other_venue_id")),
        "rescheduled": ("rescheduled_at", start, shifted),
        "postponed": ("postponed_at", start, none),
        "cancelled": ("cancelled_at", none, none),
        "back": ("back_at", none, none),
        "sold_out": ("sold_out_at", none, none),
    }
    parts = [
        plan.filter(pl.col(at).is_not_null()).select("happening_id", known_at=at, op=pl.lit(op), old=old, new=new)
        for op, (at, old, new) in ops.items()
    ]
    return pl.concat(parts).cast(HISTORY).sort("happening_id", "known_at", "op")

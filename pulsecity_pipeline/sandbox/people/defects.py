"""What goes wrong on the way: rows that come late or twice, cannot be read, or are of a clock that is ahead."""

from typing import Final

import numpy as np
import polars as pl

from pulsecity_pipeline.sandbox.chance import Keys, derive_keys, draw_range, draw_share, key_of
from pulsecity_pipeline.sandbox.people import frames
from pulsecity_pipeline.sandbox.people.scene import Floats
from pulsecity_pipeline.sandbox.people.true_frames import DEFECT, DEFECT_COUNT

LATE: Final = "late"
REPEAT: Final = "repeat"
FUTURE: Final = "future_clock"
#: Defects for which the door must reject the row.
REJECTED: Final = ("bad_user_id", "no_user_id", "no_zone", "unknown_name", "number_property", "truncated", FUTURE)
#: Each with its share of all rows; a row has one at most.
SHARES: Final = {
    **dict.fromkeys(REJECTED[:-1], 0.0005),
    FUTURE: 0.001,
    LATE: 0.015,
    REPEAT: 0.008,
}
#: A late row comes so many hours after it happened.
LATE_HOURS: Final = (3.0, 72.0)
#: A drop holds rows of so many days before its own: simulate from then on to have it whole.
LATEST_DAYS: Final = 5


def send(interactions: pl.DataFrame, seed: int, city_id: str) -> pl.DataFrame:
    """SENT of what happened (list_interactions): lines, their defects, and the drops they come in, one a UTC day."""
    keys = derive_keys(key_of(seed, "defects"), _read_keys(interactions["interaction_id"]))
    rows = interactions.with_columns(
        defect=_draw_defects(keys), sent_at=pl.col("happened_at") + _delay(draw_range(keys, "sent", 1, 300))
    )
    later = _delay(draw_range(keys, "late", *(3600 * hours for hours in LATE_HOURS)))
    is_late = pl.col("defect").eq_missing(LATE)
    rows = rows.with_columns(sent_at=pl.when(is_late).then(pl.col("happened_at") + later).otherwise("sent_at"))
    rows = rows.with_columns(body=_lines(rows, keys))
    again = _delay(draw_range(keys, "again", 60, 6 * 3600))
    # The first of the two is sound; only its second coming is the defect.
    first = rows.with_columns(defect=pl.when(pl.col("defect").ne_missing(REPEAT)).then("defect"))
    repeats = rows.with_columns(sent_at=pl.col("sent_at") + again).filter(pl.col("defect").eq_missing(REPEAT))
    return _number(pl.concat([first, repeats]), city_id)


def defect_frame(sent: pl.DataFrame) -> pl.DataFrame:
    """DEFECT: the lines of SENT that have one."""
    return sent.filter(pl.col("defect").is_not_null()).select(DEFECT.names())


def defect_count_frame(sent: pl.DataFrame) -> pl.DataFrame:
    """DEFECT_COUNT: `none` for sound rows, and each defect that there can be."""
    outcomes = {"none": "accepted", LATE: "accepted", REPEAT: "repeated", **dict.fromkeys(REJECTED, "rejected")}
    named = pl.DataFrame({"defect": [*outcomes], "outcome": [*outcomes.values()]})
    counted = sent.group_by(pl.col("defect").fill_null("none")).agg(rows=pl.len())
    found = named.join(counted, on="defect", how="left", maintain_order="left")
    return found.with_columns(pl.col("rows").fill_null(0)).cast(DEFECT_COUNT)


def _read_keys(ids: pl.Series) -> Keys:
    """The numbers that the ids are."""
    text = ids.str.join("").item() if len(ids) else ""
    return np.frombuffer(bytes.fromhex(text), dtype=">u8").astype(np.uint64)


def _draw_defects(keys: Keys) -> pl.Series:
    place = np.searchsorted(np.cumsum([*SHARES.values()]), draw_share(keys, "defect"), side="right")
    return pl.Series([*SHARES, None], dtype=pl.String).gather(place)


def _lines(rows: pl.DataFrame, keys: Keys) -> pl.Series:
    """The line of each row, with what is wrong about it."""
    defect = pl.col("defect")
    ahead = _delay(draw_range(keys, "ahead", 400, 4_000) * 86_400.0)
    moment = pl.when(defect.eq_missing(FUTURE)).then(pl.col("happened_at") + ahead).otherwise("happened_at")
    user = pl.when(defect.eq_missing("bad_user_id")).then(pl.col("user_id").str.replace("_", "@")).otherwise("user_id")
    name = pl.when(defect.eq_missing("unknown_name")).then(pl.lit("view")).otherwise("name")
    zone = pl.when(defect.eq_missing("no_zone")).then(pl.lit("")).otherwise(pl.lit("Z"))
    properties = pl.when(defect.eq_missing("number_property")).then(pl.lit('{"position":3}')).otherwise("properties")
    whole = pl.concat_str(
        pl.lit('{"id":"'),
        "interaction_id",
        pl.lit('","name":"'),
        name,
        pl.when(defect.eq_missing("no_user_id"))
        .then(pl.lit(""))
        .otherwise(pl.concat_str(pl.lit('","user_id":"'), user)),
        pl.lit('","timestamp":"'),
        moment.dt.strftime("%Y-%m-%dT%H:%M:%S%.3f"),
        zone,
        pl.lit('","properties":'),
        properties,
        pl.lit("}"),
    )
    cut = whole.str.slice(0, pl.col("interaction_id").str.len_chars() + 60)
    return rows.select(body=pl.when(defect.eq_missing("truncated")).then(cut).otherwise(whole)).to_series()


def _delay(seconds: Floats) -> pl.Expr:
    return pl.lit(pl.Series((seconds * 1_000).astype(np.int64)).cast(pl.Duration("ms")))


def _number(rows: pl.DataFrame, city_id: str) -> pl.DataFrame:
    day = pl.col("sent_at").dt.date().cast(pl.String)
    rows = rows.with_columns(drop=pl.concat_str(pl.lit(f"{city_id}-"), day, pl.lit(".jsonl")))
    rows = rows.sort("sent_at", "interaction_id", "defect")
    return frames.shape(rows.with_columns(line=pl.int_range(1, pl.len() + 1).over("drop")), frames.SENT)

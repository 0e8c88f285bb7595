"""Typing: rows of JSON → typed interactions in Polars, and everything else, one by one, to the contract's own model."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, get_args

import orjson
import polars as pl

from pulsecity_pipeline.contracts.base import UTC_DATETIME
from pulsecity_pipeline.contracts.interactions import Name
from pulsecity_pipeline.interactions.drops import Rows
from pulsecity_pipeline.interactions.event import FIRST_YEAR, USER_ID, Event, Problem, check_event

#: Rows looked at together: enough for Polars, few enough for their Python objects to stay small.
CHUNK = 50_000
#: How far a sender's clock may be ahead.
CLOCK_SKEW = timedelta(hours=1)
TYPED = pl.Schema(
    {
        "line": pl.Int64(),
        "name": pl.String(),
        "user_id": pl.String(),
        "happened_at": UTC_DATETIME,
        "given_id": pl.String(),
        "event_id": pl.String(),
        "properties": pl.String(),
    }
)
_ISO = r"^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$"
_FORMAT = "%Y-%m-%dT%H:%M:%S%.f%:z"
#: Stands for properties that are no object of texts.
_ODD = "?"


@dataclass(frozen=True)
class Refused:
    """A row that is no interaction; `content` still holds the user id. Line None: the whole drop."""

    line: int | None
    content: bytes
    problems: list[Problem]


@dataclass(frozen=True)
class TypedRows:
    """TYPED, raw user ids still in it, sorted by line; rows in = typed.height + len(refused)."""

    typed: pl.DataFrame
    refused: list[Refused]


def type_rows(rows: Rows, *, received_at: datetime) -> TypedRows:
    """Type the rows of a drop; never raises for what they hold.

    A row that Polars can type by itself keeps the contract surely; any other is put to the model, whose word counts.
    """
    frames, refused = [TYPED.to_frame()], list[Refused]()
    if rows.problem is not None:
        refused.append(Refused(None, b"", [rows.problem]))
    for start in range(0, len(rows.lines), CHUNK):
        lines, numbers = rows.lines[start : start + CHUNK], rows.numbers[start : start + CHUNK]
        fast = _type_fast(lines, numbers)
        sure = fast["is_sure"]
        slow = [(numbers[at], lines[at]) for at in (~sure).arg_true()]
        answers = [(number, line, check_event(line)) for number, line in slow]
        frames.append(fast.filter(sure).drop("is_sure"))
        frames.append(_type_slow([(number, event) for number, _, event in answers if isinstance(event, Event)]))
        refused += [Refused(number, line, found) for number, line, found in answers if isinstance(found, list)]
    return _without_future(pl.concat(frames).sort("line"), refused, rows, received_at)


def _type_fast(lines: list[bytes], numbers: list[int]) -> pl.DataFrame:
    objects = [found if type(found) is dict else {} for found in _load(lines)]
    texts = {name: [_text(found.get(name)) for found in objects] for name in ("name", "user_id", "timestamp", "id")}
    properties = [found.get("properties") for found in objects]
    frame = pl.DataFrame(
        {
            "line": numbers,
            **texts,
            "properties": [_dump(value) for value in properties],
            "event_id": [_text(value.get("event_id")) if type(value) is dict else None for value in properties],
            "is_odd_id": [found.get("id") is not None and not _text(found["id"]) for found in objects],
        },
        schema_overrides=dict.fromkeys((*texts, "properties", "event_id"), pl.String) | {"line": pl.Int64},
    )
    iso = pl.when(pl.col("timestamp").str.contains(_ISO)).then(pl.col("timestamp").str.replace("Z$", "+00:00"))
    frame = frame.with_columns(happened_at=iso.str.to_datetime(_FORMAT, time_unit="us", time_zone="UTC", strict=False))
    return frame.select(
        "line",
        "name",
        "user_id",
        "happened_at",
        "event_id",
        "properties",
        given_id="id",
        is_sure=_is_sure(),
    ).select(*TYPED, "is_sure")


def _is_sure() -> pl.Expr:
    return pl.all_horizontal(
        pl.col("name").is_in(list(get_args(Name))),
        pl.col("user_id").str.contains(USER_ID),
        # The year is as written: west of Greenwich a year's last hours are the next one's in UTC.
        pl.col("timestamp").str.slice(0, 4).cast(pl.Int64, strict=False) >= FIRST_YEAR,
        pl.col("happened_at").is_not_null(),
        pl.col("properties").ne_missing(_ODD),
        ~pl.col("is_odd_id"),
    ).fill_null(value=False)


def _load(lines: list[bytes]) -> list[Any]:
    try:
        return [orjson.loads(line) for line in lines]
    except orjson.JSONDecodeError:
        return [_load_one(line) for line in lines]


def _load_one(line: bytes) -> Any:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        return None


def _text(value: object) -> str | None:
    return value if type(value) is str else None


def _dump(value: object) -> str | None:
    """The canonical text of properties, null for none."""
    if type(value) is not dict:
        return None if value is None else _ODD
    if not all(type(inner) is str for inner in value.values()):
        return _ODD
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode() if value else None


def _type_slow(events: list[tuple[int, Event]]) -> pl.DataFrame:
    rows = [
        {
            "line": number,
            "name": event.name,
            "user_id": event.user_id,
            "happened_at": event.timestamp,
            "given_id": event.id,
            "event_id": (event.properties or {}).get("event_id"),
            "properties": _dump(event.properties),
        }
        for number, event in events
    ]
    return pl.DataFrame(rows, schema=TYPED)


def _without_future(typed: pl.DataFrame, refused: list[Refused], rows: Rows, received_at: datetime) -> TypedRows:
    """What is said to have happened after it was received has not, but for clocks that differ a little."""
    is_future = pl.col("happened_at") > received_at + CLOCK_SKEW
    problem = Problem(("body", "timestamp"), "timestamp lies in the future", "value_error")
    by_line = dict(zip(rows.numbers, rows.lines, strict=True)) if typed.filter(is_future).height else {}
    refused += [Refused(line, by_line[line], [problem]) for line in typed.filter(is_future)["line"]]
    ordered = sorted(refused, key=lambda one: one.line or 0)
    named = pl.when(pl.col("event_id") != "").then(pl.col("event_id"))
    return TypedRows(typed.filter(~is_future).with_columns(event_id=named), ordered)

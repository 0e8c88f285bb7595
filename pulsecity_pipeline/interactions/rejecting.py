"""Rejecting: a refused row as a row of clean.interaction_rejects, without the user id in any of its words."""

from datetime import datetime
from typing import Any, get_args

import orjson
import polars as pl

from pulsecity_pipeline.contracts import InteractionReject
from pulsecity_pipeline.contracts.interactions import SIGNAL, Name
from pulsecity_pipeline.interactions.drops import Drop
from pulsecity_pipeline.interactions.event import describe
from pulsecity_pipeline.interactions.hashing import UserKey
from pulsecity_pipeline.interactions.typing import Refused

#: Stands where the user id stood.
HIDDEN = "USER"
#: Characters of a payload that are kept.
LONGEST = 2_000
_KEPT = ("name", "timestamp", "properties", "id")


def reject_frame(drop: Drop, refused: list[Refused], key: UserKey, *, received_at: datetime) -> pl.DataFrame:
    """Rows of clean.interaction_rejects in the order given; rows with the same content share an id."""
    rows = [
        {
            "reject_id": key.hash("rej", one.content or drop.content),
            "signal": SIGNAL,
            "source": drop.source,
            "line": one.line,
            "loc": list(one.problems[0].loc),
            "msg": one.problems[0].msg,
            "type": one.problems[0].type,
            "detail": orjson.dumps(describe(one.problems)).decode(),
            "payload": show_payload(one.content),
            "received_at": received_at,
        }
        for one in refused
    ]
    return pl.DataFrame(rows, schema=InteractionReject.polars_schema())


def show_payload(content: bytes) -> str | None:
    """What a refused row held, as JSON without the user id; null where the row is no object.

    Where the user id is not a text of at least 3 characters it may stand under any other name: then only what was done
    is kept, and only if it is a name that is known.
    """
    try:
        row = orjson.loads(content)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(row, dict):
        return None
    user_id = row.get("user_id")
    if not isinstance(user_id, str) or len(user_id) < 3:
        kept = {"name": row["name"]} if row.get("name") in get_args(Name) else {}
        return orjson.dumps(kept).decode()
    kept = {name: hide(row[name], user_id) for name in _KEPT if name in row}
    return orjson.dumps(kept).decode()[:LONGEST]


def hide(value: Any, user_id: str) -> Any:
    """`value` with HIDDEN wherever a text in it, or a name, holds the user id."""
    match value:
        case str():
            return value.replace(user_id, HIDDEN)
        case dict():
            return {hide(name, user_id): hide(inner, user_id) for name, inner in value.items()}
        case list():
            return [hide(inner, user_id) for inner in value]
        case int() | float() if user_id in str(value):
            return HIDDEN
    return value

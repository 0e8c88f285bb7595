"""Event: the contract of one interaction as it is sent, and its errors in the shape of the ingestion endpoint."""

import re
from datetime import datetime
from typing import Annotated, Any, NamedTuple

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, Field, ValidationError

from pulsecity_pipeline.contracts.interactions import Name

#: What a user id looks like; also read by the fast path, in Polars.
USER_ID = r"^[a-zA-Z0-9_-]{3,30}$"
#: Older ones are no interactions of ours, but a clock that was never set.
FIRST_YEAR = 2000
_FRAMED = "Value error, "


class Problem(NamedTuple):
    """One error of a row, never quoting what it held."""

    loc: tuple[str, ...]
    msg: str
    type: str


def _plain(value: str) -> str:
    if not re.fullmatch(r"[a-zA-Z0-9_-]*", value):
        raise ValueError("user_id must be alphanumeric with optional _ or -")
    return value


def _written_out(value: object) -> object:
    # pydantic takes seconds since 1970 as well, and those name no zone.
    if isinstance(value, str) and re.match(r"\d{4}-\d{2}-\d{2}[Tt ]", value):
        return value
    raise ValueError("timestamp must be an ISO 8601 text with a time zone")


def _of_our_time(value: datetime) -> datetime:
    if value.year < FIRST_YEAR:
        raise ValueError(f"timestamp lies before {FIRST_YEAR}")
    return value


class Event(BaseModel):
    """One interaction as it is sent; fields that it does not know are ignored."""

    name: Name
    user_id: Annotated[str, Field(min_length=3, max_length=30), AfterValidator(_plain)]
    timestamp: Annotated[AwareDatetime, BeforeValidator(_written_out), AfterValidator(_of_our_time)]
    properties: dict[str, str] | None = None
    id: Annotated[str, Field(min_length=1)] | None = None


def check_event(line: bytes) -> Event | list[Problem]:
    """The event that a line of JSON is, or what is wrong with it; never raises for what the line holds."""
    try:
        return Event.model_validate_json(line)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        return [_problem(one["loc"], one["msg"], one["type"]) for one in found]


def _problem(loc: tuple[int | str, ...], msg: str, kind: str) -> Problem:
    # Below a field there are only names of properties, and those are the sender's own words.
    return Problem(("body", *map(str, loc[:1])), msg.removeprefix(_FRAMED), kind)


def describe(problems: list[Problem]) -> list[dict[str, Any]]:
    """The `detail` of the ingestion endpoint."""
    return [{"loc": list(one.loc), "msg": one.msg, "type": one.type} for one in dict.fromkeys(problems)]

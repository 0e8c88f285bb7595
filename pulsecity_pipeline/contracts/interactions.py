"""Contracts of interactions: what people did with events, without anybody's name, and the funnel of each day.

None of these tables belongs to a city: all rows are of the one partition `interactions`, and what is published of them
stands in `ops.published` under that name. Their night is the UTC day of the interaction.
"""

from datetime import date
from typing import ClassVar, Literal

from pulsecity_pipeline.contracts.base import Table, Utc, column

#: The one partition of all tables here, and their name in `ops.published`.
SIGNAL = "interactions"

Name = Literal["signup", "login", "click", "purchase", "impression", "save", "search"]


def _signal() -> str:
    field: str = column("The signal; always `interactions`.", SIGNAL, pattern="^interactions$")
    return field


class InteractionDrop(Table):
    """One row per file or page of interactions read: rows = accepted + rejects + repeats."""

    table: ClassVar[str] = "raw.interaction_drops"
    key: ClassVar[tuple[str, ...]] = ("signal", "source", "digest")
    partition: ClassVar[str] = "signal"

    signal: str = _signal()
    source: str = column("Name of the file, or `endpoint/` and its name.", "2026-08-22.jsonl", min_length=1)
    digest: str = column("Keyed hash of its bytes: what is known is not read again.", "drp_2b7kq4m5x6c3a2zd")
    size_bytes: int = column("Bytes read.", 40635, ge=0)
    rows: int = column("Rows found, blank lines not counted; 1 for a whole that could not be read.", 120, ge=0)
    accepted: int = column("Of them new interactions.", 100, ge=0)
    rejects: int = column("Of them rejected.", 3, ge=0)
    repeats: int = column("Of them known before, or twice in what was read together.", 17, ge=0)
    received_at: Utc = column("When it was read.", "2026-08-22T10:30:00Z")


class Interaction(Table):
    """One row per interaction: who (as a keyed hash), did what, when."""

    table: ClassVar[str] = "clean.interactions"
    key: ClassVar[tuple[str, ...]] = ("interaction_id",)
    partition: ClassVar[str] = "signal"
    history: ClassVar[str | None] = "happened_on"

    interaction_id: str = column(
        "Hash of the id given, else of who, what, when and properties.",
        "int_2b7kq4m5x6c3a2zd",
        pattern=r"^int_[a-z2-7]{16}$",
    )
    signal: str = _signal()
    user_key: str = column(
        "Keyed hash of the user id (HMAC-SHA256); the id itself is kept nowhere.",
        "usr_2b7kq4m5x6c3a2zd",
        pattern=r"^usr_[a-z2-7]{16}$",
    )
    name: Name = column("What was done.", "click")
    happened_at: Utc = column("When.", "2026-08-22T10:12:00Z")
    happened_on: date = column("UTC day of it.", "2026-08-22")
    received_at: Utc = column("When it was first read.", "2026-08-22T10:30:00Z")
    event_id: str | None = column("Event concerned, as the properties give it.", "evt_2b7kq4m5x6c3a2zd")
    properties: str | None = column(
        "Properties as a JSON object of texts, keys sorted; null for none. USER stands where a value held the user id.",
        '{"source":"landing_page"}',
    )
    source: str = column("File or endpoint that first brought it.", "2026-08-22.jsonl")


class InteractionReject(Table):
    """One row per rejected row, in the error shape of the ingestion endpoint (loc, msg, type), without the user id."""

    table: ClassVar[str] = "clean.interaction_rejects"
    key: ClassVar[tuple[str, ...]] = ("reject_id",)
    partition: ClassVar[str] = "signal"

    reject_id: str = column(
        "Keyed hash of the row: read again, it is a repeat.", "rej_2b7kq4m5x6c3a2zd", pattern=r"^rej_[a-z2-7]{16}$"
    )
    signal: str = _signal()
    source: str = column("File or endpoint that first brought it.", "2026-08-22.jsonl")
    line: int | None = column("Line of the file, or record of the page, from 1; null for the whole.", 17, ge=1)
    loc: list[str] = column("Where the first error is.", ["body", "user_id"])
    msg: str = column("What it is.", "user_id must be alphanumeric with optional _ or -", min_length=1)
    type: str = column("Its kind, by pydantic's name.", "value_error", min_length=1)
    detail: str = column("All errors of the row as JSON: a list of loc, msg, type.", '[{"loc":["body","user_id"]}]')
    payload: str | None = column(
        "What the row held, as JSON, without the user id; null where it cannot be told apart from the rest.",
        '{"name":"login"}',
    )
    received_at: Utc = column("When it was first read.", "2026-08-22T10:30:00Z")


class Funnel(Table):
    """One row per UTC day: from impression to click, save, purchase and signup.

    A rate is the share of the users of one step who also took the next on that day; null where the step had none.
    """

    table: ClassVar[str] = "metrics.funnels"
    key: ClassVar[tuple[str, ...]] = ("signal", "happened_on")
    partition: ClassVar[str] = "signal"
    history: ClassVar[str | None] = "happened_on"

    signal: str = _signal()
    happened_on: date = column("UTC day.", "2026-08-22")
    impressions: int = column("Impressions.", 5200, ge=0)
    clicks: int = column("Clicks.", 810, ge=0)
    saves: int = column("Saves.", 140, ge=0)
    purchases: int = column("Purchases.", 61, ge=0)
    signups: int = column("Signups.", 12, ge=0)
    impression_users: int = column("Distinct users with an impression.", 1900, ge=0)
    click_users: int = column("Distinct users with a click.", 420, ge=0)
    save_users: int = column("Distinct users with a save.", 90, ge=0)
    purchase_users: int = column("Distinct users with a purchase.", 55, ge=0)
    signup_users: int = column("Distinct users with a signup.", 12, ge=0)
    click_rate: float | None = column("Of users with an impression, those with a click.", 0.22, ge=0, le=1)
    save_rate: float | None = column("Of users with a click, those with a save.", 0.21, ge=0, le=1)
    purchase_rate: float | None = column("Of users with a save, those with a purchase.", 0.4, ge=0, le=1)
    signup_rate: float | None = column("Of users with a purchase, those with a signup.", 0.1, ge=0, le=1)
    known_at: Utc = column("When the day's latest row was received.", "2026-08-23T00:30:00Z")


#: The tables of the signal, in the order in which they are made.
SIGNAL_TABLES: tuple[type[Table], ...] = (InteractionDrop, Interaction, InteractionReject, Funnel)

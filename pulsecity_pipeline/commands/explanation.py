"""Explanation: what became of an id, one event's listings and their evidence, and its history, from the warehouse."""

import re
from itertools import pairwise

import polars as pl
from rich.console import Console
from rich.table import Table

from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.settings import Settings
from pulsecity_pipeline.store.query import query_warehouse

FIELDS = (
    "title",
    "starts_local",
    "ends_local",
    "time_precision",
    "status",
    "venue_name",
    "address",
    "price_min",
    "category",
    "url",
)
#: Listings shown beside the event; all are listed below the table.
_SHOWN = 6


def explain_id(settings: Settings, any_id: str, console: Console) -> None:
    """Print what an event's or venue's id stands for now, and how it came to. Raises ConfigurationError."""
    if not re.fullmatch(r"(evt|ven)_[a-z2-7]{16}", any_id):
        raise ConfigurationError(f"{any_id}: expected an event or venue id, evt_ or ven_ and 16 characters")
    current = _follow(settings, any_id, console)
    if current.startswith("ven_"):
        _explain_venue(settings, current, console)
    else:
        _explain_event(settings, current, console)


def _follow(settings: Settings, old_id: str, console: Console) -> str:
    """The id that `old_id` goes by now, every step to it printed."""
    found = _rows(settings, "SELECT path FROM current_ids WHERE old_id = ?", old_id)
    path: list[str] = found["path"][0].to_list() if found.height else [old_id]
    for before, after in pairwise(path):
        step = _rows(
            settings,
            "SELECT night, city_id, reason FROM id_redirects WHERE from_id = ? AND to_id = ? "
            "ORDER BY night DESC, op DESC LIMIT 1",
            before,
            after,
        ).to_dicts()[0]
        _say(console, f"{before} → {after}  {step['night']}  {step['city_id']}  {step['reason']}")
    return path[-1]


def _explain_event(settings: Settings, event_id: str, console: Console) -> None:
    event = _rows(settings, "SELECT * FROM clean.events WHERE event_id = ?", event_id)
    if event.is_empty():
        _explain_past(settings, event_id, console)
        return
    listings = _rows(
        settings,
        """SELECT l.*, e.match_probability, e.evidence, p.url AS page_url
           FROM clean.event_listings e JOIN clean.listings l USING (listing_id)
           LEFT JOIN raw.pages p USING (page_id)
           WHERE e.event_id = ? ORDER BY e.match_probability DESC, listing_id""",
        event_id,
    )
    row = event.to_dicts()[0]
    _say_title(console, row, event_id)
    console.print(_field_table(row, listings.to_dicts()))
    for listing in listings.to_dicts():
        _say(
            console,
            f"{listing['listing_id']}  {listing['source']}/{listing['feed']}  p={listing['match_probability']:.3f}  "
            f"{listing['evidence']}\n    {listing['page_url']} {listing['pointer']}  time {listing['time_evidence']}; "
            f"city {listing['city_evidence']}; category {listing['category_evidence'] or '–'}",
        )
    _print_history(settings, event_id, console)


def _explain_past(settings: Settings, event_id: str, console: Console) -> None:
    """An event that has left clean.events, as it last stood."""
    past = _last_of(settings, "clean.past_events", "event_id", event_id)
    if past.is_empty():
        raise ConfigurationError(f"{event_id}: no such event in {settings.warehouse_path}")
    row = past.to_dicts()[0]
    _say_title(console, row, event_id)
    _say(console, f"archived on {row['night']}: no listing of it is kept; as it last stood:")
    console.print(_field_table(row, []))
    _print_history(settings, event_id, console)


def _explain_venue(settings: Settings, venue_id: str, console: Console) -> None:
    venue = _rows(settings, "SELECT * FROM clean.venues WHERE venue_id = ?", venue_id)
    if venue.is_empty():
        raise ConfigurationError(f"{venue_id}: no such venue in {settings.warehouse_path}")
    row = venue.to_dicts()[0]
    count = _rows(settings, "SELECT count(*) AS n FROM clean.events WHERE venue_id = ?", venue_id)["n"][0]
    _say(console, f"{row['name']}  {venue_id}  {row['city_id']}  {_short(row['address'])}  {count:,} events")
    if row["aliases"]:
        _say(console, f"also written: {', '.join(row['aliases'])}")
    _print_ledger(settings, venue_id, console)


def _field_table(event: dict[str, object], listings: list[dict[str, object]]) -> Table:
    table = Table(show_lines=False)
    table.add_column("field")
    table.add_column("event", overflow="fold")
    for listing in listings[:_SHOWN]:
        table.add_column(str(listing["feed"])[:24], overflow="fold")
    for name in FIELDS:
        said = [_short(listing[name]) for listing in listings[:_SHOWN]]
        table.add_row(name, _short(event[name]), *said)
    return table


def _print_history(settings: Settings, event_id: str, console: Console) -> None:
    _print_ledger(settings, event_id, console)
    if not _has_table(settings, "clean.changes"):
        return
    changes = _rows(
        settings, "SELECT * FROM clean.changes WHERE event_id = ? ORDER BY known_at, field, listing_id", event_id
    )
    for change in changes.to_dicts():
        by = f"  by {change['listing_id']}" if change["listing_id"] else ""
        what = change["field"] or change.get("op") or "event"
        _say(console, f"change  {change['night']}  {what}: {_short(change['old'])} → {_short(change['new'])}{by}")


def _print_ledger(settings: Settings, any_id: str, console: Console) -> None:
    ledger = _rows(
        settings,
        "SELECT night, op, from_ids, to_ids, reason FROM clean.ledger "
        "WHERE list_contains(from_ids, ?) OR list_contains(to_ids, ?) ORDER BY night, seq",
        any_id,
        any_id,
    )
    for entry in ledger.to_dicts():
        _say(console, f"ledger  {entry['night']}  {entry['op']}  {entry['reason']}")


def _last_of(settings: Settings, table: str, key: str, any_id: str) -> pl.DataFrame:
    """The latest night's row of an id in a history table; empty where the warehouse has no such table."""
    if not _has_table(settings, table):
        return pl.DataFrame()
    return _rows(settings, f"FROM {table} WHERE {key} = ? ORDER BY night DESC LIMIT 1", any_id)


def _has_table(settings: Settings, name: str) -> bool:
    """Whether the warehouse was built by a version that knows the table."""
    found = _rows(settings, "FROM duckdb_tables() WHERE schema_name || '.' || table_name = ?", name)
    return found.height > 0


def _rows(settings: Settings, sql: str, *parameters: str) -> pl.DataFrame:
    return query_warehouse(settings.warehouse_path, sql, parameters)


def _say_title(console: Console, row: dict[str, object], event_id: str) -> None:
    _say(console, f"{row['title']}  {event_id}  {row['city_id']}", style="bold")


def _say(console: Console, text: str, style: str | None = None) -> None:
    """A line as it is: what feeds write is no markup."""
    console.print(text, highlight=False, markup=False, soft_wrap=True, style=style)


def _short(value: object) -> str:
    return "–" if value is None else str(value)[:120]

"""Explanation: one event's listings, their evidence, and the history of its id, from the warehouse."""

import re

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


def explain_event(settings: Settings, event_id: str, console: Console) -> None:
    """Print the event, what each listing says and why it is linked, and the ledger. Raises ConfigurationError."""
    if not re.fullmatch(r"evt_[a-z2-7]{16}", event_id):
        raise ConfigurationError(f"{event_id}: expected an event id, evt_ and 16 characters")
    current = _follow(settings, event_id)
    event = _rows(settings, "SELECT * FROM clean.events WHERE event_id = ?", current)
    if event.is_empty():
        raise ConfigurationError(f"{event_id}: no such event in {settings.warehouse_path}")
    listings = _rows(
        settings,
        """SELECT l.*, e.match_probability, e.evidence, p.url AS page_url
           FROM clean.event_listings e JOIN clean.listings l USING (listing_id)
           LEFT JOIN raw.pages p USING (page_id)
           WHERE e.event_id = ? ORDER BY e.match_probability DESC, listing_id""",
        current,
    )
    row = event.to_dicts()[0]
    console.print(f"[bold]{row['title']}[/bold]  {current}  {row['city_id']}", highlight=False)
    console.print(_field_table(row, listings.to_dicts()))
    for listing in listings.to_dicts():
        console.print(
            f"{listing['listing_id']}  {listing['source']}/{listing['feed']}  p={listing['match_probability']:.3f}  "
            f"{listing['evidence']}\n    {listing['page_url']} {listing['pointer']}  time {listing['time_evidence']}; "
            f"city {listing['city_evidence']}; category {listing['category_evidence'] or '–'}",
            highlight=False,
            markup=False,
            soft_wrap=True,
        )
    _print_ledger(settings, current, console)


def _follow(settings: Settings, event_id: str) -> str:
    """The id that an old id redirects to, or itself."""
    moved = _rows(
        settings,
        "SELECT to_ids[1] AS new FROM clean.ledger WHERE op IN ('redirect', 'merge') AND list_contains(from_ids, ?) "
        "AND NOT list_contains(to_ids, from_ids[1]) ORDER BY night DESC, seq DESC LIMIT 1",
        event_id,
    )
    return str(moved["new"][0]) if moved.height else event_id


def _field_table(event: dict[str, object], listings: list[dict[str, object]]) -> Table:
    table = Table(show_lines=False)
    table.add_column("field")
    table.add_column("event", overflow="fold")
    for listing in listings[:6]:
        table.add_column(str(listing["feed"])[:24], overflow="fold")
    for name in FIELDS:
        said = [_short(listing[name]) for listing in listings[:6]]
        table.add_row(name, _short(event[name]), *said)
    return table


def _print_ledger(settings: Settings, event_id: str, console: Console) -> None:
    ledger = _rows(
        settings,
        "SELECT night, op, from_ids, to_ids, reason FROM clean.ledger "
        "WHERE list_contains(from_ids, ?) OR list_contains(to_ids, ?) ORDER BY night, seq",
        event_id,
        event_id,
    )
    for entry in ledger.to_dicts():
        console.print(f"ledger  {entry['night']}  {entry['op']}  {entry['reason']}", highlight=False, markup=False)


def _rows(settings: Settings, sql: str, *parameters: str) -> pl.DataFrame:
    return query_warehouse(settings.warehouse_path, sql, parameters)


def _short(value: object) -> str:
    return "–" if value is None else str(value)[:120]

"""Identity: how well event ids last from one night to the next."""

from datetime import date

import polars as pl

from pulsecity_pipeline.contracts.metrics import Identity


def build_identity(
    *,
    events_before: pl.DataFrame,
    events: pl.DataFrame,
    links_before: pl.DataFrame,
    links: pl.DataFrame,
    ledger: pl.DataFrame,
    city_id: str,
    night: date,
) -> pl.DataFrame:
    """Events (event_id) and links (listing_id, event_id) of last night and tonight, tonight's ledger → one row.

    Returns metrics.identity: churn = listings linked on both nights whose event has another id tonight, redirected
    ones included, over all linked on both; null where there are none, as on a first night.
    """
    both = links.select("listing_id", "event_id").join(
        links_before.select("listing_id", was="event_id"), on="listing_id"
    )
    rehomed = both.filter(pl.col("event_id") != pl.col("was")).height
    decided = ledger.filter(pl.col("entity") == "event")["op"].to_list()
    row = {
        "city_id": city_id,
        "night": night,
        "events": events.height,
        "kept": events.join(events_before, on="event_id", how="semi").height,
        "minted": decided.count("mint"),
        "merged": decided.count("redirect"),
        "split": decided.count("split"),
        "archived": decided.count("archive"),
        "linked_before_and_now": both.height,
        "rehomed": rehomed,
        "churn": rehomed / both.height if both.height else None,
    }
    return pl.DataFrame([row], schema=Identity.polars_schema())

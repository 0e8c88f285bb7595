"""What people clicked, saved and bought, from arrays to the tables of frames.py."""

import polars as pl

from pulsecity_pipeline.sandbox.chance import Keys
from pulsecity_pipeline.sandbox.people import frames
from pulsecity_pipeline.sandbox.people.acting import Acts
from pulsecity_pipeline.sandbox.people.browsing import Clicks
from pulsecity_pipeline.sandbox.people.buying import Bought, save
from pulsecity_pipeline.sandbox.people.moments import as_moments
from pulsecity_pipeline.sandbox.people.naming import write_ids
from pulsecity_pipeline.sandbox.people.scene import Ints
from pulsecity_pipeline.sandbox.people.surges import wait_seconds


def click_frame(acts: Acts) -> pl.DataFrame:
    """CLICK: those from pages, of rings and in queues."""
    parts = [
        _clicks(acts, acts.clicks).with_columns(purchase_probability=pl.Series(acts.chance)),
        _clicks(acts, acts.rings).with_columns(purchase_probability=pl.lit(0.0)),
    ]
    for surge in acts.surges:
        place, wait = pl.Series(surge.place), pl.Series(wait_seconds(surge))
        queued = _clicks(acts, surge.clicks).with_columns(queue_place=place, wait_seconds=wait.fill_nan(None))
        parts.append(queued.with_columns(pl.col("queue_place").replace(0, None)))
    empty = pl.DataFrame(schema=frames.CLICK)
    return frames.shape(pl.concat([empty, *parts], how="diagonal_relaxed"), frames.CLICK)


def save_frame(acts: Acts) -> pl.DataFrame:
    """SAVE: of clicks from pages and of rings."""
    return pl.concat([_saves(acts, clicks) for clicks in (acts.clicks, acts.rings)])


def purchase_frame(acts: Acts) -> pl.DataFrame:
    """PURCHASE: from pages and from queues."""
    sales = [(acts.clicks, acts.bought), *((surge.clicks, surge.bought) for surge in acts.surges)]
    return pl.concat([_purchases(acts, clicks, bought) for clicks, bought in sales])


def _clicks(acts: Acts, clicks: Clicks) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "click_id": write_ids(clicks.keys),
            "user_id": acts.users["user_id"].gather(clicks.user),
            "session_id": _gather_ids(acts.visits.keys, clicks.visit),
            "page_id": _gather_ids(acts.pages.keys, clicks.page),
            "impression_id": _gather_ids(acts.looks.keys, clicks.impression),
            "happening_id": acts.items.frame["happening_id"].gather(clicks.item),
            "position": pl.Series(clicks.position + 1).replace(0, None),
            "clicked_at": as_moments(clicks.ms),
            "origin": pl.Series([clicks.origin] * len(clicks.keys), dtype=pl.String),
        }
    )


def _saves(acts: Acts, clicks: Clicks) -> pl.DataFrame:
    at, keys, ms = save(clicks)
    frame = pl.DataFrame(
        {
            "save_id": write_ids(keys),
            "click_id": write_ids(clicks.keys[at]),
            "user_id": acts.users["user_id"].gather(clicks.user[at]),
            "happening_id": acts.items.frame["happening_id"].gather(clicks.item[at]),
            "saved_at": as_moments(ms),
        }
    )
    return frames.shape(frame, frames.SAVE)


def _purchases(acts: Acts, clicks: Clicks, bought: Bought) -> pl.DataFrame:
    tiers = acts.tiers.select("tier", "price", "fee", "currency")[bought.tier]
    frame = tiers.with_columns(
        purchase_id=write_ids(bought.keys),
        click_id=write_ids(clicks.keys[bought.click]),
        user_id=acts.users["user_id"].gather(clicks.user[bought.click]),
        happening_id=acts.items.frame["happening_id"].gather(clicks.item[bought.click]),
        quantity=pl.Series(bought.quantity),
        purchased_at=as_moments(bought.ms),
        origin=pl.lit(clicks.origin),
    )
    amount = (pl.col("price") + pl.col("fee")) * pl.col("quantity").cast(pl.Decimal(12, 0))
    return frames.shape(frame.with_columns(amount=amount), frames.PURCHASE)


def _gather_ids(keys: Keys, rows: Ints) -> pl.Series:
    """The ids of these rows; null for -1."""
    ids = write_ids(keys[rows]) if len(keys) else pl.Series([None] * len(rows), dtype=pl.String)
    return ids.to_frame("id").select(pl.when(pl.Series(rows >= 0)).then("id")).to_series()

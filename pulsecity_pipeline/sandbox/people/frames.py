"""The tables that the fictional people leave behind: who they are, what they were shown, what they did, what is sent.

What a site could not know (tastes, kinds, probabilities) stands beside what it does: these tables are the truth.
"""

from typing import Final

import polars as pl

from pulsecity_pipeline.sandbox.world.frames import MONEY, UTC_DATETIME

#: One row per account and life: a place is taken by the next account when one has left.
USER: Final = pl.Schema(
    {
        "user_id": pl.String(),  # what the site sends
        "city_id": pl.String(),
        "kind": pl.String(),  # person, bot_burst, bot_coordinated, bot_slow
        "latitude": pl.Float64(),  # home
        "longitude": pl.Float64(),
        "tastes": pl.List(pl.Float64()),  # one weight a category, in the order of taxonomy.yaml; their sum is 1
        "segment": pl.String(),  # the category the site takes for the dearest; wrong for some
        "price_sensitivity": pl.Float64(),  # 0 to 1
        "activity_rate": pl.Float64(),  # sessions a day
        "signed_up_at": UTC_DATETIME,
        "signed_up_on": pl.Date(),  # the city's date of it
        "left_on": pl.Date(),  # the first day without it
        "device_id": pl.String(),  # accounts of a ring share it
        "ip_block": pl.String(),  # households and rings share it
        "ring": pl.String(),  # of coordinated bots whom they act with
        "user_key": pl.UInt64(),  # everything of the account is drawn by it
    }
)
#: One row per visit; rings have visits without a page.
SESSION: Final = pl.Schema(
    {
        "session_id": pl.String(),
        "user_id": pl.String(),
        "on": pl.Date(),  # the city's date
        "part": pl.String(),  # day, evening
        "started_at": UTC_DATETIME,
        "login_at": UTC_DATETIME,  # null where still logged in
        "pages": pl.Int32(),
    }
)
#: One row per served list; a list of the same context is drawn by the same probabilities.
PAGE: Final = pl.Schema(
    {
        "page_id": pl.String(),
        "session_id": pl.String(),
        "user_id": pl.String(),
        "kind": pl.String(),  # home, search, digest
        "context_id": pl.String(),  # date|part|kind|segment; of a search the segment is what is asked for
        "on": pl.Date(),
        "served_at": UTC_DATETIME,
        "shown": pl.Int32(),  # how many positions; 0 where a search finds nothing
        "slate_propensity": pl.Float64(),  # of this very sequence: the product of its conditional propensities
    }
)
#: One row per happening shown.
IMPRESSION: Final = pl.Schema(
    {
        "impression_id": pl.String(),
        "page_id": pl.String(),
        "user_id": pl.String(),
        "context_id": pl.String(),
        "happening_id": pl.String(),
        "position": pl.Int32(),  # from 1
        "shown_at": UTC_DATETIME,
        "propensity": pl.Float64(),  # that it stands at this position in this context, whatever stands above
        "conditional_propensity": pl.Float64(),  # the same, given what stands above it
        "examination": pl.Float64(),  # that it is looked at
        "relevance": pl.Float64(),  # that it is clicked once looked at
        "click_probability": pl.Float64(),  # their product
        "is_clicked": pl.Boolean(),
    }
)
SEARCH: Final = pl.Schema(
    {
        "search_id": pl.String(),
        "page_id": pl.String(),
        "session_id": pl.String(),
        "user_id": pl.String(),
        "query": pl.String(),
        "category": pl.String(),  # what is meant
        "result_count": pl.Int32(),
        "searched_at": UTC_DATETIME,
    }
)
#: One row per click; of rings and queues there is no page before it.
CLICK: Final = pl.Schema(
    {
        "click_id": pl.String(),
        "user_id": pl.String(),
        "session_id": pl.String(),
        "page_id": pl.String(),
        "impression_id": pl.String(),
        "happening_id": pl.String(),
        "position": pl.Int32(),
        "clicked_at": UTC_DATETIME,
        "origin": pl.String(),  # page, ring, queue
        "queue_place": pl.Int32(),  # of the first request of each in a queue, from 1
        "wait_seconds": pl.Float64(),  # until served; null where it only asked again
        "purchase_probability": pl.Float64(),  # with the experiment's lift in it; null in a queue
    }
)
SAVE: Final = pl.Schema(
    {
        "save_id": pl.String(),
        "click_id": pl.String(),
        "user_id": pl.String(),
        "happening_id": pl.String(),
        "saved_at": UTC_DATETIME,
    }
)
PURCHASE: Final = pl.Schema(
    {
        "purchase_id": pl.String(),
        "click_id": pl.String(),
        "user_id": pl.String(),
        "happening_id": pl.String(),
        "tier": pl.String(),
        "price": MONEY,  # of one ticket, fee apart
        "fee": MONEY,
        "quantity": pl.Int32(),
        "amount": MONEY,  # quantity × (price + fee)
        "currency": pl.String(),
        "purchased_at": UTC_DATETIME,
        "origin": pl.String(),  # page, queue
    }
)
#: One row per visit that came to where the arms differ, and experiment; lost ones are never sent.
EXPOSURE: Final = pl.Schema(
    {
        "experiment_id": pl.String(),
        "user_id": pl.String(),
        "session_id": pl.String(),
        "arm": pl.String(),  # control, treatment
        "exposed_at": UTC_DATETIME,
        "is_logged": pl.Boolean(),
    }
)
#: One row per line that the site sends, in the order of drop and line.
SENT: Final = pl.Schema(
    {
        "drop": pl.String(),  # name of the file
        "line": pl.Int64(),  # in it, from 1
        "interaction_id": pl.String(),  # the id that is sent
        "name": pl.String(),  # as in contracts.interactions.Name: what was done, whatever the line says
        "user_id": pl.String(),  # whose it is, whatever the line says
        "happened_at": UTC_DATETIME,  # the true moment
        "sent_at": UTC_DATETIME,
        "defect": pl.String(),  # null, late, repeat, or one that rejects the row (defects.REJECTED)
        "body": pl.String(),  # the line
    }
)


def shape(frame: pl.DataFrame, schema: pl.Schema) -> pl.DataFrame:
    """The columns of `schema`, in its order and types. Raises Polars' errors where one is missing or does not fit."""
    return frame.select(schema.names()).cast(schema)

"""The tables that say what an estimator should find: policies, curves, effects, bots, surges and planted defects."""

from typing import Final

import polars as pl

from pulsecity_pipeline.sandbox.world.frames import UTC_DATETIME

#: One row per context and happening that could have been shown in it.
POLICY: Final = pl.Schema(
    {
        "context_id": pl.String(),
        "happening_id": pl.String(),
        "weight": pl.Float64(),  # of the sequential draw without replacement; the sum of a context is 1
    }
)
#: One row per context, happening and position: exact, see placing.py.
PROPENSITY: Final = pl.Schema(
    {
        "context_id": pl.String(),
        "happening_id": pl.String(),
        "position": pl.Int32(),
        "propensity": pl.Float64(),
    }
)
EXAMINATION: Final = pl.Schema({"kind": pl.String(), "position": pl.Int32(), "examination": pl.Float64()})
#: One row per number of the models of clicks, saves and purchases.
PARAMETER: Final = pl.Schema({"model": pl.String(), "parameter": pl.String(), "value": pl.Float64()})
#: One row per experiment and arm.
EXPERIMENT: Final = pl.Schema(
    {
        "experiment_id": pl.String(),
        "salt": pl.String(),  # arm = treatment where the first 8 bytes of blake2b(salt, user_id) are below share × 2^64
        "arm": pl.String(),
        "share": pl.Float64(),  # as planned
        "purchase_lift": pl.Float64(),  # relative to control, on the purchase probability of a click from a page
        "lost_share": pl.Float64(),  # of the arm's users whose exposures are lost, each with all of them
        "exposed_users": pl.Int64(),
        "logged_users": pl.Int64(),
    }
)
#: One row per account that is no person.
BOT: Final = pl.Schema({"user_id": pl.String(), "kind": pl.String(), "ring": pl.String()})
#: One row per visit of a bot.
BOT_SESSION: Final = pl.Schema(
    {
        "session_id": pl.String(),
        "user_id": pl.String(),
        "kind": pl.String(),
        "started_at": UTC_DATETIME,
        "pages": pl.Int32(),
    }
)
#: One row per start of a sale.
SURGE: Final = pl.Schema(
    {
        "city_id": pl.String(),
        "happening_id": pl.String(),
        "opens_at": UTC_DATETIME,
        "closes_at": UTC_DATETIME,  # end of the surge; the queue may take longer
        "factor": pl.Float64(),  # requests a minute in the surge ÷ those of persons in the hour before it
        "usual_per_minute": pl.Float64(),
        "requests": pl.Int64(),  # what the surge adds
        "queued_users": pl.Int64(),
        "served_per_minute": pl.Float64(),
        "purchases": pl.Int64(),
        "tickets": pl.Int64(),
        "stock": pl.Int64(),
        "longest_wait_seconds": pl.Float64(),
    }
)
#: One row per defect and what it does to the row at the door: accepted, repeated or rejected.
DEFECT_COUNT: Final = pl.Schema({"defect": pl.String(), "outcome": pl.String(), "rows": pl.Int64()})
#: One row per line that has one.
DEFECT: Final = pl.Schema(
    {"drop": pl.String(), "line": pl.Int64(), "interaction_id": pl.String(), "defect": pl.String()}
)

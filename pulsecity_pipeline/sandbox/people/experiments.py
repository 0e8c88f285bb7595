"""Experiments on the page of a happening: a sound one that makes people buy more, and one that loses an arm's users."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from pulsecity_pipeline.sandbox.chance import draw_share, key_of
from pulsecity_pipeline.sandbox.people.scene import Bools, Floats
from pulsecity_pipeline.sandbox.people.true_frames import EXPERIMENT

CONTROL: Final = "control"
TREATMENT: Final = "treatment"


@dataclass(frozen=True)
class Experiment:
    """`lift`: of the treatment's purchase probability, relative; `lost`: share of its users that are never logged."""

    name: str
    salt: str
    share: float = 0.5
    lift: float = 0.0
    lost: float = 0.0


EXPERIMENTS: Final = (
    Experiment("checkout_note", "checkout-note-2", lift=0.35),
    Experiment("map_first", "map-first-1", lost=0.2),
)


def is_treated(users: pl.DataFrame, experiment: Experiment) -> Bools:
    """Which of the users (USER) are of the treatment: by a hash of salt and user id, as TRUE EXPERIMENT says."""
    hashes = np.array([key_of(experiment.salt, user) for user in users["user_id"]], dtype=np.uint64)
    return np.asarray(hashes.astype(np.float64) < experiment.share * 2.0**64, dtype=np.bool_)


def is_logged(users: pl.DataFrame, experiment: Experiment) -> Bools:
    """Whose exposures arrive: all of a user's, or none."""
    loses = draw_share(users["user_key"].to_numpy(), f"{experiment.name} is lost") < experiment.lost
    return ~(loses & is_treated(users, experiment))


def lifts(users: pl.DataFrame) -> Floats:
    """What the purchase probability of each user is multiplied by."""
    factors = [1.0 + one.lift * is_treated(users, one) for one in EXPERIMENTS]
    return np.asarray(np.prod(factors, axis=0), dtype=np.float64)


def arms(users: pl.DataFrame, experiment: Experiment) -> pl.Series:
    """The arm of each user."""
    return pl.Series([CONTROL, TREATMENT]).gather(is_treated(users, experiment).astype(np.int64))


def list_exposures(clicks: pl.DataFrame, users: pl.DataFrame) -> pl.DataFrame:
    """EXPOSURE but for order: one row a visit and experiment, at the visit's first click from a page (CLICK)."""
    first = clicks.filter(pl.col("origin") == "page").group_by("session_id", "user_id").agg(pl.col("clicked_at").min())
    frames = [
        first.join(
            users.select(
                "user_id",
                pl.lit(one.name).alias("experiment_id"),
                arms(users, one).alias("arm"),
                pl.Series("is_logged", is_logged(users, one)),
            ),
            on="user_id",
        )
        for one in EXPERIMENTS
    ]
    found = pl.concat(frames).rename({"clicked_at": "exposed_at"})
    return found.sort("experiment_id", "exposed_at", "session_id")


def experiment_frame(exposures: pl.DataFrame) -> pl.DataFrame:
    """EXPERIMENT: what was planned and what is true, with the users of the range (EXPOSURE) counted."""
    counted = exposures.group_by("experiment_id", "arm").agg(
        exposed_users=pl.col("user_id").n_unique(),
        logged_users=pl.col("user_id").filter("is_logged").n_unique(),
    )
    rows = [
        {
            "experiment_id": one.name,
            "salt": one.salt,
            "arm": arm,
            "share": one.share if arm == TREATMENT else 1.0 - one.share,
            "purchase_lift": one.lift if arm == TREATMENT else 0.0,
            "lost_share": one.lost if arm == TREATMENT else 0.0,
        }
        for one in EXPERIMENTS
        for arm in (CONTROL, TREATMENT)
    ]
    planned = pl.DataFrame(rows).join(counted, on=["experiment_id", "arm"], how="left", maintain_order="left")
    return (
        planned.with_columns(pl.col("exposed_users", "logged_users").fill_null(0))
        .select(EXPERIMENT.names())
        .cast(EXPERIMENT)
    )

"""All that an estimator over what people did should find, in one place: name → table of true_frames.py."""

import numpy as np
import polars as pl

from pulsecity_pipeline.sandbox.people import true_frames
from pulsecity_pipeline.sandbox.people.acting import Acts
from pulsecity_pipeline.sandbox.people.deeds import Deeds
from pulsecity_pipeline.sandbox.people.defects import defect_count_frame, defect_frame
from pulsecity_pipeline.sandbox.people.experiments import experiment_frame
from pulsecity_pipeline.sandbox.people.frames import shape
from pulsecity_pipeline.sandbox.people.liking import examination_frame, parameter_frame
from pulsecity_pipeline.sandbox.people.moments import as_moments
from pulsecity_pipeline.sandbox.people.policy import PLACES
from pulsecity_pipeline.sandbox.people.scene import Scene
from pulsecity_pipeline.sandbox.people.sessions import LISTS
from pulsecity_pipeline.sandbox.people.surges import FACTOR, LASTS


def tell_truth(scene: Scene, acts: Acts, deeds: Deeds, sent: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The truth about a range of days; of its surges those whose day is in it."""
    bots = deeds.users.filter(pl.col("kind") != "person").select("user_id", "kind", "ring")
    return {
        "policies": policy_frame(acts),
        "propensities": propensity_frame(acts),
        "examination": examination_frame(),
        "parameters": parameter_frame(),
        "experiments": experiment_frame(deeds.exposures),
        "bots": shape(bots, true_frames.BOT),
        "bot_sessions": shape(deeds.sessions.join(bots, on="user_id"), true_frames.BOT_SESSION),
        "surges": surge_frame(scene, acts),
        "defects": defect_frame(sent),
        "defect_counts": defect_count_frame(sent),
    }


def policy_frame(acts: Acts) -> pl.DataFrame:
    """POLICY: the candidates of every context of the range, and their weights."""
    row, slot = np.nonzero(acts.contexts.candidates >= 0)
    frame = pl.DataFrame(
        {
            "context_id": acts.contexts.ids().gather(row),
            "happening_id": acts.items.frame["happening_id"].gather(acts.contexts.candidates[row, slot]),
            "weight": acts.contexts.weights[row, slot],
        }
    )
    return shape(frame, true_frames.POLICY)


def propensity_frame(acts: Acts) -> pl.DataFrame:
    """PROPENSITY: of every candidate at every position that its list has."""
    contexts = acts.contexts
    kind = pl.Series(LISTS).to_frame("kind")
    kinds = (
        contexts.ids()
        .str.split("|")
        .list.get(2)
        .to_frame("kind")
        .join(kind.with_columns(places=pl.Series(PLACES)), on="kind", how="left", maintain_order="left")
    )
    places = np.minimum(kinds["places"].to_numpy(), contexts.sizes)
    row, slot, place = np.nonzero(
        (contexts.candidates >= 0)[:, :, None] & (np.arange(PLACES.max()) < places[:, None])[:, None, :]
    )
    frame = pl.DataFrame(
        {
            "context_id": contexts.ids().gather(row),
            "happening_id": acts.items.frame["happening_id"].gather(contexts.candidates[row, slot]),
            "position": place + 1,
            "propensity": acts.shares[row, slot, place],
        }
    )
    return shape(frame, true_frames.PROPENSITY)


def surge_frame(scene: Scene, acts: Acts) -> pl.DataFrame:
    """SURGE: one row a sale that opened in the range."""
    rows = [
        {
            "city_id": scene.city.city_id,
            "happening_id": acts.items.frame["happening_id"][surge.plan.item],
            "opens_at": surge.plan.opens_ms,
            "closes_at": surge.plan.opens_ms + LASTS,
            "factor": FACTOR,
            "usual_per_minute": surge.usual,
            "requests": len(surge.clicks.keys),
            "queued_users": int(surge.place.max(initial=0)),
            "served_per_minute": surge.served_per_minute,
            "purchases": len(surge.bought.keys),
            "tickets": int(surge.bought.quantity.sum()),
            "stock": surge.stock,
            "longest_wait_seconds": surge.wait_ms.max(initial=0) / 1_000.0,
        }
        for surge in acts.surges
    ]
    plain = pl.Schema({**true_frames.SURGE, "opens_at": pl.Int64(), "closes_at": pl.Int64()})
    frame = pl.DataFrame(rows, schema=plain)
    moments = [as_moments(frame[name].to_numpy()).alias(name) for name in ("opens_at", "closes_at")]
    return shape(frame.with_columns(moments), true_frames.SURGE)

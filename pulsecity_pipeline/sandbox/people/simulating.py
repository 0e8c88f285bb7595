"""The simulation of a city's people, from a scene to all tables."""

from dataclasses import dataclass

import polars as pl

from pulsecity_pipeline.sandbox.people.acting import act
from pulsecity_pipeline.sandbox.people.deeds import Deeds, table_deeds
from pulsecity_pipeline.sandbox.people.defects import send
from pulsecity_pipeline.sandbox.people.scene import Scene
from pulsecity_pipeline.sandbox.people.sending import list_interactions
from pulsecity_pipeline.sandbox.people.truth import tell_truth


@dataclass(frozen=True)
class People(Deeds):
    """The tables of frames.py, and `truth`: name → table of true_frames.py."""

    sent: pl.DataFrame
    truth: dict[str, pl.DataFrame]


def simulate(scene: Scene) -> People:
    """What the people of a city do on the days of the scene; the same scene gives the same rows.

    A day's interactions are the same whatever the range they are made in. A drop, which late rows come to as well, is
    whole where the range begins `defects.LATEST_DAYS` days before it.
    """
    acts = act(scene)
    deeds = table_deeds(acts)
    interactions = list_interactions(deeds, scene.happenings, scene.first, scene.last)
    sent = send(interactions, scene.seed, scene.city.city_id)
    return People(**vars(deeds), sent=sent, truth=tell_truth(scene, acts, deeds, sent))

"""What people make of what they are shown: looks, clicks, and the clicks of those who need no page."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from pulsecity_pipeline.sandbox.chance import Keys, derive_keys, draw_index, draw_share
from pulsecity_pipeline.sandbox.people import bots
from pulsecity_pipeline.sandbox.people.items import Items, lead_days
from pulsecity_pipeline.sandbox.people.liking import examination_curves, relevance
from pulsecity_pipeline.sandbox.people.moments import SECOND, draw_within
from pulsecity_pipeline.sandbox.people.policy import is_open
from pulsecity_pipeline.sandbox.people.population import tastes_of
from pulsecity_pipeline.sandbox.people.scene import Bools, Floats, Ints, Scene
from pulsecity_pipeline.sandbox.people.sessions import Pages, Visits
from pulsecity_pipeline.sandbox.people.showing import Served

PAGE: Final = "page"
RING: Final = "ring"
QUEUE: Final = "queue"


@dataclass(frozen=True)
class Looks:
    """One entry an impression, beside those of Served."""

    keys: Keys
    examination: Floats
    relevance: Floats
    is_clicked: Bools

    @property
    def click_probability(self) -> Floats:
        return self.examination * self.relevance


@dataclass(frozen=True)
class Clicks:
    """One entry a click; `visit`, `page`, `impression` and `position` (from 0) are -1 where there is none."""

    keys: Keys
    user: Ints
    visit: Ints
    page: Ints
    impression: Ints
    item: Ints
    position: Ints
    ms: Ints
    origin: str


def look(pages: Pages, served: Served, users: pl.DataFrame, items: Items) -> Looks:
    """Of every impression whether it is clicked, and how likely that was."""
    user, keys = pages.user[served.page], derive_keys(pages.keys[served.page], "place", served.position)
    lead = lead_days(items, served.item, pages.day[served.page])
    blind = bots.click_shares(users["kind"])[user]
    liked = relevance(users, tastes_of(users), items, user, served.item, lead)
    seen = examination_curves()[pages.kind[served.page], served.position]
    examination, relevant = np.where(np.isnan(blind), seen, 1.0), np.where(np.isnan(blind), liked, blind)
    return Looks(keys, examination, relevant, draw_share(keys, "click") < examination * relevant)


def click_pages(pages: Pages, served: Served, looks: Looks, users: pl.DataFrame) -> Clicks:
    """The clicks on what was shown: people read before they click."""
    at = np.flatnonzero(looks.is_clicked)
    page, keys = served.page[at], looks.keys[at]
    is_burst = bots.is_kind(users["kind"], bots.BURST)[pages.user[page]]
    after = np.where(is_burst, SECOND // 5, draw_within(keys, "reads", 2, 45))
    user, visit = pages.user[page], pages.visit[page]
    clicked = pages.served_ms[page] + after
    return Clicks(
        derive_keys(keys, "clicks"), user, visit, page, at, served.item[at], served.position[at], clicked, PAGE
    )


def click_rings(scene: Scene, visits: Visits, users: pl.DataFrame, items: Items) -> Clicks:
    """The clicks of rings, all on the happening that the ring pushes in that part of the day."""
    is_ring = bots.is_kind(users["kind"], bots.COORDINATED)[visits.user]
    at = np.flatnonzero(is_ring)
    rings = bots.ring_keys_of(users["ring"], users["user_key"].to_numpy())[visits.user[at]]
    day, part = visits.day[at], visits.part[at]
    item, target = np.full(len(at), -1), derive_keys(rings, day)
    for one_day, one_part in sorted({*zip(day.tolist(), part.tolist(), strict=True)}):
        pool = np.flatnonzero(is_open(items, one_day, one_part, scene.city.timezone))
        held = (day == one_day) & (part == one_part)
        item[held] = pool[draw_index(target[held], "pushes", len(pool))] if len(pool) else -1
    at, item = at[item >= 0], item[item >= 0]
    nothing, keys = np.full(len(at), -1), derive_keys(visits.keys[at], "ring")
    ms = visits.started_ms[at] + draw_within(keys, "ring", 1, 20)
    return Clicks(keys, visits.user[at], at, nothing, nothing, item, nothing, ms, RING)

"""Starts of a sale: one happening a week, fifty times the usual requests for ten minutes, and a queue.

On one weekday, the city's own, at ten o'clock, the most wanted of what was announced in the week before goes on sale;
it is not sold earlier. Who comes first gets a place in the queue, who asks again only asks; the queue is served at an
even pace, first come, first served, until the room is full.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from pulsecity_pipeline.sandbox.chance import derive_keys, draw_index, draw_share, draw_weighted
from pulsecity_pipeline.sandbox.people.browsing import QUEUE, Clicks
from pulsecity_pipeline.sandbox.people.buying import Bought
from pulsecity_pipeline.sandbox.people.items import Items
from pulsecity_pipeline.sandbox.people.moments import DAY, HOUR, MINUTE, draw_within, to_utc
from pulsecity_pipeline.sandbox.people.population import is_person
from pulsecity_pipeline.sandbox.people.scene import Bools, Floats, Ints, Scene

FACTOR: Final = 50.0
LASTS: Final = 10 * MINUTE
#: How long the queue would take if all came at once, in minutes.
SERVED_IN: Final = 25.0
BUYS: Final = 0.5
PARTY: Final = np.array([0.25, 0.5, 0.1, 0.15])
#: A sale is announced between these days before it: a week, so that nothing is in two sales.
NOTICE: Final = (8, 1)


@dataclass(frozen=True)
class Plan:
    """What goes on sale, on which day, and when."""

    item: int
    day: int
    opens_ms: int


@dataclass(frozen=True)
class Surge:
    """A sale as it went. `place` (from 1, else 0) and `wait_ms` are of the clicks; `usual`: requests a minute."""

    plan: Plan
    usual: float
    served_per_minute: float
    clicks: Clicks
    place: Ints
    wait_ms: Ints
    bought: Bought
    stock: int


def plan_surges(scene: Scene, items: Items) -> list[Plan]:
    """Those of the range and of the days after it in which something already announced may wait for its sale."""
    weekday = int(draw_index(np.atleast_1d(scene.key("sales")), "weekday", 7)[0])
    days = [day for day in range(int(scene.days[0]), int(scene.days[-1]) + NOTICE[0] + 1) if day % 7 == weekday]
    plans = [_plan(scene, items, day) for day in days]
    return [plan for plan in plans if plan is not None]


def run_surge(plan: Plan, usual: float, users: pl.DataFrame, items: Items, tier: int) -> Surge:
    """The sale of a day. `usual`: requests of people a minute in the hour before; `tier`: row of what is sold."""
    keys = derive_keys(items.keys[plan.item], "surge", np.arange(round((FACTOR - 1.0) * usual * LASTS / MINUTE)))
    people = np.flatnonzero(_is_there(users, plan))
    user = people[draw_index(keys, "who", len(people))]
    arrives = plan.opens_ms + (draw_share(keys, "arrives") * LASTS).astype(np.int64)
    order = np.argsort(arrives, kind="stable")
    keys, user, arrives = keys[order], user[order], arrives[order]
    joins = np.sort(np.unique(user, return_index=True)[1])
    pace = SERVED_IN * MINUTE / max(len(joins), 1)
    # Each is served a pace after the one before, or at once: fold the maximum over what is left of the paces.
    turn = np.arange(len(joins)) * pace
    served = (turn + np.maximum.accumulate(arrives[joins] - turn)).astype(np.int64)
    place, wait = np.zeros(len(keys), dtype=np.int64), np.full(len(keys), -1)
    place[joins], wait[joins] = np.arange(1, len(joins) + 1), served - arrives[joins]
    nothing = np.full(len(keys), -1)
    clicks = Clicks(keys, user, nothing, nothing, nothing, np.full(len(keys), plan.item), nothing, arrives, QUEUE)
    stock = items.frame["capacity"][plan.item] or 500
    bought = _sell(clicks, joins, served, stock, tier)
    return Surge(plan, usual, MINUTE / pace, clicks, place, wait, bought, stock)


def _sell(clicks: Clicks, joins: Ints, served: Ints, stock: int, tier: int) -> Bought:
    keys = derive_keys(clicks.keys[joins], "purchase")
    quantity = draw_weighted(keys, "party", PARTY) + 1
    wants = draw_share(keys, "buys") < BUYS
    gets = np.flatnonzero(wants & (np.cumsum(quantity * wants) <= stock))
    paid = served[gets] + draw_within(keys[gets], "pays", 20, 150)
    return Bought(keys[gets], joins[gets], np.full(len(gets), tier), quantity[gets], paid)


def _plan(scene: Scene, items: Items, day: int) -> Plan | None:
    opens = int(to_utc(np.array([day * DAY + 10 * HOUR]), scene.city.timezone)[0])
    is_near = (items.announced_ms >= opens - NOTICE[0] * DAY) & (items.announced_ms < opens - NOTICE[1] * DAY)
    can = np.flatnonzero(is_near & items.is_sold & items.is_listed & (items.starts_ms >= opens + 3 * DAY))
    if not len(can):
        return None
    return Plan(int(can[np.argmax(items.appeal[can])]), day, opens)


def _is_there(users: pl.DataFrame, plan: Plan) -> Bools:
    came = users["signed_up_at"].dt.epoch("ms").to_numpy() < plan.opens_ms
    left = users["left_on"].to_physical().to_numpy() > plan.day
    return np.asarray(came & left & is_person(users).to_numpy(), dtype=np.bool_)


def wait_seconds(surge: Surge) -> Floats:
    """Of the clicks, NaN where somebody only asked again."""
    return np.where(surge.wait_ms < 0, np.nan, surge.wait_ms / 1_000.0)

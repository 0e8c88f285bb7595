"""Everything that people do in a range of days, one step after the other, as arrays."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from pulsecity_pipeline.sandbox.people.browsing import Clicks, Looks, click_pages, click_rings, look
from pulsecity_pipeline.sandbox.people.buying import Bought, buy, choose_tiers, list_tiers, purchase_probability
from pulsecity_pipeline.sandbox.people.items import Items, list_items
from pulsecity_pipeline.sandbox.people.moments import HOUR, MINUTE
from pulsecity_pipeline.sandbox.people.policy import Contexts, make_contexts, position_shares
from pulsecity_pipeline.sandbox.people.population import is_person, make_users
from pulsecity_pipeline.sandbox.people.scene import Floats, Ints, Scene
from pulsecity_pipeline.sandbox.people.searching import Searches, make_searches
from pulsecity_pipeline.sandbox.people.sessions import Pages, Visits, make_pages, make_visits
from pulsecity_pipeline.sandbox.people.showing import Served, serve
from pulsecity_pipeline.sandbox.people.surges import Surge, plan_surges, run_surge


@dataclass(frozen=True)
class Acts:
    """What was done; `chance` of a purchase and `tier` (-1 for none) are of the clicks from pages."""

    users: pl.DataFrame
    items: Items
    tiers: pl.DataFrame
    contexts: Contexts
    shares: Floats
    visits: Visits
    pages: Pages
    served: Served
    looks: Looks
    searches: Searches
    clicks: Clicks
    chance: Floats
    bought: Bought
    rings: Clicks
    surges: list[Surge]


def act(scene: Scene) -> Acts:
    """Let the people of the scene live through its days."""
    items, users = list_items(scene), make_users(scene)
    plans = plan_surges(scene, items)
    tiers = list_tiers(scene, items, {plan.item: plan.opens_ms for plan in plans})
    contexts = make_contexts(scene, items)
    shares = position_shares(contexts)
    visits = make_visits(scene, users)
    pages = make_pages(visits, users)
    served = serve(pages, contexts, shares)
    looks = look(pages, served, users, items)
    clicks = click_pages(pages, served, looks, users)
    sensitivity = users["price_sensitivity"].to_numpy()[clicks.user]
    tier = choose_tiers(clicks.keys, clicks.item, clicks.ms, sensitivity, tiers)
    chance = purchase_probability(clicks, users, items, visits.day[clicks.visit], tier)
    searches = make_searches(pages, served, contexts, items)
    surges = [
        run_surge(
            plan, count_usual(plan.opens_ms, users, pages, served, clicks), users, items, _first(tiers, plan.item)
        )
        for plan in plans
        if plan.day <= scene.days[-1]
    ]
    return Acts(
        users,
        items,
        tiers,
        contexts,
        shares,
        visits,
        pages,
        served,
        looks,
        searches,
        clicks,
        chance,
        buy(clicks, chance, tier),
        click_rings(scene, visits, users, items),
        surges,
    )


def count_usual(opens_ms: int, users: pl.DataFrame, pages: Pages, served: Served, clicks: Clicks) -> float:
    """Requests of people a minute in the hour before: lists asked for, and clicks; at least one."""
    person = is_person(users).to_numpy()
    moments = np.concatenate([pages.served_ms[person[pages.user]], clicks.ms[person[clicks.user]]])
    usual = _count_within(moments, opens_ms - HOUR, opens_ms) / (HOUR / MINUTE)
    return max(usual, 1.0)


def _count_within(moments: Ints, first: int, until: int) -> int:
    return int(((moments >= first) & (moments < until)).sum())


def _first(tiers: pl.DataFrame, item: int) -> int:
    return int(tiers["item"].index_of(item) or 0)

"""Visits and the lists asked for in them: who comes on which day, at what hour, and to which of the site's lists."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from pulsecity_pipeline.sandbox.chance import Keys, derive_keys, draw_share, draw_weighted
from pulsecity_pipeline.sandbox.people import bots
from pulsecity_pipeline.sandbox.people.moments import DAY, HOUR, SECOND, draw_awake, draw_within, to_utc, weekday_factor
from pulsecity_pipeline.sandbox.people.population import tastes_of
from pulsecity_pipeline.sandbox.people.scene import Bools, Floats, Ints, Scene, categories

#: Home list, search and digest, and how often each is what is asked for.
LISTS: Final = ("home", "search", "digest")
LIST_WEIGHTS: Final = np.array([0.6, 0.28, 0.12])
#: The evening begins: from then on only what starts on later days is shown.
EVENING: Final = 15 * HOUR
PARTS: Final = ("day", "evening")
#: Of visits, those that begin with a login.
LOGINS: Final = 0.35
_MOST_PAGES: Final = 6
_MOST_VISITS: Final = 9


@dataclass(frozen=True)
class Visits:
    """One entry a visit. `user`: row of the users; `day` since 1970; moments in milliseconds UTC."""

    user: Ints
    day: Ints
    part: Ints
    keys: Keys
    started_ms: Ints
    logs_in: Bools
    pages: Ints


@dataclass(frozen=True)
class Pages:
    """One entry a list asked for. `visit`: row of the visits; `kind`: place in LISTS; `segment`: of a category."""

    visit: Ints
    user: Ints
    day: Ints
    part: Ints
    keys: Keys
    kind: Ints
    segment: Ints
    served_ms: Ints


def make_visits(scene: Scene, users: pl.DataFrame) -> Visits:
    """The visits of the range, by account and time; none before the sign-up or on the day of leaving."""
    user, day = _list_days(scene, users)
    kinds, rings = users["kind"], bots.ring_keys_of(users["ring"], users["user_key"].to_numpy())
    keys, ring_keys = derive_keys(users["user_key"].to_numpy()[user], day), derive_keys(rings[user], day)
    rate = users["activity_rate"].to_numpy()[user] * weekday_factor(day)
    count = bots.count_visits(kinds.gather(user), keys, ring_keys, _draw_poisson(keys, rate))
    at = np.repeat(np.arange(len(user)), count)
    nth = np.arange(len(at)) - np.repeat(np.cumsum(count) - count, count)
    user, day, keys = user[at], day[at], derive_keys(keys[at], nth)
    time = bots.draw_times(kinds.gather(user), keys, ring_keys[at], nth, draw_awake(keys, "comes"))
    geometric = 1 + np.floor(np.log1p(-draw_share(keys, "pages")) / np.log(0.45)).astype(np.int64)
    pages = bots.count_pages(kinds.gather(user), keys, np.minimum(geometric, _MOST_PAGES))
    started = to_utc(day * DAY + time, scene.city.timezone)
    visits = Visits(
        user, day, (time >= EVENING).astype(np.int64), keys, started, draw_share(keys, "login") < LOGINS, pages
    )
    return _keep(visits, started >= users["signed_up_at"].dt.epoch("ms").to_numpy()[user])


def make_pages(visits: Visits, users: pl.DataFrame) -> Pages:
    """The lists asked for in each visit, one after the other; a search is for what the account likes."""
    at = np.repeat(np.arange(len(visits.keys)), visits.pages)
    nth = np.arange(len(at)) - np.repeat(np.cumsum(visits.pages) - visits.pages, visits.pages)
    user, keys = visits.user[at], derive_keys(visits.keys[at], "page", nth)
    kind = draw_weighted(keys, "list", LIST_WEIGHTS)
    wanted = _draw_row(draw_share(keys, "wanted"), tastes_of(users)[:, :-1][user])
    slugs = {slug: index for index, slug in enumerate(categories())}
    segment = users["segment"].replace_strict(slugs, return_dtype=pl.Int64).to_numpy()[user]
    pace = np.where(bots.is_kind(users["kind"], bots.BURST), SECOND, 50 * SECOND)[user]
    served = visits.started_ms[at] + nth * pace + (draw_share(keys, "pace") * 0.8 * pace).astype(np.int64)
    is_search = kind == LISTS.index("search")
    return Pages(
        at, user, visits.day[at], visits.part[at], keys, kind, np.where(is_search, wanted, segment), served + SECOND
    )


def login_ms(visits: Visits) -> Ints:
    """When the visits log in that do."""
    return visits.started_ms - draw_within(visits.keys, "logs in", 0, 0.9)


def _list_days(scene: Scene, users: pl.DataFrame) -> tuple[Ints, Ints]:
    came, left = (users[name].to_physical().cast(pl.Int64).to_numpy()[:, None] for name in ("signed_up_on", "left_on"))
    user, day = np.nonzero((came <= scene.days) & (scene.days < left))
    return user, scene.days[day]


def _draw_poisson(keys: Keys, rate: Floats) -> Ints:
    share, term, total = draw_share(keys, "visits"), np.exp(-rate), np.exp(-rate)
    count = np.zeros(len(keys), dtype=np.int64)
    for visits in range(1, _MOST_VISITS + 1):
        count += share >= total
        term = term * rate / visits
        total = total + term
    return count


def _draw_row(share: Floats, weights: Floats) -> Ints:
    """An index a row, as likely as the row's weights."""
    edges = np.cumsum(weights, axis=1)
    below = (edges <= (share * edges[:, -1])[:, None]).sum(axis=1)
    return np.asarray(np.minimum(below, weights.shape[1] - 1), dtype=np.int64)


def _keep(visits: Visits, kept: Bools) -> Visits:
    return Visits(*(values[kept] for values in vars(visits).values()))

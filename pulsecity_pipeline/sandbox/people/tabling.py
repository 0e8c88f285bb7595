"""What people were shown, from arrays to the tables of frames.py."""

import polars as pl

from pulsecity_pipeline.sandbox.chance import Keys, derive_keys
from pulsecity_pipeline.sandbox.people import frames
from pulsecity_pipeline.sandbox.people.acting import Acts
from pulsecity_pipeline.sandbox.people.moments import as_dates, as_moments
from pulsecity_pipeline.sandbox.people.naming import write_ids
from pulsecity_pipeline.sandbox.people.sessions import LISTS, PARTS, login_ms


def session_frame(acts: Acts) -> pl.DataFrame:
    """SESSION, by account and time."""
    visits = acts.visits
    login = pl.when(pl.Series(visits.logs_in)).then(as_moments(login_ms(visits)))
    frame = pl.DataFrame(
        {
            "session_id": write_ids(visits.keys),
            "user_id": acts.users["user_id"].gather(visits.user),
            "on": as_dates(visits.day),
            "part": pl.Series(PARTS).gather(visits.part),
            "started_at": as_moments(visits.started_ms),
            "pages": visits.pages,
        }
    )
    return frames.shape(frame.with_columns(login_at=login), frames.SESSION)


def page_frame(acts: Acts) -> pl.DataFrame:
    """PAGE, by session and time."""
    pages, served = acts.pages, acts.served
    frame = pl.DataFrame(
        {
            "page_id": write_ids(pages.keys),
            "session_id": write_ids(acts.visits.keys).gather(pages.visit),
            "user_id": acts.users["user_id"].gather(pages.user),
            "kind": pl.Series(LISTS).gather(pages.kind),
            "context_id": acts.contexts.ids().gather(served.context),
            "on": as_dates(pages.day),
            "served_at": as_moments(pages.served_ms),
            "shown": served.shown,
            "slate_propensity": served.joint,
        }
    )
    return frames.shape(frame, frames.PAGE)


def impression_frame(acts: Acts) -> pl.DataFrame:
    """IMPRESSION, by page and position."""
    pages, served, looks = acts.pages, acts.served, acts.looks
    frame = pl.DataFrame(
        {
            "impression_id": write_ids(looks.keys),
            "page_id": write_ids(pages.keys).gather(served.page),
            "user_id": acts.users["user_id"].gather(pages.user[served.page]),
            "context_id": acts.contexts.ids().gather(served.context[served.page]),
            "happening_id": acts.items.frame["happening_id"].gather(served.item),
            "position": served.position + 1,
            "shown_at": as_moments(pages.served_ms[served.page]),
            "propensity": served.marginal,
            "conditional_propensity": served.conditional,
            "examination": looks.examination,
            "relevance": looks.relevance,
            "click_probability": looks.click_probability,
            "is_clicked": looks.is_clicked,
        }
    )
    return frames.shape(frame, frames.IMPRESSION)


def search_frame(acts: Acts) -> pl.DataFrame:
    """SEARCH, by page."""
    pages, at = acts.pages, acts.searches.page
    slugs = acts.contexts.ids().str.split("|").list.last()
    frame = pl.DataFrame(
        {
            "search_id": write_ids(search_keys(acts)),
            "page_id": write_ids(pages.keys[at]),
            "session_id": write_ids(acts.visits.keys[pages.visit[at]]),
            "user_id": acts.users["user_id"].gather(pages.user[at]),
            "query": acts.searches.query,
            "category": slugs.gather(acts.served.context[at]),
            "result_count": acts.searches.found,
            "searched_at": as_moments(pages.served_ms[at] - 300),
        }
    )
    return frames.shape(frame, frames.SEARCH)


def search_keys(acts: Acts) -> Keys:
    """Of each search, told apart from its page's."""
    return derive_keys(acts.pages.keys[acts.searches.page], "search")

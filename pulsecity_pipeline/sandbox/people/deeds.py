"""All that the people of a scene did, as tables."""

from dataclasses import dataclass

import polars as pl

from pulsecity_pipeline.sandbox.people import frames
from pulsecity_pipeline.sandbox.people.acting import Acts
from pulsecity_pipeline.sandbox.people.experiments import list_exposures
from pulsecity_pipeline.sandbox.people.tabling import impression_frame, page_frame, search_frame, session_frame
from pulsecity_pipeline.sandbox.people.tabling_clicks import click_frame, purchase_frame, save_frame


@dataclass(frozen=True)
class Deeds:
    """What people did, as tables of frames.py."""

    users: pl.DataFrame
    sessions: pl.DataFrame
    pages: pl.DataFrame
    impressions: pl.DataFrame
    searches: pl.DataFrame
    clicks: pl.DataFrame
    saves: pl.DataFrame
    purchases: pl.DataFrame
    exposures: pl.DataFrame


def table_deeds(acts: Acts) -> Deeds:
    """All tables of what was done."""
    clicks = click_frame(acts)
    return Deeds(
        users=acts.users,
        sessions=session_frame(acts),
        pages=page_frame(acts),
        impressions=impression_frame(acts),
        searches=search_frame(acts),
        clicks=clicks,
        saves=save_frame(acts),
        purchases=purchase_frame(acts),
        exposures=frames.shape(list_exposures(clicks, acts.users), frames.EXPOSURE),
    )

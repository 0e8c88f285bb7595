"""Venue places: a city's venues × one provider of places → rows of features.venue_places."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import polars as pl

from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.contracts import VenuePlace
from pulsecity_pipeline.enrichment.places import Match, Place, Wanted, match_place


def find_venue_places(
    venues: pl.DataFrame,
    city: City,
    at: datetime,
    provider: str,
    find: Callable[[Wanted], Sequence[Place] | None],
    *,
    keeps_content: bool,
) -> pl.DataFrame:
    """clean.venues → rows of features.venue_places, of those for whom `find` had an answer.

    Without `keeps_content` only the id is kept, for the provider's terms forbid more. The most listed come first.
    """
    rows = []
    for venue in venues.sort("listing_count", "venue_id", descending=[True, False]).iter_rows(named=True):
        wanted = _want(venue, city)
        if (places := find(wanted)) is None:
            continue
        matched = match_place(wanted, places)
        rows.append({"venue_id": wanted.venue_id, **_state(matched, keeps_content=keeps_content)})
    known = {"city_id": city.city_id, "provider": provider, "checked_at": at}
    return pl.DataFrame([known | row for row in rows], schema=VenuePlace.polars_schema())


def _want(venue: dict[str, Any], city: City) -> Wanted:
    return Wanted(
        venue_id=venue["venue_id"],
        name=venue["name"],
        city=city.name,
        country=city.country,
        aliases=venue["aliases"],
        address=venue["address"],
        latitude=venue["latitude"],
        longitude=venue["longitude"],
    )


def _state(matched: Match, *, keeps_content: bool) -> dict[str, Any]:
    place = matched.place
    kept = place if keeps_content else None
    return {
        "place_id": place.place_id if place else None,
        "capacity": kept.capacity if kept else None,
        "latitude": kept.latitude if kept else None,
        "longitude": kept.longitude if kept else None,
        "match_confidence": matched.confidence,
        "evidence": matched.evidence,
    }

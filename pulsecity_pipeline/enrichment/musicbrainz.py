"""MusicBrainz: performers → the artists they are, with genres and links; two requests for one that is found."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import polars as pl

from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.contracts import ArtistFact
from pulsecity_pipeline.enrichment.asking import Asker
from pulsecity_pipeline.enrichment.candidates import Details, read_candidates, read_details
from pulsecity_pipeline.enrichment.judging import Billing, Judgement, judge

_BASE = "https://musicbrainz.org/ws/2/artist"
_LIMIT = 100
_LUCENE = frozenset(r'+-&|!(){}[]^"~*?:\/')


def find_artists(performers: pl.DataFrame, city: City, at: datetime, asker: Asker) -> pl.DataFrame:
    """PERFORMERS → rows of clean.artist_facts, of those for whom an answer came; the others are asked another night."""
    rows = [row for billed in performers.iter_rows(named=True) for row in _find_artist(billed, city, asker)]
    return pl.DataFrame(
        [{"city_id": city.city_id, "checked_at": at, **row} for row in rows], schema=ArtistFact.polars_schema()
    )


def search_url(name: str) -> str:
    """Artists of that name, or with an alias of it."""
    escaped = "".join(f"\\{sign}" if sign in _LUCENE else sign for sign in name)
    query = f'artist:"{escaped}" OR alias:"{escaped}"'
    return f"{_BASE}?{urlencode({'query': query, 'fmt': 'json', 'limit': _LIMIT})}"


def lookup_url(mbid: str) -> str:
    """One artist with links, genres and tags."""
    return f"{_BASE}/{mbid}?{urlencode({'inc': 'url-rels+genres+tags', 'fmt': 'json'}, safe='+')}"


def _find_artist(billed: dict[str, Any], city: City, asker: Asker) -> Iterator[dict[str, Any]]:
    told = asker.ask(search_url(billed["billed_as"]))
    if told.content is None:
        return
    try:
        candidates, count = read_candidates(told.content)
    except ValueError as error:
        asker.note(f"another shape than it was: {error}")
        return
    billing = Billing(billed["performer"], billed["is_music"], billed["first_on"], billed["words"])
    judged = judge(billing, candidates, city, are_all=count <= _LIMIT)
    details = None
    if judged.chosen is not None and (details := _look_up(judged.chosen.mbid, asker)) is None:
        return
    yield _state(billed, judged, details)


def _look_up(mbid: str, asker: Asker) -> Details | None:
    told = asker.ask(lookup_url(mbid))
    if told.content is None:
        return None
    try:
        return read_details(told.content)
    except ValueError as error:
        asker.note(f"another shape than it was: {error}")
        return None


def _state(billed: dict[str, Any], judged: Judgement, details: Details | None) -> dict[str, Any]:
    return {
        "performer": billed["performer"],
        "billed_as": billed["billed_as"],
        "mbid": details.mbid if details else None,
        "artist_name": details.name if details else None,
        "score": judged.score,
        "rivals": judged.rivals,
        "genres": list(details.genres) if details else [],
        "links": list(details.links) if details else [],
        "evidence": judged.evidence,
    }

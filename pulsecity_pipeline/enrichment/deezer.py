"""Deezer: an artist's most played track that has a preview; the preview's own address expires and is not kept."""

import re
from typing import Any
from urllib.parse import urlencode

from pulsecity_pipeline.enrichment.asking import Asker, Fault
from pulsecity_pipeline.enrichment.findings import Finding, Found, Item, Nothing, Performer, choose_artist
from pulsecity_pipeline.sources.formats.json_values import pick, pick_text

_BASE = "https://api.deezer.com"
_LINK = re.compile(r"^https?://(?:www\.)?deezer\.com/(?:[a-z]{2}/)?artist/(\d+)\b")
_LICENCE = "non-commercial promotion with Deezer's link and logo; ask api.deezer.com/track/<id> when it is played"
#: Codes of errors that pass: too many questions, busy. A service that says so is left in peace.
_BUSY = (4, 700)
_NO_DATA = 800


def find_fault(content: Any) -> Fault | None:
    """Errors are told with HTTP 200; `no data` is an answer."""
    error = content.get("error") if isinstance(content, dict) else None
    if not error or pick(error, "code") == _NO_DATA:
        return None
    told = f"{pick_text(error, 'message') or 'error'} (code {pick(error, 'code')})"
    return Fault(told, is_closing=pick(error, "code") in _BUSY)


def find_sample(performer: Performer, asker: Asker) -> Finding:
    """The first track with a preview among the most played of the artist."""
    linked_id = next((match[1] for link in performer.links if (match := _LINK.match(link))), None)
    if linked_id is not None:
        return _find_track(linked_id, performer.score, asker)
    told = asker.ask(f"{_BASE}/search/artist?{urlencode({'q': performer.billed_as, 'limit': 100})}")
    artists = _list_items(told.content)
    if artists is None:
        return Nothing(told.reason or "another shape than it was", is_failure=True)
    chosen = choose_artist(performer, artists, name="name", artist_id="id")
    return chosen if isinstance(chosen, Nothing) else _find_track(str(chosen[0].get("id")), chosen[1], asker)


def _find_track(artist_id: str, confidence: float, asker: Asker) -> Finding:
    told = asker.ask(f"{_BASE}/artist/{artist_id}/top?limit=10")
    tracks = _list_items(told.content)
    if tracks is None:
        return Nothing(told.reason or "another shape than it was", is_failure=True)
    for track in tracks:
        link = pick_text(track, "link")
        if pick_text(track, "artist.id") == artist_id and pick_text(track, "preview") and link:
            return Found("preview", link, confidence, _LICENCE)
    return Nothing("no track with a preview")


def _list_items(content: Any) -> list[Item] | None:
    """The objects of an answer, none where it says that it has no data; None for another shape."""
    if pick(content, "error.code") == _NO_DATA:
        return []
    found = pick(content, "data")
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else None

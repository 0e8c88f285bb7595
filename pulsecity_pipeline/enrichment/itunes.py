"""iTunes: a song's preview of 30 seconds, of the only artist of that name in the country's store."""

import re
from typing import Any
from urllib.parse import urlencode

from pulsecity_pipeline.enrichment.asking import Asker
from pulsecity_pipeline.enrichment.findings import Finding, Found, Item, Nothing, Performer, choose_artist
from pulsecity_pipeline.sources.formats.json_values import pick, pick_text

_BASE = "https://itunes.apple.com"
_LINK = re.compile(r"^https?://(?:itunes|music)\.apple\.com/(?:[a-z]{2}/)?artist/(?:[^/]+/)?(?:id)?(\d+)\b")
_LICENCE = "streamed only, to promote the song, beside the store's badge and link"


def find_sample(performer: Performer, asker: Asker) -> Finding:
    """The first song with a preview of the artist."""
    linked_id = next((match[1] for link in performer.links if (match := _LINK.match(link))), None)
    if linked_id is not None:
        return _find_song(linked_id, performer.score, performer.country, asker)
    asked = {"entity": "musicArtist", "attribute": "artistTerm", "limit": 200}
    url = f"{_BASE}/search?{urlencode({'term': performer.billed_as, 'country': performer.country, **asked})}"
    artists = _ask_items(url, asker)
    if isinstance(artists, Nothing):
        return artists
    chosen = choose_artist(performer, artists, name="artistName", artist_id="artistId")
    if isinstance(chosen, Nothing):
        return chosen
    return _find_song(str(chosen[0].get("artistId")), chosen[1], performer.country, asker)


def _find_song(artist_id: str, confidence: float, country: str, asker: Asker) -> Finding:
    asked = {"id": artist_id, "country": country, "entity": "song", "limit": 25}
    songs = _ask_items(f"{_BASE}/lookup?{urlencode(asked)}", asker)
    if isinstance(songs, Nothing):
        return songs
    for song in songs:
        if pick_text(song, "artistId") == artist_id and (url := pick_text(song, "previewUrl")):
            return Found("preview", url, confidence, _LICENCE)
    return Nothing("no song with a preview")


def _ask_items(url: str, asker: Asker) -> list[Item] | Nothing:
    told = asker.ask(url)
    found: Any = pick(told.content, "results")
    if not isinstance(found, list):
        return Nothing(told.reason or "another shape than it was", is_failure=True)
    return [item for item in found if isinstance(item, dict)]

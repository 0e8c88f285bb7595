"""SoundCloud: the player of a profile that MusicBrainz links to, by oEmbed; names are not searched for."""

import re
from html import unescape
from typing import Any
from urllib.parse import urlencode, urlsplit

from pulsecity_pipeline.enrichment.asking import Asker
from pulsecity_pipeline.enrichment.findings import Finding, Found, Nothing, Performer
from pulsecity_pipeline.sources.formats.json_values import pick_text

_OEMBED = "https://soundcloud.com/oembed"
_PLAYER = re.compile(r"""<iframe\b[^>]*\bsrc=["'](https://w\.soundcloud\.com/player/\?[^"'<>\s]+)["']""")
_LICENCE = "name and link the uploader and SoundCloud; load the player on click, for it sets cookies"


def find_sample(performer: Performer, asker: Asker) -> Finding:
    """The player of the performer's own profile."""
    profile = next((link for link in performer.links if _profile(link)), None)
    if profile is None:
        return Nothing("no link known")
    told = asker.ask(f"{_OEMBED}?{urlencode({'format': 'json', 'url': profile})}")
    if told.content is None:
        return Nothing(told.reason or "no answer", is_failure=told.status not in (400, 404, 410))
    return _read(told.content, profile, performer)


def _read(content: Any, profile: str, performer: Performer) -> Finding:
    player = _PLAYER.search(pick_text(content, "html") or "")
    author = pick_text(content, "author_url")
    if player is None:
        return Nothing("answer without a player", is_failure=True)
    if author is None or _profile(author) != _profile(profile):
        return Nothing(f"the player is of {author or 'nobody named'}")
    return Found("embed", unescape(player[1]), performer.score, _LICENCE)


def _profile(url: str) -> str | None:
    """Name of the profile an address is of; None for any other address."""
    parts = urlsplit(url)
    path = parts.path.strip("/").lower()
    is_theirs = (parts.hostname or "").removeprefix("www.").removeprefix("m.") == "soundcloud.com"
    return path if is_theirs and path and "/" not in path else None

"""Candidates: the artists that MusicBrainz offers for a name, as its JSON says, whatever is missing in it."""

from dataclasses import dataclass
from typing import Any

from pulsecity_pipeline.enrichment.folding import fold_name
from pulsecity_pipeline.sources.formats.json_values import list_texts, pick, pick_text


@dataclass(frozen=True)
class Candidate:
    """One artist; texts that are compared are folded. `began` and `ended` are partial dates (`2003`, `2003-05`)."""

    mbid: str
    name: str
    aliases: frozenset[str] = frozenset()
    kind: str | None = None
    country: str | None = None
    areas: frozenset[str] = frozenset()
    began: str | None = None
    ended: str | None = None
    is_ended: bool = False
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Details:
    """What a look-up adds: the id may be another, where artists were merged; homepages are the first links."""

    mbid: str
    name: str
    genres: tuple[str, ...]
    links: tuple[str, ...]


def read_candidates(content: Any) -> tuple[list[Candidate], int]:
    """A search's answer → (candidates, how many there are in all). Raises ValueError for another shape."""
    found = pick(content, "artists")
    if not isinstance(found, list):
        raise ValueError("no list of artists")
    read = [candidate for item in found if (candidate := _read_candidate(item))]
    count = pick(content, "count")
    return read, count if isinstance(count, int) else len(found)


def read_details(content: Any) -> Details:
    """A look-up's answer → Details; genres the most voted first, else tags. Raises ValueError for another shape."""
    mbid, name = pick_text(content, "id"), pick_text(content, "name")
    if mbid is None or name is None:
        raise ValueError("no artist")
    relations = [one for one in pick(content, "relations") or [] if not pick(one, "ended")]
    pages = sorted(
        (pick_text(one, "type") != "official homepage", pick_text(one, "url.resource") or "") for one in relations
    )
    links = dict.fromkeys(url for _, url in pages if url)
    genres = _list_voted(pick(content, "genres")) or _list_voted(pick(content, "tags"))
    return Details(mbid, name, tuple(genres), tuple(links))


def _read_candidate(item: Any) -> Candidate | None:
    mbid, name = pick_text(item, "id"), pick_text(item, "name")
    if mbid is None or name is None:
        return None
    areas = (pick_text(item, f"{place}.name") for place in ("area", "begin-area"))
    span = pick(item, "life-span")
    return Candidate(
        mbid=mbid,
        name=name,
        # A search hint is how people misspell it, and so no name of its own.
        aliases=frozenset(
            fold_name(alias)
            for one in pick(item, "aliases") or []
            if pick(one, "type") != "Search hint" and (alias := pick_text(one, "name"))
        ),
        kind=pick_text(item, "type"),
        country=pick_text(item, "country"),
        areas=frozenset(fold_name(area) for area in areas if area),
        began=pick_text(span, "begin"),
        ended=pick_text(span, "end"),
        is_ended=pick(span, "ended") is True,
        tags=tuple(fold_name(tag) for tag in _list_voted(pick(item, "tags"))),
    )


def _list_voted(tags: Any) -> list[str]:
    """Names of those with a vote at least, the most voted first."""
    voted = [tag for tag in tags or [] if isinstance(pick(tag, "count"), int) and pick(tag, "count") > 0]
    return list_texts(sorted(voted, key=lambda tag: (-tag["count"], str(tag.get("name")))), "name")

"""Samples: each performer of music is asked for at one provider after the other, until one is sure; else a link."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import polars as pl

from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.contracts import Sample
from pulsecity_pipeline.enrichment import deezer, itunes, soundcloud
from pulsecity_pipeline.enrichment.asking import Asker
from pulsecity_pipeline.enrichment.findings import Finding, Found, Performer

#: In the order in which they are asked.
CHAIN: dict[str, Callable[[Performer, Asker], Finding]] = {
    "soundcloud": soundcloud.find_sample,
    "deezer": deezer.find_sample,
    "itunes": itunes.find_sample,
}
_MUSICBRAINZ = "https://musicbrainz.org/artist/"
#: Hosts of links that are no page of the artist's own; the first of all others is.
_CATALOGUES = ("musicbrainz.org", "wikidata.org", "discogs.com", "allmusic.com", "viaf.org", "isni.org", "imdb.com")


def find_samples(
    performers: pl.DataFrame, facts: pl.DataFrame, city: City, at: datetime, askers: Mapping[str, Asker]
) -> pl.DataFrame:
    """PERFORMERS and clean.artist_facts → rows of clean.samples, of those who are billed at music or known as artists.

    Providers without an asker are passed by.
    """
    known = facts.select("performer", "mbid", "artist_name", "score", "rivals", "links")
    asked = performers.join(known, on="performer", how="left", maintain_order="left").filter(
        pl.col("is_music") | pl.col("mbid").is_not_null()
    )
    rows = [find_one(_performer(row, city), askers) for row in asked.iter_rows(named=True)]
    return pl.DataFrame(
        [{"city_id": city.city_id, "checked_at": at, **row} for row in rows], schema=Sample.polars_schema()
    )


def find_one(performer: Performer, askers: Mapping[str, Asker]) -> dict[str, Any]:
    """Columns of clean.samples of one performer."""
    said: list[str] = []
    failures = 0
    for name, find in CHAIN.items():
        if name not in askers:
            continue
        finding = find(performer, askers[name])
        if isinstance(finding, Found):
            return _state(performer, name, finding, [*said, f"{name}: found"], failures)
        said.append(f"{name}: {finding.reason}")
        failures += finding.is_failure
    link = _choose_link(performer)
    found = Found("link", link, performer.score, "none needed for a link") if link else None
    return _state(performer, "link" if found else "none", found, said or ["no provider is on"], failures)


def keep_better(made: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Tonight's rows without those that have no sound only because somebody did not answer, where sound was known."""
    sounding = known.filter(pl.col("kind").is_in(["embed", "preview"])).select("performer")
    is_silenced = (pl.col("failures") > 0) & pl.col("kind").is_in(["link", "none"])
    return pl.concat([made.filter(~is_silenced), made.filter(is_silenced).join(sounding, on="performer", how="anti")])


def _performer(row: dict[str, Any], city: City) -> Performer:
    return Performer(
        performer=row["performer"],
        billed_as=row["billed_as"],
        country=city.country,
        mbid=row["mbid"],
        artist_name=row["artist_name"],
        score=row["score"] or 0.0,
        rivals=row["rivals"] or 0,
        links=row["links"] or (),
    )


def _choose_link(performer: Performer) -> str | None:
    own = [link for link in performer.links if not any(f"{host}/" in link for host in _CATALOGUES)]
    if own:
        return own[0]
    return f"{_MUSICBRAINZ}{performer.mbid}" if performer.mbid else None


def _state(performer: Performer, provider: str, found: Found | None, said: list[str], failures: int) -> dict[str, Any]:
    return {
        "performer": performer.performer,
        "provider": provider,
        "kind": found.kind if found else "none",
        "url": found.url if found else None,
        "match_confidence": found.match_confidence if found else None,
        "licence_note": found.licence_note if found else None,
        "failures": failures,
        "reason": "; ".join(said),
    }

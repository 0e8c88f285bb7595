"""The sandbox's listings as frames to be profiled: its pages asked for, cut, read and normalised like the real ones."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import parse_qsl, urlsplit

import polars as pl

from pulsecity_pipeline.bench.believable_bulk import LEAST_ATTENDANCE
from pulsecity_pipeline.bench.believable_profile import profile_listings
from pulsecity_pipeline.bench.believable_reading import normalize_pages
from pulsecity_pipeline.contracts import Reading
from pulsecity_pipeline.sandbox.dialects.registry import DIALECTS
from pulsecity_pipeline.sandbox.night import SandboxNight
from pulsecity_pipeline.sandbox.serving.protocol import Request, Site
from pulsecity_pipeline.sandbox.truth import expect_listings
from pulsecity_pipeline.sources.protocol import Answer, Validators, Window
from pulsecity_pipeline.sources.readings import readings_frame
from pulsecity_pipeline.sources.registry import SOURCES

#: Further populations that real tables tell of → whose listings stand for them.
_ALSO: Final = {"meetup: groups": "meetup", "songkick: history": "songkick"}
#: What a vendor of attended events has: things that sell seats.
_ATTENDED: Final = (
    "gig", "concert", "tribute", "classical", "play", "comedy", "league_match", "festival", "conference", "exhibition",
    "street_fair", "race",
)  # fmt: skip


class SiteClient:
    """A client of sites that never leaves the process: no keys, no limits, nothing goes wrong."""

    def __init__(self, fiction: SandboxNight, sites: Sequence[Site]) -> None:
        self._fiction, self._sites = fiction, sites

    def get(self, url: str, validators: Validators = Validators(), body: bytes | None = None) -> Answer:
        parts = urlsplit(url)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        request = Request("POST" if body else "GET", parts.hostname or "", parts.path, query, {}, body or b"")
        told = f"{url}#{hash(body)}" if body else url
        for site in self._sites:
            dialect = DIALECTS[site.source]
            if site.host.lower() == request.host and dialect.find_site(request, [site]) is not None:
                reply = dialect.answer(site, self._fiction.load(site), request)
                if reply.status == 200:
                    return Answer(told, "ok", status=200, content_type=reply.content_type, body=reply.body)
        return Answer(told, "failed", status=404, reason="HTTP 404")


def read_sandbox(fiction: SandboxNight, city_ids: Sequence[str]) -> pl.DataFrame:
    """PROFILE rows of everything that is read of the cities' sites, source by source, and of what takes place there."""
    listings = [_read_city(fiction, city_id) for city_id in city_ids]
    profiles = profile_listings(pl.concat(listings))
    also = [
        profiles.filter(pl.col("population") == source).with_columns(population=pl.lit(name))
        for name, source in _ALSO.items()
    ]
    happenings = profile_listings(pl.concat([_read_world(fiction, city_id) for city_id in city_ids]))
    return pl.concat([profiles, *also, happenings])


def _read_city(fiction: SandboxNight, city_id: str) -> pl.DataFrame:
    """Listings with population, night, event (the happening) and attendance (who comes)."""
    sites = [site for site in fiction.sites(city_id) if site.fault is None]
    window = Window.around(fiction.night)
    pages = [page for site in sites for page in _read_site(fiction, site, window)]
    listings = normalize_pages(pages, fiction.cities[city_id], window)
    key = ["source", "feed", "source_event_id"]
    expected = expect_listings(fiction, city_id).select(*key, event="happening_id")
    came = (
        fiction.world(city_id)
        .happenings()
        .select(event="happening_id", attendance=pl.col("attendance").cast(pl.Float64))
    )
    known = expected.unique(key).join(came, on="event", how="left")
    joined = listings.join(known, on=key, how="left", maintain_order="left")
    return joined.with_columns(population="source", night=pl.lit(fiction.night))


def _read_site(fiction: SandboxNight, site: Site, window: Window) -> list[pl.DataFrame]:
    source = SOURCES[site.source]
    found = []
    for page in source.fetch(SiteClient(fiction, [site]), [site.as_feed()], {}):
        if page.answer.body is not None:
            result = source.read(source.split(page.answer.body), window)
            found.append(readings_frame(result, source=site.source, feed=site.feed, page_id="pag_aaaaaaaaaaaaaaaa"))
    return found or [Reading.empty()]


def _read_world(fiction: SandboxNight, city_id: str) -> pl.DataFrame:
    """The truth of what sells seats."""
    found = (
        fiction.world(city_id)
        .happenings()
        .filter(pl.col("kind").is_in(_ATTENDED), pl.col("attendance") >= LEAST_ATTENDANCE)
    )
    return found.select(
        "title",
        population=pl.lit("world: attended events"),
        starts_on=pl.col("starts_local").dt.date(),
        starts_local=pl.when(~pl.col("all_day")).then("starts_local"),
        night=pl.col("announced_at").dt.date(),
        attendance=pl.col("attendance").cast(pl.Float64),
    )

"""One pull of a source by its own adapter from a dialect, with nothing between them but an in-memory client."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import ModuleType
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

import polars as pl

from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.sandbox.chance import Keys
from pulsecity_pipeline.sandbox.serving.protocol import Reply, Request, Site
from pulsecity_pipeline.sources.protocol import Answer, Fault, Validators, Window
from pulsecity_pipeline.sources.readings import readings_frame
from pulsecity_pipeline.sources.registry import SOURCES
from pulsecity_pipeline_tests.sandbox.dialects.listings import NIGHT, city_of_tests, publish


@dataclass
class DialectClient:
    """A client whose answers are those of a dialect; `listings` by (city, feed)."""

    dialect: ModuleType
    sites: Sequence[Site]
    listings: Mapping[tuple[str, str], pl.DataFrame]
    asked: list[Request] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)

    def get(self, url: str, validators: Validators = Validators(), body: bytes | None = None) -> Answer:
        request = ask(url, body)
        reply = self.reply(request)
        told = f"{url}#{hash(body)}" if body else url
        if reply.status != 200:
            return Answer(told, "failed", status=reply.status, reason=f"HTTP {reply.status}: {reply.body[:300]!r}")
        return Answer(told, "ok", status=200, content_type=reply.content_type, body=reply.body)

    def reply(self, request: Request) -> Reply:
        """What the server would answer."""
        self.asked.append(request)
        site = self.dialect.find_site(request, [one for one in self.sites if one.host == request.host])
        if site is None:
            return Reply(b"", "text/plain", 404)
        reply: Reply = self.dialect.answer(site, self.listings[site.city_id, site.feed], request)
        self.replies.append(reply)
        return reply


@dataclass(frozen=True)
class Pulled:
    """What the adapter made of it."""

    rows: pl.DataFrame
    faults: list[Fault]
    failures: list[str]
    repeats: int
    unread: dict[str, int]
    client: DialectClient

    @property
    def is_sound(self) -> bool:
        return not self.faults and not self.failures and not self.unread


def ask(url: str, body: bytes | None = None) -> Request:
    """A request as the server would hand it over."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    return Request("POST" if body else "GET", parts.hostname or "", parts.path, query, {}, body or b"")


def list_sites(dialect: ModuleType, city: City | None = None, *, night: date = NIGHT) -> list[Site]:
    """The sites of one city."""
    return list(dialect.list_sites(city or city_of_tests(), seed=7, night=night, size=1.0))


def pull(
    dialect: ModuleType, listings: pl.DataFrame, *, site: Site | None = None, other: Sequence[Site] = ()
) -> Pulled:
    """All pages of a site (the first of the city's), cut and read; ids are minted, what cannot be stated is null."""
    wanted = site or list_sites(dialect)[0]
    published = publish(listings, dialect, feed=wanted.feed)
    client = DialectClient(dialect, [*other, wanted], {(wanted.city_id, wanted.feed): published})
    source = SOURCES[dialect.NAME]
    frames, faults, failures, repeats, unread = [], list[Fault](), list[str](), 0, dict[str, int]()
    for number, page in enumerate(source.fetch(client, [wanted.as_feed()], {})):
        if page.answer.body is None:
            failures.append(str(page.answer.reason))
            continue
        split = source.split(page.answer.body)
        result = source.read(split, Window.around(NIGHT))
        faults += [*split.faults, *result.faults]
        repeats += result.repeats
        unread |= dict(result.unread)
        frames.append(readings_frame(result, source=dialect.NAME, feed=wanted.feed, page_id=f"page {number}"))
    rows = pl.concat(frames) if frames else pl.DataFrame()
    return Pulled(rows, faults, failures, repeats, unread, client)


def join_truth(dialect: ModuleType, pulled: Pulled, listings: pl.DataFrame) -> pl.DataFrame:
    """Published listings with what was read of each beside them (`…_read`; all null where nothing was)."""
    published = publish(listings, dialect)
    expected: Callable[[pl.DataFrame], pl.Series] = dialect.expected_event_id
    keyed = published.with_columns(expected(published).alias("source_event_id"))
    return keyed.join(pulled.rows.rename({name: f"{name}_read" for name in pulled.rows.columns if name != "source_event_id"}),
                      on="source_event_id", how="left", maintain_order="left")  # fmt: skip


def mint(dialect: ModuleType, keys: Keys) -> pl.Series:
    return cast("pl.Series", dialect.mint_native_id(keys))


def differing(joined: pl.DataFrame, column: str, read: str | None = None) -> list[tuple[Any, Any]]:
    """Pairs of what a listing states and what was read where they are not the same; null is like null."""
    pair = joined.select(pl.col(column).alias("stated"), pl.col(f"{read or column}_read").alias("read"))
    return pair.filter(~pl.col("stated").eq_missing(pl.col("read"))).rows()

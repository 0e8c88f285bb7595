"""A city's feeds as bytes ready to be served or saved: one page a publisher, broken ones included."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, time
from email.utils import format_datetime

from pulsecity_pipeline.sandbox.catalog import PUBLISHERS, Publisher
from pulsecity_pipeline.sandbox.defects import break_page
from pulsecity_pipeline.sandbox.ics_dialects import render_calendar
from pulsecity_pipeline.sandbox.model import World
from pulsecity_pipeline.sandbox.publishing_v1 import publish_entries
from pulsecity_pipeline.sandbox.rss_dialect import render_rss


@dataclass(frozen=True)
class SandboxPage:
    """One publisher's page: `body` before any compression, validators as the server states them."""

    publisher: Publisher
    city_id: str
    status: int
    content_type: str
    body: bytes
    etag: str
    last_modified: str

    @property
    def url(self) -> str:
        return self.publisher.url(self.city_id)


def build_pages(world: World) -> tuple[SandboxPage, ...]:
    """All pages of a city in the catalog's order."""
    return tuple(_build_page(world, publisher) for publisher in PUBLISHERS)


def _build_page(world: World, publisher: Publisher) -> SandboxPage:
    render = render_rss if publisher.source == "rss" else render_calendar
    whole = render(world, publisher, publish_entries(world, publisher))
    status, content_type, body = break_page(publisher, whole)
    return SandboxPage(
        publisher=publisher,
        city_id=world.city.city_id,
        status=status,
        content_type=content_type,
        body=body,
        etag=f'"{hashlib.sha256(body).hexdigest()[:20]}"',
        last_modified=format_datetime(datetime.combine(world.as_of, time(2), UTC), usegmt=True),
    )

"""Source `pages`: web pages without markup of events, by selectors that are declared for each site."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial

import orjson
from selectolax.lexbor import LexborHTMLParser

from pulsecity_pipeline.config.selectors import Site, load_sites
from pulsecity_pipeline.sources.fetching import fetch_feeds
from pulsecity_pipeline.sources.formats.json_records import read_json, split_json
from pulsecity_pipeline.sources.formats.page_faults import fault_foreign_body, fault_page
from pulsecity_pipeline.sources.formats.selected import find_site, page_address, select_records
from pulsecity_pipeline.sources.formats.selected_rows import NOT_COLUMNS, read_selected
from pulsecity_pipeline.sources.formats.text_bytes import sniff_text
from pulsecity_pipeline.sources.protocol import Client, Feed, FetchedPage, ReadResult, Split, Validators, Window

NAME = "pages"


def fetch(client: Client, feeds: Iterable[Feed], validators: dict[str, Validators]) -> Iterator[FetchedPage]:
    """One page a feed."""
    return fetch_feeds(client, feeds, validators)


def split(body: bytes) -> Split:
    """Body → records `item/<n>`: the texts that the site's selectors find; what else changes on a page is no change.

    Context: `site`, its name; `repeated`, addresses that several records have. Faults: `empty_body`; `contract_drift`
    of a page of no declared site, and of one without records that does not say that it has none.
    """
    text = sniff_text(body)
    if not text.strip():
        return Split([], [fault_foreign_body(body, "page")])
    tree, sites = LexborHTMLParser(text), load_sites()
    name = find_site(tree, sites)
    if name is None:
        told = f"no declared site, at {page_address(tree)}: {fault_foreign_body(body, 'page').reason}"
        return Split([], [fault_page("contract_drift", told)])
    site = sites[name]
    found = select_records(tree, site)
    if not found and not (site.empty and tree.css_first(site.empty)):
        return Split([], [fault_page("contract_drift", f"site {name}: nothing is found by {site.record!r}")])
    urls = Counter(record.get("url", "") for record in found)
    context = {"site": name, "repeated": [url for url, count in urls.items() if url and count > 1]}
    records = split_json(orjson.dumps(found), records="", key="url").records
    return Split([replace(record, is_windowed=site.has_open_years) for record in records], [], context)


def read(split: Split, window: Window) -> ReadResult:
    """Records → rows. Rules of record faults beside the common ones: invalid_start.

    A day without a year is the one that lies within `window`.
    """
    site = load_sites().get(split.context.get("site", ""))
    return ReadResult() if site is None else read_json(split, partial(read_selected, site, window), _fields(site))


def _fields(site: Site) -> list[str]:
    return [*NOT_COLUMNS, *map(str, site.fields)]

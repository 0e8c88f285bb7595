"""The texts that a site's selectors find on one of its pages: one dictionary a record."""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pulsecity_pipeline.config.selectors import Pick, Site

_ADDRESSES = (("link[rel='canonical' i]", "href"), ("meta[property='og:url' i]", "content"), ("base[href]", "href"))
_LINKS = ("url", "image_url", "online_url")


def find_site(tree: LexborHTMLParser, sites: Mapping[str, Site]) -> str | None:
    """The site whose host the page's address is on, else the one whose `matches` finds something."""
    host = (urlsplit(page_address(tree) or "").hostname or "").lower()
    by_host = (name for name, site in sites.items() if site.host and f".{host}".endswith(f".{site.host}"))
    by_match = (name for name, site in sites.items() if site.matches and tree.css_first(site.matches))
    return next(by_host, None) or next(by_match, None)


def page_address(tree: LexborHTMLParser) -> str | None:
    """What the page says is its address."""
    for css, attribute in _ADDRESSES:
        found = tree.css_first(css)
        address = found.attributes.get(attribute) if found else None
        if address and address.startswith("http"):
            return address
    return None


def select_records(tree: LexborHTMLParser, site: Site) -> list[dict[str, str]]:
    """Field name → text of every record, in page order; fields that find nothing are left out."""
    base = page_address(tree) or site.base or ""
    records = tree.css(site.record)
    headings = _headings(tree, site, records)
    return [_read(tree, site, node, heading, base) for node, heading in zip(records, headings, strict=True)]


def _headings(tree: LexborHTMLParser, site: Site, records: list[LexborNode]) -> list[LexborNode | None]:
    """For each record the last heading before it."""
    if site.heading is None:
        return [None] * len(records)
    wanted = {node.mem_id for node in records}
    last: LexborNode | None = None
    found: list[LexborNode | None] = []
    for node in tree.css(f"{site.heading}, {site.record}"):
        if node.mem_id in wanted:
            found.append(last)
        else:
            last = node
    return found


def _read(
    tree: LexborHTMLParser, site: Site, record: LexborNode, heading: LexborNode | None, base: str
) -> dict[str, str]:
    nodes = {"record": record, "heading": heading, "page": tree.root}
    asked: dict[str, Iterable[Pick]] = {
        "start": site.start,
        "end": site.end,
        "times": site.times,
        "categories": site.categories,
        **{str(name): picks for name, picks in site.fields.items()},
    }
    texts = {name: _first(nodes, picks) for name, picks in asked.items()}
    return {name: urljoin(base, text) if name in _LINKS else text for name, text in texts.items() if text}


def _first(nodes: Mapping[str, LexborNode | None], picks: Iterable[Pick]) -> str | None:
    return next((text for pick in picks if (text := _pick(nodes[pick.of], pick))), None)


def _pick(node: LexborNode | None, pick: Pick) -> str | None:
    found = node.css_first(pick.css) if node is not None and pick.css else node
    if found is None:
        return None
    text = found.attributes.get(pick.attribute) if pick.attribute else found.text(separator=" ")
    text = " ".join((text or "").split())
    if pick.pattern is None:
        return text or None
    matched = re.search(pick.pattern, text)
    return (matched[1] or "").strip() or None if matched else None

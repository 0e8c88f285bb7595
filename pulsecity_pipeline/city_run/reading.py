"""Reading: the bodies of a city's pages → typed readings, faults, and facts about each page."""

import logging
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from pulsecity_pipeline.contracts import Reading
from pulsecity_pipeline.sources.protocol import Fault, ReadResult, Source, Split, Window
from pulsecity_pipeline.sources.readings import readings_frame

logger = logging.getLogger(__name__)

#: One row per page: what its records became. Columns in the order that metrics.source_health takes them.
PAGE_FACTS = pl.Schema(
    {
        "source": pl.String(),
        "feed": pl.String(),
        "page_id": pl.String(),
        "outcome": pl.String(),
        "reason": pl.String(),
        "size_bytes": pl.Int64(),
        "records": pl.Int64(),
        "expansions": pl.Int64(),
        "repeats": pl.Int64(),
        "unread_fields": pl.List(pl.String()),
    }
)
#: One row per fault of split or read, or page that did not come.
FAULTS = pl.Schema(
    {
        "source": pl.String(),
        "feed": pl.String(),
        "page_id": pl.String(),
        "pointer": pl.String(),
        "stage": pl.String(),
        "rule": pl.String(),
        "field": pl.String(),
        "reason": pl.String(),
        "payload": pl.String(),
        "is_record": pl.Boolean(),
    }
)


@dataclass(frozen=True)
class CityReadings:
    """`readings` has contract Reading; `faults` FAULTS; `page_facts` PAGE_FACTS."""

    readings: pl.DataFrame
    faults: pl.DataFrame
    page_facts: pl.DataFrame


def read_pages(
    pages: pl.DataFrame, bodies: Mapping[str, bytes], sources: Mapping[str, Source], window: Window
) -> CityReadings:
    """Rows of raw.pages and their bodies by SHA-256 → readings, faults and page facts; one bad page is one fault."""
    read = [_read_page(page, bodies, sources, window) for page in pages.sort("source", "feed", "page_id").to_dicts()]
    frames = [frame for frame, _, _ in read if frame.height] or [Reading.empty()]
    faults = [fault for _, found, _ in read for fault in found]
    facts = [fact for _, _, fact in read]
    return CityReadings(pl.concat(frames), pl.DataFrame(faults, schema=FAULTS), pl.DataFrame(facts, schema=PAGE_FACTS))


def _read_page(
    page: Mapping[str, Any], bodies: Mapping[str, bytes], sources: Mapping[str, Source], window: Window
) -> tuple[pl.DataFrame, list[dict[str, Any]], dict[str, Any]]:
    body = bodies.get(page["body_sha256"]) if page["body_sha256"] else None
    if body is None:
        split, result = Split([], [_missing_page(page)]), ReadResult()
    else:
        split, result = _read_body(body, sources[page["source"]], window)
    frame = readings_frame(result, source=page["source"], feed=page["feed"], page_id=page["page_id"])
    faults = [*split.faults, *result.faults]
    origin = {name: page[name] for name in ("source", "feed", "page_id")}
    fact = {
        **origin,
        "outcome": page["outcome"],
        "reason": page["reason"],
        "size_bytes": page["size_bytes"],
        "records": len(split.records) + sum(fault.is_record for fault in split.faults),
        "expansions": int(frame["is_expansion"].sum()),
        "repeats": result.repeats,
        "unread_fields": list(_describe_unread(result.unread)),
    }
    return frame, [{**origin, **_fault_row(fault)} for fault in faults], fact


def _read_body(body: bytes, source: Source, window: Window) -> tuple[Split, ReadResult]:
    try:
        split = source.split(body)
        return split, source.read(split, window)
    except Exception as error:
        # Sources promise not to raise; where one does, its page is the price and not the city.
        logger.exception("source %s could not read a page", source.NAME)
        reason = f"source {source.NAME}: {type(error).__name__}: {error}"
        return Split([], [Fault("page", "read", "source_error", reason, is_record=False)]), ReadResult()


def _missing_page(page: Mapping[str, Any]) -> Fault:
    reason = page["reason"] or f"{page['outcome']}, and no body is kept"
    return Fault("page", "fetch", "page_failed", reason, is_record=False)


def _fault_row(fault: Fault) -> dict[str, Any]:
    return {name: getattr(fault, name) for name in FAULTS.names() if hasattr(fault, name)}


def _describe_unread(unread: Counter[str]) -> Iterator[str]:
    for name, count in sorted(unread.items(), key=lambda item: (-item[1], item[0])):
        yield f"{name}={count}"

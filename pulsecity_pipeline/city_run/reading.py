"""Reading: the bodies of a city's pages → typed readings of what is new or changed, faults, and facts of each page."""

import logging
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from pulsecity_pipeline.city_run.reusing import RECORDS, choose_reused
from pulsecity_pipeline.contracts import Listing, Reading, RecordOutcome
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
        "records_read": pl.Int64(),
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
    """`readings` has contract Reading; `faults` FAULTS; `page_facts` PAGE_FACTS; `records` what `choose_reused` gives;
    `pages` the rows of raw.pages.
    """

    readings: pl.DataFrame
    faults: pl.DataFrame
    page_facts: pl.DataFrame
    records: pl.DataFrame
    pages: pl.DataFrame


@dataclass(frozen=True)
class KnownRecords:
    """What need not be read again: raw.records and clean.listings of the night before, and who read them then."""

    records: pl.DataFrame
    listings: pl.DataFrame
    reader: str

    @classmethod
    def nothing(cls) -> "KnownRecords":
        return cls(RecordOutcome.empty(), Listing.empty(), "")


def read_pages(
    pages: pl.DataFrame,
    bodies: Mapping[str, bytes],
    sources: Mapping[str, Source],
    window: Window,
    known: KnownRecords,
) -> CityReadings:
    """Rows of raw.pages and their bodies by SHA-256 → readings, faults, page facts and records.

    Records that stand as `known` are not read; one bad page is one fault.
    """
    rows = pages.sort("source", "feed", "page_id").to_dicts()
    splits = [_split_page(page, bodies, sources) for page in rows]
    records = choose_reused(_list_records(rows, splits), known.records, known.listings, reader=known.reader)
    reused = _group_pointers(records.filter("is_reused"))
    read = [
        _read_page(page, split, reused.get(page["page_id"], frozenset()), sources, window)
        for page, split in zip(rows, splits, strict=True)
    ]
    readings = pl.concat([frame for frame, _, _ in read if frame.height] or [Reading.empty()])
    distinct = readings.unique(["source", "feed", "source_event_id"], keep="first", maintain_order=True)
    faults = [fault for _, found, _ in read for fault in found]
    facts = pl.DataFrame([fact for _, _, fact in read], schema=PAGE_FACTS)
    again = [_count_repeated(readings, distinct), _count_reused_repeats(records)]
    return CityReadings(distinct, pl.DataFrame(faults, schema=FAULTS), _add_repeats(facts, again), records, pages)


def _list_records(rows: list[dict[str, Any]], splits: list[Split]) -> pl.DataFrame:
    """The records of all pages as RECORDS, in page order."""
    listed = [
        (page["source"], page["feed"], page["page_id"], position, r.pointer, r.key, r.fingerprint, r.is_windowed)
        for page, split in zip(rows, splits, strict=True)
        for position, r in enumerate(split.records)
    ]
    return pl.DataFrame(listed, schema=RECORDS, orient="row")


def _group_pointers(records: pl.DataFrame) -> dict[str, frozenset[str]]:
    grouped = records.group_by("page_id").agg("pointer")
    return {page_id: frozenset(pointers) for page_id, pointers in grouped.iter_rows()}


def _count_repeated(readings: pl.DataFrame, distinct: pl.DataFrame) -> pl.DataFrame:
    """Per page (`page_id`, `more`) how many of its readings say again what an earlier reading of the feed says."""
    kept = distinct.group_by("page_id").agg(kept=pl.len().cast(pl.Int64))
    counted = readings.group_by("page_id").agg(read=pl.len().cast(pl.Int64)).join(kept, on="page_id", how="left")
    return counted.select("page_id", more=pl.col("read") - pl.col("kept").fill_null(0))


def _count_reused_repeats(records: pl.DataFrame) -> pl.DataFrame:
    again = records.filter(pl.col("is_reused") & (pl.col("outcome") == "repeat"))
    return again.group_by("page_id").agg(more=pl.len().cast(pl.Int64))


def _add_repeats(facts: pl.DataFrame, again: list[pl.DataFrame]) -> pl.DataFrame:
    """Page facts with the further repeats of their pages."""
    counted = pl.concat(again).group_by("page_id").agg(pl.sum("more"))
    met = facts.join(counted, on="page_id", how="left", maintain_order="left")
    return met.with_columns(repeats=pl.col("repeats") + pl.col("more").fill_null(0)).drop("more")


def _read_page(
    page: Mapping[str, Any], split: Split, reused: frozenset[str], sources: Mapping[str, Source], window: Window
) -> tuple[pl.DataFrame, list[dict[str, Any]], dict[str, Any]]:
    wanted = [record for record in split.records if record.pointer not in reused]
    result, frame = ReadResult(), Reading.empty()
    if wanted:
        result = _read_records(Split(wanted, [], split.context), sources[page["source"]], window)
        frame = readings_frame(result, source=page["source"], feed=page["feed"], page_id=page["page_id"])
    faults = [*split.faults, *result.faults]
    origin = {name: page[name] for name in ("source", "feed", "page_id")}
    fact = {
        **origin,
        "outcome": page["outcome"],
        "reason": page["reason"],
        "size_bytes": page["size_bytes"],
        "records": len(split.records) + sum(fault.is_record for fault in split.faults),
        "records_read": len(wanted),
        "expansions": int(frame["is_expansion"].sum()),
        "repeats": result.repeats,
        "unread_fields": list(_describe_unread(result.unread)),
    }
    return frame, [{**origin, **_fault_row(fault)} for fault in faults], fact


def _split_page(page: Mapping[str, Any], bodies: Mapping[str, bytes], sources: Mapping[str, Source]) -> Split:
    body = bodies.get(page["body_sha256"]) if page["body_sha256"] else None
    if body is None:
        return Split([], [_missing_page(page)])
    source = sources[page["source"]]
    try:
        return source.split(body)
    except Exception as error:
        return Split([], [_fault_source(source, error)])


def _read_records(split: Split, source: Source, window: Window) -> ReadResult:
    try:
        return source.read(split, window)
    except Exception as error:
        lost = [Fault(r.pointer, "read", "source_error", _tell_error(source, error)) for r in split.records]
        return ReadResult(faults=[*lost, _fault_source(source, error)])


def _fault_source(source: Source, error: Exception) -> Fault:
    """Sources promise not to raise; where one does, its page is the price and not the city."""
    logger.exception("source %s could not read a page", source.NAME)
    return Fault("page", "read", "source_error", _tell_error(source, error), is_record=False)


def _tell_error(source: Source, error: Exception) -> str:
    return f"source {source.NAME}: {type(error).__name__}: {error}"


def _missing_page(page: Mapping[str, Any]) -> Fault:
    reason = page["reason"] or f"{page['outcome']}, and no body is kept"
    return Fault("page", "fetch", "page_failed", reason, is_record=False)


def _fault_row(fault: Fault) -> dict[str, Any]:
    return {name: getattr(fault, name) for name in FAULTS.names() if hasattr(fault, name)}


def _describe_unread(unread: Counter[str]) -> Iterator[str]:
    for name, count in sorted(unread.items(), key=lambda item: (-item[1], item[0])):
        yield f"{name}={count}"

"""Rows of open-data portals by a dataset's configuration: which dataset a page is of, and each row's columns."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, time
from functools import partial
from typing import Any

import orjson

from pulsecity_pipeline.config.datasets import Dataset, Words
from pulsecity_pipeline.identity import hash_id
from pulsecity_pipeline.sources.formats.clock_times import join_clock
from pulsecity_pipeline.sources.formats.json_records import read_json, split_json
from pulsecity_pipeline.sources.formats.json_values import list_texts, pick, pick_text, state_text
from pulsecity_pipeline.sources.formats.moments import read_end, read_moment, read_updated, state_end, state_start
from pulsecity_pipeline.sources.formats.page_faults import fault_page
from pulsecity_pipeline.sources.formats.points import read_point
from pulsecity_pipeline.sources.formats.record_errors import RecordError
from pulsecity_pipeline.sources.formats.slots import read_slots, spread_slots, window_records
from pulsecity_pipeline.sources.protocol import ReadResult, Split, Window

Datasets = Mapping[str, Dataset]
#: A run is told in days from this many on.
_RUN_DAYS = 2


def split_dataset(
    body: bytes,
    datasets: Datasets,
    list_rows: Callable[[Any], Any],
    *,
    volatile: Collection[str],
    errors: Collection[str],
) -> Split:
    """Body → records `item/<n>`; context: `dataset`, the name of the one whose columns the rows have.

    Faults: as `split_json`; `contract_drift` also where rows are of no configured dataset.
    """
    chosen: list[str] = []

    def choose(content: Any) -> Any:
        rows = list_rows(content)
        chosen.extend(_find(datasets, rows) if isinstance(rows, list) else [])
        return rows

    def key(item: dict[str, Any]) -> Any:
        return item.get(datasets[chosen[0]].id[0]) if chosen else None

    split = split_json(body, records=choose, key=key, volatile=volatile, errors=errors)
    if not split.records:
        return split
    if not chosen:
        names = sorted({name for record in split.records[:20] for name in _names(record.payload)})
        return Split([], [fault_page("contract_drift", f"no dataset has these columns: {', '.join(names[:40])}")])
    records = window_records(split.records, datasets[chosen[0]].slots)
    return Split(records, split.faults, {"dataset": chosen[0]})


def read_dataset(split: Split, datasets: Datasets, window: Window, system: Collection[str] = ()) -> ReadResult:
    """Records → rows and, of rows with several slots, expansions within `window`; `system` are the portal's fields."""
    dataset = datasets.get(split.context.get("dataset", ""))
    if dataset is None:
        return ReadResult()
    result = read_json(split, partial(_read_row, dataset), {*dataset.known, *system})
    return spread_slots(result, window)


def _find(datasets: Datasets, rows: list[Any]) -> list[str]:
    """The dataset most of whose marks the rows show, if they show all; portals leave out what is null."""
    shown = {name for row in rows[:200] if isinstance(row, dict) for name in row}
    found = [name for name, dataset in datasets.items() if dataset.marks <= shown]
    return sorted(found, key=lambda name: -len(datasets[name].known & shown))[:1]


def _names(payload: bytes) -> list[str]:
    return list(orjson.loads(payload))


def _read_row(dataset: Dataset, item: dict[str, Any], context: dict[str, Any], unread: Counter[str]) -> dict[str, Any]:
    row: dict[str, Any] = {str(name): text for name, text in dataset.constants.items()}
    for name, columns in dataset.columns.items():
        text = pick_text(item, *columns)
        if text is not None:
            row[name] = dataset.translations[name].get(text, text) if name in dataset.translations else text
    if dataset.venue_ends and dataset.venue_ends in row.get("address", ""):
        row["venue_name"] = row["address"].partition(dataset.venue_ends)[0]
    row |= _read_times(dataset, item)
    row |= _read_id(dataset, item)
    row |= read_point(item, dataset.point)
    if dataset.updated:
        row["source_updated_at"] = read_updated(item.get(dataset.updated))
    if dataset.categories:
        row["categories"] = _read_categories(dataset, item)
    if dataset.free:
        row["is_free"] = _tell(dataset.free, item, unread)
    if dataset.online and (online := _tell(dataset.online, item, unread)) is not None:
        row["attendance_mode"] = "online" if online else "offline"
    return row


def _read_id(dataset: Dataset, item: dict[str, Any]) -> dict[str, Any]:
    """The id, with a hash of the other columns that tell rows of one id apart: each is one of a series."""
    stated = [state_text(item.get(column)) or "" for column in dataset.id]
    if not stated[0]:
        raise RecordError("missing_id", dataset.id[0], "no id is stated")
    if len(stated) == 1:
        return {"source_event_id": stated[0]}
    return {"source_event_id": f"{stated[0]}#{hash_id('row', *stated[1:])[4:]}", "series_uid": stated[0]}


def _read_times(dataset: Dataset, item: dict[str, Any]) -> dict[str, Any]:
    slots = read_slots(pick(item, dataset.slots), dataset.zone) if dataset.slots else []
    if slots:
        return {"slots": slots, **slots[0]}
    if dataset.start_time:
        start = join_clock(item.get(dataset.start), item.get(dataset.start_time), dataset.zone)
        end = _join_end(dataset, item) if start and not start.is_date else {}
        return {**state_start(start), **end}
    times = state_start(read_moment(item.get(dataset.start), dataset.zone))
    if dataset.end:
        times |= read_end(item.get(dataset.end), dataset.zone)
    return _as_run(times) if dataset.has_runs else times


def _as_run(times: dict[str, Any]) -> dict[str, Any]:
    """Of a run of several days only the days are told: its hours are those of opening, not one long event."""
    start, end = times.get("start_wall"), times.get("end_wall")
    if start is None or end is None or (end.date() - start.date()).days < _RUN_DAYS:
        return times
    days = {name: datetime.combine(wall.date(), time.min) for name, wall in (("start_wall", start), ("end_wall", end))}
    return times | days | {"start_is_date": True, "end_is_date": True}


def _join_end(dataset: Dataset, item: dict[str, Any]) -> dict[str, Any]:
    """An end without a time is none."""
    if not (dataset.end and dataset.end_time):
        return {}
    try:
        end = join_clock(item.get(dataset.end), item.get(dataset.end_time), dataset.zone, field="end")
    except RecordError:
        return {}
    return {} if end is None or end.is_date else state_end(end)


def _read_categories(dataset: Dataset, item: dict[str, Any]) -> list[str]:
    words: list[str] = []
    for column in dataset.categories:
        for text in list_texts(item.get(column)):
            for separator in dataset.separators[1:]:
                text = text.replace(separator, dataset.separators[0])
            words += text.split(dataset.separators[0])
    return list(dict.fromkeys(word.strip() for word in words if word.strip()))


def _tell(words: Words, item: dict[str, Any], unread: Counter[str]) -> bool | None:
    """A word of neither list is counted; so that a new one is seen."""
    value = pick(item, words.column)
    text = str(int(value)) if isinstance(value, bool) else state_text(value)
    if text is None:
        return None
    if text in words.so or text in words.not_so:
        return text in words.so
    unread[f"{words.column}={text}"[:80]] += 1
    return None

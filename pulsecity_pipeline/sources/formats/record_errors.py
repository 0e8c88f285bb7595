"""Typing records one by one: one bad record is one fault, one said twice is a repeat, and the others go on."""

from collections.abc import Callable, Iterable
from typing import Any

from pulsecity_pipeline.sources.protocol import Fault, ReadResult, Record


class RecordError(ValueError):
    """Why a record cannot become a row: rule, field, reason."""

    def __init__(self, rule: str, field: str | None, reason: str) -> None:
        super().__init__(reason)
        self.rule, self.field, self.reason = rule, field, reason


#: What code that reads a value of another kind than it expects raises.
_UNREADABLE = (TypeError, ValueError, KeyError, IndexError, AttributeError, ArithmeticError)


def type_records(
    records: Iterable[Record], read_record: Callable[[Record], dict[str, Any]], excerpt: Callable[[bytes], str]
) -> ReadResult:
    """Each record becomes a row (with its pointer and fingerprint), a fault or a repeat; never raises.

    Rules beside those of `read_record`: `missing_title`, `missing_start`, `missing_id`, `unreadable_record`. A record
    that gives the id of an earlier one of the page is a repeat.
    """
    result = ReadResult()
    seen: set[str] = set()
    for record in records:
        try:
            row = _require_row(read_record(record))
        except RecordError as error:
            result.faults.append(_fault(record, error, excerpt))
            continue
        except _UNREADABLE as error:
            found = RecordError("unreadable_record", None, f"{type(error).__name__}: {error}"[:200])
            result.faults.append(_fault(record, found, excerpt))
            continue
        if row["source_event_id"] in seen:
            result.repeats += 1
            continue
        seen.add(row["source_event_id"])
        result.rows.append(row | {"pointer": record.pointer, "fingerprint": record.fingerprint})
    return result


def _require_row(row: dict[str, Any]) -> dict[str, Any]:
    for name, rule in (("title", "missing_title"), ("start_wall", "missing_start"), ("source_event_id", "missing_id")):
        if not row.get(name):
            raise RecordError(rule, name, f"no {name.partition('_')[0]} is stated")
    return row


def _fault(record: Record, error: RecordError, excerpt: Callable[[bytes], str]) -> Fault:
    return Fault(record.pointer, "read", error.rule, error.reason, error.field, excerpt(record.payload))

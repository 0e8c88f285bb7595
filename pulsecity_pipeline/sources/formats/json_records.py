"""Cutting a JSON body into records and typing them one by one: what every source that speaks JSON shares."""

from collections import Counter
from collections.abc import Callable, Collection
from typing import Any

import orjson

from pulsecity_pipeline.sources.formats.fingerprints import fingerprint_bytes
from pulsecity_pipeline.sources.formats.json_values import pick, state_text
from pulsecity_pipeline.sources.formats.page_faults import fault_foreign_body, fault_page
from pulsecity_pipeline.sources.formats.record_errors import RecordError, type_records
from pulsecity_pipeline.sources.formats.text_bytes import sniff_text
from pulsecity_pipeline.sources.protocol import Fault, ReadResult, Record, Split

Item = dict[str, Any]
ReadRow = Callable[[Item, dict[str, Any], Counter[str]], dict[str, Any]]

_PERSONAL = frozenset({"attendees", "rsvps", "hosts", "guests", "email", "phone", "phone_number", "user", "member"})
_EXCERPT_CHARACTERS = 500


def list_words(text: str) -> frozenset[str]:
    """The words of a text: how the known fields of a record are written down."""
    return frozenset(text.split())


def load_json(body: bytes) -> Any:
    """The content of a body, whatever its encoding and mark. Raises ValueError (also for JSON nested too deep)."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return orjson.loads(sniff_text(body).strip("\ufeff \t\r\n\x00"))


def split_json(
    body: bytes,
    *,
    records: str | Callable[[Any], Any],
    key: str | Callable[[Item], Any],
    volatile: Collection[str] = (),
    context: Callable[[Any], dict[str, Any]] | None = None,
    errors: Collection[str] = ("error", "errors"),
    is_empty: Callable[[Any], bool] = lambda _: False,
) -> Split:
    """Body → records `<records>/<n>` in canonical JSON (sorted keys); never raises.

    `records` is the dotted path of the list ("" for a body that is one), or a function of the content that gives the
    list; `key` the dotted path of the record's id, or a function of the record; `volatile` top-level fields that change
    though nothing has; `context` what of the page its records need; `errors` where errors are told with HTTP 200;
    `is_empty` tells the contents that honestly have no list.
    Faults: `empty_body`, `not_json`, `api_error`, `contract_drift` (no list where it should be) of the page;
    `not_an_object` of a record.
    """
    try:
        content = load_json(body)
    except ValueError:
        fault = fault_foreign_body(body, "json")
        return Split([], [fault if fault.rule == "empty_body" else _not_json(fault)])
    path = records if isinstance(records, str) else "item"
    try:
        found = pick(content, path) if isinstance(records, str) else records(content)
    except (TypeError, KeyError, IndexError, AttributeError, ValueError):
        found = None
    if not isinstance(found, list):
        return Split([], [] if _holds(is_empty, content) else [_explain_drift(content, path, errors)])
    cut, faults = [], []
    shared = context(content) if context else {}
    for number, item in enumerate(found):
        pointer = f"{path or 'item'}/{number}"
        if isinstance(item, dict):
            cut.append(_cut_record(pointer, item, key, volatile))
        else:
            reason = f"expected an object, found {type(item).__name__}"
            faults.append(Fault(pointer, "split", "not_an_object", reason, payload=str(item)[:_EXCERPT_CHARACTERS]))
    return Split(cut, faults, shared)


def read_json(split: Split, read_row: ReadRow, known: Collection[str]) -> ReadResult:
    """Records of `split_json` → rows, faults, repeats and the counts of top-level fields that are not `known`.

    `read_row(item, context, unread)` gives the columns of contract Reading, or raises RecordError; see
    `type_records` for the rules that all sources share.
    """
    unread: Counter[str] = Counter()
    fields = frozenset(known)

    def read_record(record: Record) -> dict[str, Any]:
        item = orjson.loads(record.payload)
        for name in item.keys() - fields:
            unread[name] += 1
        return read_row(item, split.context, unread)

    result = type_records(split.records, read_record, excerpt_json)
    result.unread = unread
    return result


def excerpt_json(payload: bytes) -> str:
    """The first 500 characters of a record without the fields that may name private persons."""
    item = orjson.loads(payload)
    kept = {name: value for name, value in item.items() if name.lower() not in _PERSONAL}
    return orjson.dumps(kept).decode()[:_EXCERPT_CHARACTERS]


def require(value: Any, field: str, rule: str = "missing_field") -> Any:
    """The value. Raises RecordError where it is missing or blank."""
    if value is None or value == "":
        raise RecordError(rule, field, f"{field} is missing")
    return value


def _cut_record(pointer: str, item: Item, key: str | Callable[[Item], Any], volatile: Collection[str]) -> Record:
    payload = orjson.dumps(item, option=orjson.OPT_SORT_KEYS)
    stable = payload
    if volatile and not item.keys().isdisjoint(volatile):
        kept = {name: value for name, value in item.items() if name not in volatile}
        stable = orjson.dumps(kept, option=orjson.OPT_SORT_KEYS)
    stated = pick(item, key) if isinstance(key, str) else key(item)
    return Record(pointer, payload, fingerprint_bytes(stable), state_text(stated) or "")


def _not_json(fault: Fault) -> Fault:
    return fault_page("not_json", fault.reason, fault.payload)


def _holds(is_empty: Callable[[Any], bool], content: Any) -> bool:
    try:
        return is_empty(content)
    except (TypeError, KeyError, IndexError, AttributeError, ValueError):
        return False


def _explain_drift(content: Any, path: str, errors: Collection[str]) -> Fault:
    """An error told in a good answer, or an answer of another shape than it was."""
    for name in errors:
        if (told := pick(content, name)) not in (None, "", [], {}):
            text = told if isinstance(told, str) else orjson.dumps(told).decode()
            return fault_page("api_error", f"{name}: {text[:200]}")
    shape = f"fields {', '.join(sorted(content)[:12])}" if isinstance(content, dict) else type(content).__name__
    return fault_page("contract_drift", f"no list of records at {path or 'the root'!r}: found {shape}")

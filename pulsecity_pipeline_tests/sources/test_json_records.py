"""What all JSON sources share: a page of another shape is told, a bad record is one fault, nothing raises."""

from collections import Counter
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulsecity_pipeline.sources.formats.json_records import read_json, split_json
from pulsecity_pipeline.sources.formats.record_errors import RecordError
from pulsecity_pipeline.sources.protocol import ReadResult, Split

KNOWN = {"id", "name", "at", "seen"}


def cut(content: Any, **more: Any) -> Split:
    body = content if isinstance(content, bytes) else orjson.dumps(content)
    return split_json(body, **({"records": "events", "key": "id", "volatile": ["seen"]} | more))


def read_row(item: dict[str, Any], context: dict[str, Any], unread: Counter[str]) -> dict[str, Any]:
    if item.get("at") == "never":
        raise RecordError("no_date", "at", "never is no date")
    return {"source_event_id": item.get("id"), "title": item["name"], "start_wall": item["at"] or context["at"]}


def read(content: Any, **more: Any) -> ReadResult:
    return read_json(cut(content, **more), read_row, KNOWN)


@pytest.mark.parametrize(
    ("body", "rule", "reason"),
    [
        (b"", "empty_body", "empty body"),
        (b"  \n", "empty_body", "empty body"),
        (b"<!doctype html><title>Just a moment</title>", "not_json", "HTML page: Just a moment"),
        (b'{"events": [', "not_json", ""),
        (b"[" * 100_000, "not_json", ""),
        (b'{"error": {"code": 4}}', "api_error", 'error: {"code":4}'),
        (b'{"items": []}', "contract_drift", "no list of records at 'events': found fields items"),
        (b"[1]", "contract_drift", "found list"),
        (b'{"events": {"1": 2}}', "contract_drift", "found fields events"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_page_of_another_shape_is_one_fault_of_the_page(body: bytes, rule: str, reason: str) -> None:
    split = cut(body)
    assert split.records == []
    assert [(fault.pointer, fault.rule, fault.is_record) for fault in split.faults] == [("page", rule, False)]
    assert reason in split.faults[0].reason


def test_an_honestly_empty_page_is_no_fault() -> None:
    assert cut({"events": []}).faults == []
    assert cut({"total": 0}, is_empty=lambda content: content["total"] == 0) == Split([])
    assert [fault.rule for fault in cut({"x": 0}, is_empty=lambda content: content["total"] == 0).faults] == [
        "contract_drift"
    ]


def test_marks_and_encodings_do_not_matter() -> None:
    plain = orjson.dumps({"events": [{"id": 1, "name": "Café"}]})
    for body in (b"\xef\xbb\xbf" + plain, plain.decode().encode("utf-16"), plain.decode().encode("cp1252")):
        assert orjson.loads(cut(body).records[0].payload)["name"] == "Café"


def test_fingerprints_know_neither_order_nor_volatile_fields() -> None:
    first, second, third = (
        cut({"events": [event]}).records[0].fingerprint
        for event in ({"id": 1, "name": "a", "seen": 5}, {"seen": 6, "name": "a", "id": 1}, {"id": 1, "name": "b"})
    )
    assert first == second != third


def test_a_bad_record_is_one_fault_and_the_others_go_on() -> None:
    good = {"id": "7", "name": "Choir", "at": "x"}
    bad = [{"id": "1", "at": "x"}, {"id": "2", "name": "", "at": "x"}, {"id": "3", "name": "a", "at": "never"}]
    bad += [{"id": "", "name": "a", "at": "x"}, {"id": "5", "name": "a", "at": ""}]
    result = read({"events": [*bad, good, good | {"name": "again"}, "text"]})
    assert [row["title"] for row in result.rows] == ["Choir"]
    assert [fault.rule for fault in result.faults] == [
        "unreadable_record", "missing_title", "no_date", "missing_id", "unreadable_record",
    ]  # fmt: skip
    assert result.repeats == 1
    assert result.rows[0]["pointer"] == "events/5"


def test_what_is_new_is_counted_and_who_is_named_is_not_kept() -> None:
    result = read({"events": [{"id": "1", "at": "x", "moon": 1, "email": "a@b.c", "hosts": ["Ada"]}] * 2})
    assert result.unread == {"moon": 2, "email": 2, "hosts": 2}
    kept = result.faults[0].payload or ""
    assert "moon" in kept
    assert "a@b.c" not in kept
    assert "Ada" not in kept


JSON = st.recursive(st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5), lambda inner: (
    st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["events", "id", "name", "at", "error"]), inner)
))  # fmt: skip


@given(JSON | st.binary(max_size=30))
def test_no_body_raises_and_records_are_accounted_for(content: Any) -> None:
    split = cut(content)
    result = read_json(split, read_row, KNOWN)
    assert len(split.records) == len(result.rows) + len(result.faults) + result.repeats

"""Rejects tell what a row held, and never whose it was."""

import json

import pytest

from pulsecity_pipeline.interactions.intake import read_new
from pulsecity_pipeline.interactions.rejecting import show_payload
from pulsecity_pipeline_tests.interactions.events import AT, KEY, drop, event

ID = "planted_user_7"


@pytest.mark.parametrize(
    "row",
    [
        event(ID, name="nap", properties={"page": f"/u/{ID}?x=1", ID: "me"}, id=f"{ID}-1"),
        event(f"{ID}@x", properties={"page": f"/u/{ID}@x"}),
        event(ID, properties={"deep": {"er": [ID]}}, more=ID),
        {"name": ID, "userId": ID, "properties": {ID: 5}, "id": ID},
        {"name": ID, "user_id": [ID], "properties": {"a": ID}},
        {"name": "nap", "user_id": 5, "timestamp": ID},
        {"user_id": {"id": ID}, ID: ID},
        json.dumps(event(ID)).encode()[:-20],
        json.dumps(ID).encode(),
        json.dumps([event(ID)]).encode(),
        b"\xff" + json.dumps(event(ID)).encode(),
    ],
)
def test_the_user_id_is_nowhere(row: object) -> None:
    (read,) = read_new([drop(row)], KEY, set(), received_at=AT)
    assert read.rejects.height == 1
    assert ID not in read.rejects.write_json()
    assert ID not in read.interactions.write_json()


def test_the_rest_is_kept() -> None:
    row = json.dumps(event(ID, name="nap", properties={"page": f"/u/{ID}"})).encode()
    shown = json.loads(show_payload(row) or "")
    assert shown == {"name": "nap", "timestamp": "2026-08-22T10:00:00Z", "properties": {"page": "/u/USER"}}


def test_each_reject_says_where_it_stood() -> None:
    (read,) = read_new([drop(event(), b"", b"nonsense", event("a!"))], KEY, set(), received_at=AT)
    rows = read.rejects.select("source", "line", "loc", "type").rows()
    assert rows == [
        ("a.jsonl", 3, ["body"], "json_invalid"),
        ("a.jsonl", 4, ["body", "user_id"], "string_too_short"),
    ]


def test_all_errors_of_a_row_are_told() -> None:
    (read,) = read_new([drop({"user_id": "a"})], KEY, set(), received_at=AT)
    told = json.loads(read.rejects["detail"][0])
    assert [one["loc"] for one in told] == [["body", "name"], ["body", "user_id"], ["body", "timestamp"]]
    assert all(one.keys() == {"loc", "msg", "type"} for one in told)

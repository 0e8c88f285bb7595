"""Drops: JSONL and Parquet give the same interactions; what cannot be read is one reject."""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import polars as pl
import pytest

from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.interactions.drops import Drop, find_drops, require_drops, split_drop
from pulsecity_pipeline.interactions.intake import read_new
from pulsecity_pipeline_tests.interactions.events import AT, KEY, drop, event

MOMENT = datetime(2026, 8, 22, 10, tzinfo=UTC)
PAIRS = pl.List(pl.Struct({"key": pl.String, "value": pl.String}))


def parquet(frame: pl.DataFrame, source: str = "a.parquet") -> Drop:
    held = BytesIO()
    frame.write_parquet(held)
    return Drop(source, held.getvalue())


@pytest.mark.parametrize(
    "properties",
    [
        pl.Series([{"a": "x", "b": None}]),
        pl.Series([[{"key": "a", "value": "x"}]], dtype=PAIRS),
        pl.Series(['{"a":"x"}']),
    ],
    ids=["struct", "map", "text"],
)
@pytest.mark.parametrize("moment", [MOMENT, "2026-08-22T10:00:00Z"])
def test_parquet_and_jsonl_agree(properties: pl.Series, moment: object) -> None:
    frame = pl.DataFrame({"name": "click", "user_id": "user_42", "timestamp": [moment], "id": [None], "more": 1})
    (ours,) = read_new([parquet(frame.with_columns(properties=properties))], KEY, set(), received_at=AT)
    (theirs,) = read_new([drop(event(properties={"a": "x"}))], KEY, set(), received_at=AT)
    assert ours.interactions.drop("source").equals(theirs.interactions.drop("source"))
    assert ours.rejects.is_empty()


def test_a_moment_without_a_zone_is_rejected() -> None:
    frame = pl.DataFrame({"name": "click", "user_id": "user_42", "timestamp": [MOMENT.replace(tzinfo=None)]})
    (read,) = read_new([parquet(frame)], KEY, set(), received_at=AT)
    assert read.rejects.select("line", "type").rows() == [(1, "timezone_aware")]


def test_columns_that_are_missing_are_missing_fields() -> None:
    (read,) = read_new([parquet(pl.DataFrame({"name": ["click", "save"]}))], KEY, set(), received_at=AT)
    assert read.rejects["type"].to_list() == ["missing", "missing"]
    assert read.rows == 2


@pytest.mark.parametrize("content", [b"", b"PAR1", b"user_42" * 99, parquet(pl.DataFrame({"a": [1]})).content[:-9]])
def test_a_file_that_is_no_parquet_is_one_reject(content: bytes) -> None:
    (read,) = read_new([Drop("a.parquet", content)], KEY, set(), received_at=AT)
    assert read.rejects.select("line", "type", "payload").rows() == [(None, "parquet_invalid", None)]
    assert read.rows == 1
    assert "user_42" not in read.rejects.write_json()


def test_a_page_that_is_no_list_is_one_reject() -> None:
    for body in (b"<html>", b"[]", b'{"events": 5}'):
        (read,) = read_new([Drop("endpoint/x", body, records="events")], KEY, set(), received_at=AT)
        assert read.rejects["type"].to_list() == ["page_invalid"]


def test_lines_are_counted_as_an_editor_does() -> None:
    found = split_drop(Drop("a.jsonl", b"\xef\xbb\xbf{}\r\n\r\n  \n{}"))
    assert found.numbers == [1, 4]


def test_which_files_are_drops(tmp_path: Path) -> None:
    for name in ("b.parquet", "a.jsonl", "c.jsonl.tmp", "notes.txt"):
        (tmp_path / name).touch()
    assert [path.name for path in find_drops(tmp_path)] == ["a.jsonl", "b.parquet"]
    assert find_drops(tmp_path / "none") == []
    with pytest.raises(ConfigurationError, match=r"notes\.txt: expected a file that ends in"):
        require_drops([tmp_path / "notes.txt"])

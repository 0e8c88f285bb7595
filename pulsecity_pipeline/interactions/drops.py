"""Drops: files of interactions, JSONL or Parquet, as rows of JSON with the line each stood on."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import orjson
import polars as pl

from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.interactions.event import Problem

SUFFIXES = (".jsonl", ".parquet")
FIELDS = ("name", "user_id", "timestamp", "properties", "id")


@dataclass(frozen=True)
class Drop:
    """One file, or one page of an endpoint, with its bytes."""

    source: str
    content: bytes
    #: The field of a page that lists its records; None for a file.
    records: str | None = None


@dataclass(frozen=True)
class Rows:
    """Rows of JSON, and the line or record of each; or why the whole cannot be read."""

    lines: list[bytes]
    numbers: list[int]
    problem: Problem | None = None


def find_drops(folder: Path) -> list[Path]:
    """The drops of a folder, by name; none where it is missing. Files being written have another suffix."""
    return sorted(path for path in folder.glob("*") if path.suffix in SUFFIXES and path.is_file())


def require_drops(paths: Iterable[Path]) -> list[Path]:
    """`paths`, if all are drops that are there. Raises ConfigurationError naming the first that is not."""
    wanted = list(paths)
    for path in wanted:
        if path.suffix not in SUFFIXES or not path.is_file():
            raise ConfigurationError(f"{path}: expected a file that ends in {' or '.join(SUFFIXES)}")
    return wanted


def load_drop(path: Path) -> Drop:
    """The file as it is now. Raises ConfigurationError where it cannot be opened."""
    try:
        return Drop(path.name, path.read_bytes())
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read: {error.strerror}") from error


def split_drop(drop: Drop) -> Rows:
    """The rows of a drop; never raises for what it holds. Blank lines are no rows."""
    if drop.records is not None:
        return _split_page(drop.content, drop.records)
    if drop.source.endswith(".parquet"):
        return _split_parquet(drop.content)
    lines = drop.content.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    numbers = [number for number, line in enumerate(lines, 1) if line and not line.isspace()]
    return Rows([lines[number - 1] for number in numbers], numbers)


def _split_parquet(content: bytes) -> Rows:
    try:
        frame = pl.read_parquet(BytesIO(content))
        frame = frame.select(name for name in FIELDS if name in frame.columns)
        lines = [orjson.dumps(row, default=str) for row in _plain_rows(frame)]
    except (pl.exceptions.PolarsError, OSError, ValueError, TypeError) as error:
        # What an error says could quote the file; its name does not.
        message = f"Parquet file cannot be read: {type(error).__name__}"
        return Rows([], [], Problem(("body",), message, "parquet_invalid"))
    return Rows(lines, list(range(1, len(lines) + 1)))


def _split_page(content: bytes, field: str) -> Rows:
    try:
        page = orjson.loads(content)
    except orjson.JSONDecodeError:
        page = None
    records = page.get(field) if isinstance(page, dict) else None
    if not isinstance(records, list):
        return Rows([], [], Problem(("body", field), f"expected an object with a list of {field}", "page_invalid"))
    return Rows([_dump(record) for record in records], list(range(1, len(records) + 1)))


def _dump(record: object) -> bytes:
    try:
        return orjson.dumps(record)
    except orjson.JSONEncodeError:
        # Deeper than it can be written again: no interaction is.
        return b"null"


def _plain_rows(frame: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """Rows as JSON would have them: moments written out, maps as objects, fields that are null left out."""
    for row in frame.iter_rows(named=True):
        plain = {name: _plain(value) for name, value in row.items() if value is not None}
        if isinstance(row.get("properties"), str):
            plain["properties"] = _parse(row["properties"])
        yield plain


def _plain(value: object) -> object:
    match value:
        case datetime() | date():
            return value.isoformat()
        case list() if all(isinstance(pair, dict) and pair.keys() == {"key", "value"} for pair in value):
            return {pair["key"]: pair["value"] for pair in value}
        case dict():
            return {name: inner for name, inner in value.items() if inner is not None}
    return value


def _parse(text: str) -> object:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text

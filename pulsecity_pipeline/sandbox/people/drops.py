"""How what is sent gets to the pipeline: files of lines, and an endpoint that lists it page by page."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import orjson
import polars as pl

#: Rows of a page where the query does not say, and at most.
PAGE_ROWS: Final = 500
MOST_ROWS: Final = 5_000


def write_drops(folder: Path, sent: pl.DataFrame) -> list[Path]:
    """Write SENT as JSONL, a file a drop, each renamed when it is whole; the files, by name."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for (name,), rows in sent.sort("drop", "line").partition_by("drop", as_dict=True, maintain_order=True).items():
        path = folder / str(name)
        partial = path.with_name(path.name + ".part")
        partial.write_bytes(("\n".join(rows["body"]) + "\n").encode())
        paths.append(partial.replace(path))
    return sorted(paths)


def answer_interactions(frame: pl.DataFrame, query: Mapping[str, str]) -> bytes:
    """A page of SENT in its order, as config/interactions.yaml expects it: `events` and `next_cursor`, null at the end.

    `query` may hold `cursor`, as a page before named it, and `limit`. Of an unknown cursor an `error` is told, and no
    `events`. What is no JSON stands as a text, for a page must be read.
    """
    cursor = re.fullmatch(r"r(\d{1,12})", query.get("cursor", "r0"))
    if cursor is None:
        return orjson.dumps({"error": "unknown cursor", "next_cursor": None})
    start, limit = int(cursor[1]), query.get("limit", "")
    rows = min(max(int(limit), 1), MOST_ROWS) if re.fullmatch(r"\d{1,6}", limit) else PAGE_ROWS
    page = frame.slice(start, rows)
    bodies = [
        orjson.Fragment(body) if defect != "truncated" else body
        for body, defect in page.select("body", "defect").rows()
    ]
    following = f"r{start + rows}" if start + rows < frame.height else None
    return orjson.dumps({"events": bodies, "next_cursor": following})

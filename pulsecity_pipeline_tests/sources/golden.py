"""Golden cases: a page beside what it must become, as `golden/<source>/<case>.page.*` and `<case>.rows.json`."""

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from pulsecity_pipeline.sources.protocol import Source, Window
from pulsecity_pipeline.sources.readings import readings_frame

FOLDER = Path(__file__).parent.parent / "golden"
#: The night all golden cases are read in.
AS_OF = date(2026, 8, 22)
_MARKS = ("is_expansion", "start_is_date", "end_is_date")
_CALLERS = ("source", "feed", "page_id", "fingerprint")


@dataclass(frozen=True)
class GoldenCase:
    source: str
    page: Path

    @property
    def expected(self) -> dict[str, Any]:
        stem = self.page.name.split(".page.")[0]
        found: dict[str, Any] = json.loads((self.page.parent / f"{stem}.rows.json").read_text("utf-8"))
        return found

    def __str__(self) -> str:
        return f"{self.source}/{self.page.name}"


def golden_cases(source: str | None = None) -> list[GoldenCase]:
    pages = sorted(FOLDER.glob(f"{source or '*'}/*.page.*"))
    return [GoldenCase(page.parent.name, page) for page in pages]


def render_page(source: Source, body: bytes) -> dict[str, Any]:
    """What a page becomes, in the shape of `.rows.json`: rows without nulls and without what the caller adds."""
    split = source.split(body)
    result = source.read(split, Window.around(AS_OF))
    frame = readings_frame(result, source=source.NAME, feed="feed", page_id="pag_aaaaaaaaaaaaaaaa")
    rows = [
        {name: _plain(value) for name, value in row.items() if name not in _CALLERS and not _is_blank(name, value)}
        for row in frame.iter_rows(named=True)
    ]
    faults = [[fault.pointer, fault.rule] for fault in (*split.faults, *result.faults)]
    return {"rows": rows, "faults": faults, "repeats": result.repeats}


def _is_blank(name: str, value: Any) -> bool:
    return value is None or value == [] or (value is False and name in _MARKS)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if hasattr(value, "isoformat") else value

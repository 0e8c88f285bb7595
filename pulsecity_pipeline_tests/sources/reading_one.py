"""What a source makes of one page or one record: the short way for tests that are about one habit."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import orjson

from pulsecity_pipeline.sources.protocol import Answer, ReadResult, Source, Validators, Window
from pulsecity_pipeline_tests.sources.golden import AS_OF


def read_page(source: Source, content: Any) -> ReadResult:
    """Rows and faults of a page, the faults of `split` before those of `read`."""
    split = source.split(content if isinstance(content, bytes) else orjson.dumps(content))
    result = source.read(split, Window.around(AS_OF))
    result.faults[:0] = split.faults
    return result


def read_row(source: Source, content: Any) -> dict[str, Any]:
    """The one row of a page: moments as text, money as numbers, without nulls, pointer and fingerprint; where there is
    a fault instead, `{"rule": ...}`.
    """
    result = read_page(source, content)
    if result.faults:
        assert len(result.faults) == 1
        return {"rule": result.faults[0].rule}
    assert len(result.rows) == 1
    return {
        name: _plain(value)
        for name, value in result.rows[0].items()
        if name not in ("pointer", "fingerprint") and value not in (None, [], "")
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, datetime) else value


class ScriptedClient:
    """Answers by a function (url, body) → body, status or Answer; keeps what was asked."""

    def __init__(self, answer: Callable[[str, bytes | None], Any]) -> None:
        self._answer = answer
        self.asked: list[tuple[str, bytes | None]] = []

    def get(self, url: str, validators: Validators = Validators(), body: bytes | None = None) -> Answer:
        self.asked.append((url, body))
        found = self._answer(url, body)
        shown = url if body is None else f"{url}#post-{len(self.asked)}"
        if isinstance(found, int):
            return Answer(shown, "failed", status=found, reason=f"HTTP {found}")
        content = found if isinstance(found, bytes) else orjson.dumps(found)
        return Answer(shown, "ok", status=200, body=content)

"""Samples: a page of any source with as many records as a test wants, each the copy of one good golden record."""

import copy
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from pulsecity_pipeline.sources.protocol import Record, Source, Window
from pulsecity_pipeline.sources.registry import SOURCES
from pulsecity_pipeline_tests.sources.golden import AS_OF, golden_cases

#: What becomes of one copy: its JSON object, or its text.
Change = Callable[[Any], Any]


@dataclass(frozen=True)
class Sample:
    """A golden page, the record of it that is copied, and how that record is found in the page."""

    source: Source
    body: bytes
    record: Record
    title: str

    @property
    def is_json(self) -> bool:
        return self.body.lstrip()[:1] in b"[{"

    def build(self, numbers: Iterable[int], changes: dict[int, Change] | None = None) -> bytes:
        """A page of one record for each number, told apart by its id and its title."""
        made = [(changes or {}).get(number, lambda copied: copied)(self._copy(number)) for number in numbers]
        if self.is_json:
            return orjson.dumps(_replace_list(orjson.loads(self.body), orjson.loads(self.record.payload), made))
        begin = self.body.index(self.record.payload)
        rest = self.body[begin + len(self.record.payload) :]
        return self.body[:begin] + b"\n".join(text.encode() for text in made) + rest

    def untitled(self, copied: Any) -> Any:
        """The copy without a title."""
        return _substitute(copied, lambda text: "" if re.fullmatch(rf"{re.escape(self.title)} \d+", text) else text)

    def _copy(self, number: int) -> Any:
        key, title = self.record.key, self.title
        content = orjson.loads(self.record.payload) if self.is_json else self.record.payload.decode()

        def renew(text: str) -> str:
            renewed = text.replace(title, f"{title} {number}") if title in text else text
            return (
                renewed.replace(key, f"{number:04}{key[4:]}" if key.isdigit() else f"{key}-{number}")
                if key
                else renewed
            )

        return _substitute(content, renew)


def find_sample(source: str) -> Sample:
    """The golden page of a source with a record that makes one row under an id of its own."""
    for case in golden_cases(source):
        module, body = SOURCES[source], case.page.read_bytes()
        split = module.split(body)
        rows = module.read(split, Window.around(AS_OF)).rows
        for row in rows:
            record = next(found for found in split.records if found.pointer == row["pointer"])
            if not record.is_windowed and _is_copied(body, record):
                return Sample(module, body, record, row["title"])
    raise AssertionError(f"{source}: no golden page with a record that can be copied")


def _is_copied(body: bytes, record: Record) -> bool:
    if body.lstrip()[:1] in b"[{":
        return _find_list(orjson.loads(body), orjson.loads(record.payload)) is not None
    return record.payload in body


def _substitute(content: Any, change: Callable[[str], str]) -> Any:
    """All texts, and whole numbers as texts, of a JSON value; or one text."""
    if isinstance(content, dict):
        return {name: _substitute(value, change) for name, value in content.items()}
    if isinstance(content, list):
        return [_substitute(value, change) for value in content]
    if isinstance(content, int) and not isinstance(content, bool) and content > 999:
        changed = change(str(content))
        return int(changed) if changed.isdigit() else content
    return change(content) if isinstance(content, str) else content


def _find_list(content: Any, record: Any) -> list[Any] | None:
    """The list that holds the record."""
    if isinstance(content, list) and record in content:
        return content
    inner: Sequence[Any] = list(content.values()) if isinstance(content, dict) else content
    found = (_find_list(value, record) for value in inner if isinstance(value, dict | list))
    return next((held for held in found if held is not None), None) if isinstance(content, dict | list) else None


def _replace_list(content: Any, record: Any, made: list[Any]) -> Any:
    whole = copy.deepcopy(content)
    held = _find_list(whole, record)
    assert held is not None
    held[:] = made
    return whole

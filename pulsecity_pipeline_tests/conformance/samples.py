"""Samples: a page of any source with as many records as a test wants, each the copy of one good golden record."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from pulsecity_pipeline.sources.protocol import Record, Source, Window
from pulsecity_pipeline.sources.registry import SOURCES
from pulsecity_pipeline_tests.sources.golden import AS_OF, FOLDER, golden_cases

#: What becomes of one copy: its JSON object, or its text.
Change = Callable[[Any], Any]


#: Fields without which a record is nothing, for sources that make up a title of who plays where.
_MANDATORY = {"bandsintown": ("datetime", "starts_at", "festival_start_date"), "songkick": ("start",)}


@dataclass(frozen=True)
class Sample:
    """A golden page, the record of it that is copied, and how that record is found in the page."""

    source: Source
    body: bytes
    record: Record
    title: str
    event_id: str

    @property
    def is_json(self) -> bool:
        return self.body.lstrip()[:1] in b"[{"

    @property
    def has_plain_id(self) -> bool:
        """Whether its id stands in the record as a value of its own."""
        if not self.is_json:
            return True
        content = orjson.loads(self.record.payload)
        return not {self.record.key, self.event_id}.isdisjoint(_list_leaves(content) | _list_numbers(content))

    def build(self, numbers: Iterable[int], changes: dict[int, Change] | None = None) -> bytes:
        """A page of one record for each number, told apart by its id and its title."""
        made = [(changes or {}).get(number, lambda copied: copied)(self._copy(number)) for number in numbers]
        if self.is_json:
            whole = orjson.loads(self.body)
            held, _ = _find_element(whole, self.record)
            held[:] = made
            if isinstance(whole, dict):
                whole.pop("errors", None)
            return orjson.dumps(whole)
        before, after = (self._without_records(part) for part in self.body.split(self.record.payload, 1))
        return before + b"\n".join(text.encode() for text in made) + after

    def broken(self, copied: Any) -> Any:
        """The copy without its title, or what else is mandatory."""
        if (fields := _MANDATORY.get(self.source.NAME)) is not None:
            return _drop(copied, fields)
        title = re.compile(rf"{re.escape(self.title)} \d+")
        if isinstance(copied, str):
            return title.sub("", copied)
        return _substitute(copied, lambda value: "" if isinstance(value, str) and title.fullmatch(value) else value)

    def grown(self, copied: Any) -> Any:
        """The copy with a field that nobody knows, in every object of it."""
        if isinstance(copied, dict):
            return {name: self.grown(value) for name, value in copied.items()} | {"zz_new": 1}
        return [self.grown(value) for value in copied] if isinstance(copied, list) else copied

    def _copy(self, number: int) -> Any:
        content = (
            _find_element(orjson.loads(self.body), self.record)[1] if self.is_json else self.record.payload.decode()
        )
        return _substitute(content, lambda value: self._renew(value, number))

    def _renew(self, value: Any, number: int) -> Any:
        """Another id and another title wherever they stand."""
        ids = [known for known in (self.record.key, self.event_id) if known]
        if isinstance(value, int) and not isinstance(value, bool):
            return 10_000_000 + number if str(value) in ids else value
        if not isinstance(value, str):
            return value
        if value in ids and value.isdigit():
            return str(10_000_000 + number)
        renewed = value.replace(self.title, f"{self.title} {number}")
        for known in dict.fromkeys(ids):
            renewed = renewed if known.isdigit() or self.title in known else renewed.replace(known, f"{known}-{number}")
        return renewed

    def _without_records(self, text: bytes) -> bytes:
        for record in self.source.split(self.body).records:
            text = text.replace(record.payload, b"")
        return text


def find_sample(source: str) -> Sample:
    """The golden page of a source with a record that makes one row, and states its title as it is read.

    Where records are cut out of markup in another form than they have there, `sample.json` gives page and record.
    """
    if (written := FOLDER / source / "sample.json").exists():
        told = orjson.loads(written.read_bytes())
        page = told["page"].replace("{}", told["record"]).encode()
        return Sample(SOURCES[source], page, Record("text", told["record"].encode(), ""), told["title"], told["id"])
    found = sorted(_list_samples(source), key=lambda sample: not sample.has_plain_id)
    assert found, f"{source}: no golden page with a record that can be copied"
    return found[0]


def _list_samples(source: str) -> Iterator[Sample]:
    module = SOURCES[source]
    for body in (case.page.read_bytes() for case in golden_cases(source)):
        split = module.split(body)
        records = {record.pointer: record for record in split.records if not record.is_windowed}
        for row in module.read(split, Window.around(AS_OF)).rows:
            record = records.get(row["pointer"])
            if record is not None and _is_copied(body, record, row["title"]):
                yield Sample(module, body, record, row["title"], row["source_event_id"])


def _is_copied(body: bytes, record: Record, title: str) -> bool:
    if body.lstrip()[:1] not in b"[{":
        return record.payload in body and title in record.payload.decode("utf-8", "replace")
    try:
        _, element = _find_element(orjson.loads(body), record)
    except LookupError:
        return False
    return title in _list_leaves(element)


def _substitute(content: Any, change: Callable[[Any], Any]) -> Any:
    """Every value of a JSON element, or one text."""
    if isinstance(content, dict):
        return {name: _substitute(value, change) for name, value in content.items()}
    if isinstance(content, list):
        return [_substitute(value, change) for value in content]
    return change(content)


def _drop(content: Any, fields: tuple[str, ...]) -> Any:
    if isinstance(content, dict):
        return {name: _drop(value, fields) for name, value in content.items() if name not in fields}
    return [_drop(value, fields) for value in content] if isinstance(content, list) else content


def _list_leaves(content: Any) -> set[str]:
    if isinstance(content, dict):
        return {leaf for value in content.values() for leaf in _list_leaves(value)}
    if isinstance(content, list):
        return {leaf for value in content for leaf in _list_leaves(value)}
    return {content} if isinstance(content, str) else set()


def _list_numbers(content: Any) -> set[str]:
    if isinstance(content, dict | list):
        inner = content.values() if isinstance(content, dict) else content
        return {number for value in inner for number in _list_numbers(value)}
    return {str(content)} if isinstance(content, int) else set()


def _find_element(content: Any, record: Record) -> tuple[list[Any], Any]:
    """The innermost list with an element that says all that the record says, and that element. Raises LookupError."""
    said = _list_leaves(orjson.loads(record.payload))
    found: list[tuple[list[Any], Any]] = []

    def search(value: Any) -> None:
        if isinstance(value, list):
            found.extend((value, one) for one in value if isinstance(one, dict) and said <= _list_leaves(one))
        for inner in value if isinstance(value, list) else value.values():
            if isinstance(inner, dict | list):
                search(inner)

    search(content)
    if not found or not said:
        raise LookupError
    return found[-1]

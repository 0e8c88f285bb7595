"""Cutting an XML body into records, each an object of JSON, so that all that reads JSON records reads them too."""

from typing import Any
from xml.parsers import expat

import orjson

from pulsecity_pipeline.sources.formats.fingerprints import fingerprint_bytes
from pulsecity_pipeline.sources.formats.json_values import pick, state_text
from pulsecity_pipeline.sources.formats.page_faults import fault_foreign_body, fault_page
from pulsecity_pipeline.sources.protocol import Record, Split

#: Deeper elements are no event feeds but mistakes or attacks.
_DEEPEST = 50


class _RefusedError(ValueError):
    """A document that is not read on: why."""


def split_xml(body: bytes, *, root: str, record: str, key: str, volatile: tuple[str, ...] = ()) -> Split:
    """Body → records `<record>/<n>` in canonical JSON; never raises, expands no entity and loads nothing.

    An element with children or attributes is an object (attributes as `@name`, its own text as `#text`, children that
    repeat as a list), any other its text. `root` is the name of the root element, `record` that of the records at any
    depth, `key` the dotted path of a record's id; `volatile` fields change though nothing has.
    Faults: `empty_body`, `not_a_feed` of the page; `missing_feed_end` where it cannot be read to its end: the records
    before that stand.
    """
    cutter = _Cutter(record)
    problem = cutter.read(body)
    if cutter.root != root:
        return Split([], [fault_foreign_body(body, "feed")])
    records = [_cut(f"{record}/{number}", item, key, volatile) for number, item in enumerate(cutter.items)]
    return Split(records, [] if problem is None else [fault_page("missing_feed_end", problem)])


def _cut(pointer: str, item: dict[str, Any], key: str, volatile: tuple[str, ...]) -> Record:
    kept = {name: value for name, value in item.items() if name not in volatile}
    payload, stable = (orjson.dumps(fields, option=orjson.OPT_SORT_KEYS) for fields in (item, kept))
    return Record(pointer, payload, fingerprint_bytes(stable), state_text(pick(item, key)) or "")


class _Cutter:
    """Reads a document once; `items` are the records that were read whole."""

    def __init__(self, record: str) -> None:
        self.root: str | None = None
        self.items: list[dict[str, Any]] = []
        self._record = record
        self._depth = 0
        self._open: list[tuple[str, dict[str, Any], list[str]]] = []
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.EntityDeclHandler = self._refuse_entity

    def read(self, body: bytes) -> str | None:
        """Reads all it can; why it ended early, None where it did not."""
        try:
            self._parser.Parse(body, True)
        except (expat.ExpatError, _RefusedError, ValueError, LookupError) as error:
            return f"cannot be read to its end: {error}"[:200]
        return None

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _RefusedError(f"elements nested deeper than {_DEEPEST}")
        self.root = self.root or name
        if self._open or name == self._record:
            self._open.append((name, {f"@{key}": value for key, value in attributes.items()}, []))

    def _text(self, text: str) -> None:
        if self._open:
            self._open[-1][2].append(text)

    def _end(self, name: str) -> None:
        self._depth -= 1
        if not self._open:
            return
        _, fields, texts = self._open.pop()
        text = "".join(texts).strip()
        if not self._open:
            self.items.append(fields | ({"#text": text} if text else {}))
            return
        value = fields | ({"#text": text} if text else {}) if fields else text
        parent = self._open[-1][1]
        before = parent.get(name)
        parent[name] = value if before is None else [*(before if isinstance(before, list) else [before]), value]

    def _refuse_entity(self, *_: object) -> None:
        raise _RefusedError("it declares entities")

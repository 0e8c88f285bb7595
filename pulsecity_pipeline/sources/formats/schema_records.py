"""Events found on a page → records: canonical JSON, what tells apart those of one address, and their fingerprints."""

import json
from collections import Counter
from urllib.parse import urljoin

import orjson

from pulsecity_pipeline.sources.formats.fingerprints import fingerprint_bytes
from pulsecity_pipeline.sources.formats.json_ld import Node
from pulsecity_pipeline.sources.formats.schema_event import event_key
from pulsecity_pipeline.sources.protocol import Fault, Record, Split


def split_events(kind: str, events: list[Node], faults: list[Fault], base: str | None) -> Split:
    """Records `<kind>/<n>`; addresses are made whole with `base`, that of the page.

    Context: `url` of the page where it has one event, `keys` shared by several events → what tells them apart.
    """
    for event in events:
        if base and isinstance(event.get("url"), str):
            event["url"] = _join(base, event["url"])
    context = {"keys": _tell_apart(events), "url": base if len(events) == 1 else None}
    return Split([_cut(f"{kind}/{number}", event) for number, event in enumerate(events)], faults, context)


def _cut(pointer: str, event: Node) -> Record:
    stable = _dump(event | {"dateModified": None})
    return Record(pointer, _dump(event), fingerprint_bytes(stable), event_key(event))


def _dump(event: Node) -> bytes:
    """Canonical JSON; half characters (a lone `\\ud83d`), which UTF-8 has no bytes for, become question marks."""
    try:
        return orjson.dumps(event, option=orjson.OPT_SORT_KEYS)
    except TypeError:
        return json.dumps(event, ensure_ascii=False, sort_keys=True).encode("utf-8", "replace")


def _tell_apart(events: list[Node]) -> dict[str, str]:
    """Key of several events → `start` where all are on different dates, else `title`."""
    groups: dict[str, Counter[tuple[str, str]]] = {}
    for event in events:
        what = (str(event.get("startDate")), str(event.get("name")))
        groups.setdefault(event_key(event), Counter())[what] += 1
    starts = {key: len({start for start, _ in group}) for key, group in groups.items()}
    shared = {key: group for key, group in groups.items() if key and len(group) > 1}
    return {key: "start" if starts[key] == len(group) else "title" for key, group in shared.items()}


def _join(base: str, url: str) -> str:
    try:
        return urljoin(base, url)
    except ValueError:
        return url

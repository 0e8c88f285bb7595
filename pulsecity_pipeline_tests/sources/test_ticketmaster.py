"""Ticketmaster: slices that prove themselves by totals, two kinds of 429, and dates that are none."""

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from pulsecity_pipeline.config.source_entries import load_sources
from pulsecity_pipeline.sources import ticketmaster
from pulsecity_pipeline.sources.addresses import read_query
from pulsecity_pipeline.sources.protocol import Feed, FetchedPage
from pulsecity_pipeline_tests.sources.reading_one import ScriptedClient, read_page, read_row

_URL = "https://app.ticketmaster.com/discovery/v2/events.json?latlong=44.6,-63.6&radius=40&unit=km&locale=*&size=200&startDateTime=2026-08-22T00:00:00Z"
_FEED = Feed("ticketmaster", "ca-halifax", _URL)
_BASE = {"id": "a", "name": "A", "dates": {"start": {"localDate": "2027-03-04", "localTime": "19:30:00"}}}


def _event(**fields: Any) -> dict[str, Any]:
    return {"page": {"totalElements": 1}, "_embedded": {"events": [_BASE | fields]}}


def _start(**fields: Any) -> dict[str, Any]:
    return _event(dates={"start": fields, "timezone": "America/Halifax"})


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (_event(), {"start_wall": "2027-03-04T19:30:00"}),
        (_start(localDate="2027-03-04", localTime="19:30:00", dateTime="2027-03-04T23:30:00Z"), {"start_wall": "2027-03-04T19:30:00", "start_zone": "America/Halifax"}),
        (_start(localDate="2027-03-04", localTime="03:00:00", timeTBA=True), {"start_wall": "2027-03-04T00:00:00", "start_is_date": True}),
        (_start(localDate="2027-03-04", localTime="03:00:00", noSpecificTime=True), {"start_wall": "2027-03-04T00:00:00", "start_is_date": True}),
        (_start(dateTime="2027-03-04T23:30:00Z"), {"start_wall": "2027-03-04T19:30:00", "start_zone": "America/Halifax"}),
        (_start(localDate="2027-03-04", dateTBA=True), {"rule": "date_unknown"}),
        (_start(localDate="2027-03-04", dateTBD=True), {"rule": "date_unknown"}),
        (_start(localDate="1900-01-01"), {"rule": "date_unknown"}),
        (_start(localDate="4 March"), {"rule": "invalid_start"}),
        (_event(test=True), {"rule": "test_event"}),
        (_event(classifications=[{"primary": True, "type": {"name": "Upsell"}}]), {"rule": "not_an_event"}),
    ],
)  # fmt: skip
def test_start_and_refusals(page: dict[str, Any], expected: dict[str, Any]) -> None:
    row = read_row(ticketmaster, page)
    assert {name: row.get(name) for name in expected} == expected
    assert row.get("start_is_date", False) == expected.get("start_is_date", False)


@pytest.mark.parametrize(
    ("code", "sales", "expected"),
    [
        ("onsale", {}, (None, "onsale")),
        ("offsale", {"startTBD": False}, (None, "offsale")),
        ("offsale", {"startTBD": True}, (None, "not_yet")),
        ("cancelled", {}, ("cancelled", None)),
        ("rescheduled", {}, ("rescheduled", None)),
    ],
)
def test_one_code_says_state_or_sale(code: str, sales: dict[str, Any], expected: tuple[str | None, str | None]) -> None:
    row = read_row(ticketmaster, _event(dates=_BASE["dates"] | {"status": {"code": code}}, sales={"public": sales}))  # type: ignore[operator]
    assert (row.get("status"), row.get("sale_status")) == expected


@pytest.mark.parametrize(
    ("ranges", "expected"),
    [
        ([{"type": "standard", "currency": "USD", "min": 20, "max": 35.5}], (20, 35.5, None)),
        ([{"type": "standard", "currency": "USD", "min": 20, "max": 35}, {"type": "standard including fees", "currency": "USD", "min": 24, "max": 41}], (24, 41, True)),
        ([{"type": "standard", "currency": "USD", "min": 0, "max": 0}], (None, None, None)),
        ([{"type": "standard", "min": 20, "max": 35}], (None, None, None)),
        ("soon", (None, None, None)),
        (None, (None, None, None)),
    ],
)  # fmt: skip
def test_prices_are_major_units_and_never_free(
    ranges: Any, expected: tuple[float | None, float | None, bool | None]
) -> None:
    row = read_row(ticketmaster, _event(priceRanges=ranges))
    assert (row.get("price_min"), row.get("price_max"), row.get("price_all_in")) == expected
    assert "is_free" not in row


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("Pop", "Rock", "Music"), ["Pop", "Rock", "Music"]),
        (("Undefined", "Undefined", "Miscellaneous"), []),
        (("Club Dance", "Dance/Electronic", "Music"), ["Dance/Electronic", "Club Dance", "Music"]),
        (("Family", "Family", "Film"), ["Film", "Family"]),
    ],
)
def test_categories_by_what_tells_most(names: tuple[str, str, str], expected: list[str]) -> None:
    kind = {level: {"name": name} for level, name in zip(("subGenre", "genre", "segment"), names, strict=True)}
    assert read_row(ticketmaster, _event(classifications=[kind])).get("categories", []) == expected


def test_distance_of_the_question_leaves_the_fingerprint() -> None:
    near, far = (read_page(ticketmaster, _event(distance=km)).rows[0]["fingerprint"] for km in (1.0, 2.0))
    assert near == far != read_page(ticketmaster, _event(name="B")).rows[0]["fingerprint"]


class _Discovery:
    """The API over `events` (id → instant, segment): inclusive edges, 200 a page, no page beyond 1,000 rows."""

    def __init__(
        self, events: dict[str, tuple[str, str]], hide: Callable[[dict[str, str]], int] = lambda query: 0
    ) -> None:
        self._events, self._hide = events, hide

    def __call__(self, url: str, body: bytes | None) -> Any:
        query = read_query(url)
        found = [key for key, (at, segment) in self._events.items() if self._matches(query, at, segment)]
        number, size = int(query["page"]), int(query["size"])
        if number * size >= 1000:
            return 400
        shown = found[: len(found) - self._hide(query)][number * size : (number + 1) * size]
        page = {"size": size, "totalElements": len(found), "totalPages": -(-len(found) // size), "number": number}
        content: dict[str, Any] = {"page": page, "_links": {"self": {"href": url}}}
        return content | {"_embedded": {"events": [{"id": key} for key in shown]}} if shown else content

    @staticmethod
    def _matches(query: dict[str, str], at: str, segment: str) -> bool:
        if query.get("includeTBA") == "only" or query.get("includeTBD") == "only":
            return False
        return query["startDateTime"] <= at <= query["endDateTime"] and query.get("segmentId", segment) == segment


def _fetch(client: ScriptedClient, *feeds: Feed) -> list[FetchedPage]:
    return list(ticketmaster.fetch(client, feeds or [_FEED], {}))


def _ids(pages: list[FetchedPage]) -> list[str]:
    contents = [orjson.loads(page.answer.body) for page in pages if page.answer.body]
    return [event["id"] for content in contents for event in content.get("_embedded", {}).get("events", [])]


def _failures(pages: list[FetchedPage]) -> list[str]:
    return [page.answer.reason or "" for page in pages if page.answer.outcome == "failed"]


def test_a_quiet_city_is_one_slice_and_the_undated() -> None:
    client = ScriptedClient(_Discovery({"a": ("2027-01-01T20:00:00Z", "m")}))
    assert _ids(_fetch(client)) == ["a"]
    queries = [read_query(url) for url, _ in client.asked]
    assert [(q.get("startDateTime"), q.get("includeTBA"), q.get("includeTBD")) for q in queries] == [
        ("2026-08-21T10:17:00Z", None, None), (None, "only", None), (None, None, "only"),
    ]  # fmt: skip
    assert queries[0]["endDateTime"] == "2027-08-22T10:17:00Z"
    assert queries[0]["locale"] == "*"
    assert queries[0]["latlong"] == "44.6,-63.6"


def test_no_query_reaches_the_cap_and_every_event_comes() -> None:
    events = {f"e{n}": (f"2026-{9 + n % 3:02d}-{1 + n % 28:02d}T{n % 24:02d}:00:00Z", "m") for n in range(4321)}
    client = ScriptedClient(_Discovery(events))
    pages = _fetch(client)
    assert sorted(_ids(pages)) == sorted(events)
    assert not _failures(pages)
    assert all(int(read_query(url)["page"]) < 5 for url, _ in client.asked)
    assert len({page.answer.url for page in pages}) == len(pages)


def test_an_event_on_an_edge_comes_twice_and_is_counted_once() -> None:
    events = {f"e{n}": (f"2026-{9 + n % 3:02d}-10T19:00:00Z", "m") for n in range(1200)}
    events["edge"] = ("2027-02-20T10:17:00Z", "m")
    pages = _fetch(ScriptedClient(_Discovery(events)))
    assert _ids(pages).count("edge") == 2
    assert not _failures(pages)


def test_a_day_that_is_too_full_is_asked_by_segment() -> None:
    segments = ticketmaster._SEGMENTS
    events = {f"e{n}": ("2026-12-31T20:00:00Z", segments[n % 3]) for n in range(2400)}
    client = ScriptedClient(_Discovery(events))
    pages = _fetch(client)
    assert sorted(_ids(pages)) == sorted(events)
    assert not _failures(pages)


@pytest.mark.parametrize(
    ("segment", "reason"),
    [
        # Without a segment it is in the day's total alone.
        (None, "incomplete: 1100 of 1101 records came"),
        # The depth ends within one segment of one day.
        (ticketmaster._SEGMENTS[0], "incomplete: 1000 of 1101 records came"),
    ],
)
def test_totals_tell_what_no_slice_can_reach(segment: str | None, reason: str) -> None:
    places = {f"e{n}": ("2026-12-31T20:00:00Z", segment or ticketmaster._SEGMENTS[n % 2]) for n in range(1100)}
    pages = _fetch(ScriptedClient(_Discovery(places | {"odd": ("2026-12-31T21:00:00Z", segment or "none")})))
    assert _failures(pages) == [reason]


def test_fewer_records_than_promised_is_a_failed_page() -> None:
    events = {f"e{n}": ("2026-12-31T20:00:00Z", "m") for n in range(700)}
    pages = _fetch(ScriptedClient(_Discovery(events, hide=lambda query: 3)))
    assert _failures(pages) == ["incomplete: 697 of 700 records came"]
    assert [page.answer.url.rpartition("#")[2] for page in pages if page.answer.outcome == "failed"] == ["incomplete"]


@pytest.mark.parametrize("total", [None, "many", [9]])
def test_a_page_that_does_not_say_how_many_there_are_proves_nothing(total: Any) -> None:
    page = {"page": {"totalElements": total}, "_embedded": {"events": [{"id": "a"}]}}
    pages = _fetch(ScriptedClient(lambda url, body: page))
    assert set(_failures(pages)) == {"incomplete: 1 of an unknown number of records came"}
    assert "a" in _ids(pages)


def test_a_quota_that_is_used_up_ends_all_asking() -> None:
    served = _Discovery({f"e{n}": (f"2026-{9 + n % 3:02d}-10T19:00:00Z", "m") for n in range(2000)})
    client = ScriptedClient(lambda url, body: 429 if len(client.asked) > 3 else served(url, body))
    other = Feed("ticketmaster", "second", _URL.replace("44.6", "45.5"))
    pages = _fetch(client, _FEED, other)
    assert len(client.asked) == 4
    assert _failures(pages) == ["HTTP 429", "not asked: the quota was used up before"]
    assert pages[-1].feed == other


def test_another_failure_costs_its_slice_alone() -> None:
    served = _Discovery({f"e{n}": (f"2026-{9 + n % 3:02d}-10T19:00:00Z", "m") for n in range(1800)})
    client = ScriptedClient(lambda url, body: 503 if len(client.asked) == 8 else served(url, body))
    pages = _fetch(client)
    assert _failures(pages) == ["HTTP 503"]
    assert 500 < len(set(_ids(pages))) < 1800


def test_the_configured_address_asks_around_a_point_from_the_night() -> None:
    feed = load_sources()["ticketmaster"].city_feed
    assert feed is not None
    query = read_query(feed.url)
    assert query["startDateTime"] == "{night}T00:00:00Z"
    assert (query["size"], query["locale"], query["unit"]) == ("200", "*", "km")
    assert "apikey" not in query

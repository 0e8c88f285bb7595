"""Pages by selectors: whose page it is, what a record holds, and what a page without records means."""

from pathlib import Path

import pytest

from pulsecity_pipeline.config.selectors import load_sites
from pulsecity_pipeline.sources import pages
from pulsecity_pipeline_tests.sources.calendars import WINDOW, assert_accounted
from pulsecity_pipeline_tests.sources.golden import GoldenCase, golden_cases

RECORDED = Path(__file__).parents[3] / "shared" / "data" / "payloads" / "html-venues"
SITE = """title: T
host: a.example
matches: "main#programme"
zone: Europe/Rome
language: it
record: "main li"
empty: "p.none"
dates: [iso, "{day} {month} {year}"]
start: [{css: "b"}]
times: [{css: "u"}]
fields:
  title: [{css: "i"}, {css: "em"}]
  url: [{css: "a", attribute: href}]
  locality: [{css: "h1", of: page, pattern: "in (.*)$"}]
categories: [{css: "s"}]
"""


@pytest.fixture(autouse=True)
def _site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "house.yaml").write_text(SITE)
    monkeypatch.setattr(pages, "load_sites", lambda: load_sites(tmp_path))


def page(*records: str, head: str = "", around: str = "") -> bytes:
    items = "".join(f"<li>{record}</li>" for record in records)
    return f"<html><head>{head}</head><body>{around}<main id=programme>{items}</main></body></html>".encode()


def read(*records: str, head: str = "", around: str = "") -> tuple[list[dict[str, object]], list[str]]:
    result = pages.read(pages.split(page(*records, head=head, around=around)), WINDOW)
    return result.rows, [fault.rule for fault in result.faults]


@pytest.mark.parametrize(
    ("body", "rules"),
    [
        (b"", ["empty_body"]),
        (b"<html><title>Access denied</title></html>", ["contract_drift"]),
        (page(), ["contract_drift"]),
        (page(around="<p class=none>Nothing on</p>"), []),
        (b'<link rel=canonical href="https://www.a.example/x"><p class=none></p>', []),
        (b'<link rel=canonical href="https://nota.example/x"><p class=none></p>', ["contract_drift"]),
        (b'<meta property="og:url" content="http://a.example/"><p>moved</p>', ["contract_drift"]),
    ],
)
def test_whose_page_it_is_and_whether_it_is_honest(body: bytes, rules: list[str]) -> None:
    assert [fault.rule for fault in pages.split(body).faults] == rules


def test_a_record_with_all_it_has() -> None:
    rows, _ = read(
        "<b>Venerdì 4 settembre 2026</b><u>ore 20:30 – 22:00</u><i> Coro  aperto</i><a href='/e/1'>.</a><s>Musica, Coro</s>",
        head="<base href='https://a.example/x/'>",
        around="<h1>Programma in Siena</h1>",
    )
    (row,) = rows
    assert {name: str(row[name]) for name in ("start_wall", "start_zone", "end_wall", "title", "url", "locality")} == {
        "start_wall": "2026-09-04 20:30:00",
        "start_zone": "Europe/Rome",
        "end_wall": "2026-09-04 22:00:00",
        "title": "Coro aperto",
        "url": "https://a.example/e/1",
        "locality": "Siena",
    }
    assert row["categories"] == ["Musica", "Coro"]


def test_an_end_in_the_night_after_is_not_guessed() -> None:
    rows, _ = read("<b>2026-09-04</b><u>21:00 - 1:00</u><i>t</i>")
    assert "end_wall" not in rows[0]


def test_a_moment_keeps_its_own_time() -> None:
    rows, _ = read("<b>2026-09-04T20:30+02:00</b><u>doors 19:00</u><i>t</i>")
    assert str(rows[0]["start_wall"]) == "2026-09-04 20:30:00"


@pytest.mark.parametrize(
    ("record", "rule"),
    [
        ("<b>2026-09-04</b>", "missing_title"),
        ("<i>t</i>", "missing_start"),
        ("<b>presto</b><i>t</i>", "invalid_start"),
        ("<b>31 settembre 2026</b><i>t</i>", "invalid_start"),
    ],
)
def test_records_that_are_no_events(record: str, rule: str) -> None:
    assert read(record)[1] == [rule]


def test_what_else_changes_on_a_page_is_no_change() -> None:
    first, again = (
        pages.split(page(f"<b class=x{number}>2026-09-04</b><i>t</i><small>{number} seen</small>"))
        .records[0]
        .fingerprint
        for number in (1, 2)
    )
    assert first == again


def test_records_without_an_address_are_told_by_what_they_are() -> None:
    rows, _ = read("<b>2026-09-04</b><i>t</i>", "<b>2026-09-05</b><i>t</i>")
    assert len({row["source_event_id"] for row in rows}) == 2


@pytest.mark.parametrize("case", golden_cases("pages"), ids=str)
def test_cut_off_pages_are_accounted_for(case: GoldenCase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    body = case.page.read_bytes()
    for end in range(0, len(body), 37):
        assert_accounted(pages, body[:end])


@pytest.mark.skipif(not RECORDED.exists(), reason="recorded pages not found in ../shared/data/payloads/html-venues")
@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("corning-chamber", 10),
        ("marco-museum-monterrey", 5),
        ("rockwell-museum-corning", 15),
        ("umd-cs-listing", 3),
        ("wfhb-radio-ajax-calendar", 50),
    ],
)
def test_recorded_pages_by_the_declared_selectors(name: str, rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    _, result = assert_accounted(pages, (RECORDED / f"{name}.html").read_bytes())
    assert (len(result.rows), result.faults) == (rows, [])

"""Promotion spend: major units as text, days of the account, levels and breakdowns added up, and pages by cursor."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import orjson
import pytest

from pulsecity_pipeline.contracts import PromotionSpend
from pulsecity_pipeline.signals.meta_ads import SpendResult, fetch_insights, next_page, read_insights
from pulsecity_pipeline.sources import paging
from pulsecity_pipeline.sources.paging import Ask
from pulsecity_pipeline_tests.sources.golden import GoldenCase, golden_cases
from pulsecity_pipeline_tests.sources.scripted import ScriptedClient

URL = "https://graph.example/v25.0/act_1/insights?level=campaign&time_increment=1&limit=2"
ROW = {"account_id": "1", "campaign_id": "2", "spend": "5.50", "date_start": "2027-02-01", "date_stop": "2027-02-01"}


def read_rows(*rows: Any, **options: Any) -> SpendResult:
    return read_insights([orjson.dumps({"data": rows})], **options)


def render(result: SpendResult) -> dict[str, Any]:
    rows = [
        {
            name: value if isinstance(value, int | str) else str(value)
            for name, value in row.items()
            if value is not None
        }
        for row in result.spend.iter_rows(named=True)
    ]
    faults = [[fault.pointer, fault.rule, fault.field] for fault in result.faults]
    return {"rows": rows, "faults": faults, "repeats": result.repeats}


@pytest.mark.parametrize("case", golden_cases("meta_ads"), ids=str)
def test_page_becomes_its_golden_rows(case: GoldenCase) -> None:
    result = read_insights([case.page.read_bytes()])
    assert render(result) == case.expected
    assert result.spend.schema == PromotionSpend.polars_schema()
    for row in result.spend.iter_rows(named=True):
        PromotionSpend.model_validate(row)


@pytest.mark.parametrize(
    ("spend", "amount"), [("37.80", "37.8"), ("0", "0"), ("12", "12"), ("144.", "144"), ("0.005", "0.005")]
)
def test_spend_is_in_major_units(spend: str, amount: str) -> None:
    assert read_rows(ROW | {"spend": spend}).spend["spend"].to_list() == [Decimal(amount)]


@pytest.mark.parametrize("spend", [3780, 37.8, "1,234.50", "-1", "NaN", "1e5", "", True, ["5"], "9" * 10])
def test_what_is_no_amount_is_a_fault(spend: Any) -> None:
    result = read_rows(ROW | {"spend": spend})
    assert ([fault.rule for fault in result.faults], result.spend.height) == (["invalid_amount"], 0)


def test_a_budget_is_never_the_spend() -> None:
    row = {name: value for name, value in ROW.items() if name != "spend"} | {"daily_budget": "5000"}
    (fault,) = read_rows(row).faults
    assert (fault.rule, fault.field) == ("missing_field", "spend")


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"date_stop": "2027-02-28"}, "not_one_day"),
        ({"date_start": "2027-02-30", "date_stop": "2027-02-30"}, "invalid_date"),
        ({"date_start": None}, "missing_field"),
        ({"campaign_id": None}, "missing_field"),
        ({"account_id": " "}, "missing_field"),
        ({"campaign_id": 2}, "missing_field"),
    ],
)
def test_rows_that_are_not_one_campaign_and_day(fields: dict[str, Any], rule: str) -> None:
    assert [fault.rule for fault in read_rows(ROW | fields, ROW).faults] == [rule]


def test_the_day_stays_the_account_s() -> None:
    spend = read_rows(ROW, account_zone="Pacific/Auckland").spend
    assert spend.select("spent_on", "account_zone").row(0) == (date(2027, 2, 1), "Pacific/Auckland")


def test_ads_and_breakdowns_are_added_up_and_metrics_left_out_stay_unknown() -> None:
    parts = [{"ad_id": "7", "clicks": "2"}, {"ad_id": "8", "clicks": "3"}, {"ad_id": "8", "country": "NO"}]
    spend = read_rows(*(ROW | part for part in parts)).spend
    assert spend.select("spend", "clicks", "impressions").row(0) == (Decimal("16.5"), 5, None)


def test_a_row_said_again_counts_once_and_as_said_last() -> None:
    first, again = ROW | {"spend": "1.00"}, ROW | {"spend": "2.00"}
    result = read_insights([orjson.dumps({"data": [first]}), orjson.dumps({"data": [again]})])
    assert (result.spend["spend"].to_list(), result.repeats) == ([Decimal("2")], 1)


def test_accounts_and_days_are_kept_apart_and_sorted() -> None:
    later = {"date_start": "2027-02-03", "date_stop": "2027-02-03"}
    spend = read_rows(ROW | later, ROW | {"account_id": "act_0"}, ROW).spend
    assert spend.select("account_id", "spent_on").rows() == [
        ("0", date(2027, 2, 1)),
        ("1", date(2027, 2, 1)),
        ("1", date(2027, 2, 3)),
    ]


@pytest.mark.parametrize(
    ("name", "reference"), [("EVT-0042 launch", "0042"), ("spring EVT-ab_9", "ab_9"), ("SEVT-1", None), (None, None)]
)
def test_an_event_is_named_by_its_campaign_or_by_a_mapping(name: str | None, reference: str | None) -> None:
    spend = read_rows(ROW | {"campaign_name": name}, event_urls={"2": "https://e.example/7"}).spend
    assert spend.select("event_reference", "event_url").row(0) == (reference, "https://e.example/7")
    assert read_rows(ROW, event_urls={"3": "https://e.example/8"}).spend["event_url"].to_list() == [None]


@pytest.mark.parametrize(
    ("body", "rules"),
    [
        (b'{"data": []}', []),
        (b"<html>", ["not_json"]),
        (b"", ["not_json"]),
        (b'{"error": {"code": 4}}', ["api_error"]),
        (b"[]", ["contract_drift"]),
        (b'{"report_run_id": "7"}', ["contract_drift"]),
    ],
)
def test_other_bodies(body: bytes, rules: list[str]) -> None:
    result = read_insights([body])
    assert [(fault.rule, fault.is_record) for fault in result.faults] == [(rule, False) for rule in rules]
    assert result.spend.equals(PromotionSpend.empty())


@pytest.mark.parametrize(
    ("told", "following"),
    [
        ({"cursors": {"after": "MQ=="}, "next": "https://graph.example/?access_token=SECRET"}, f"{URL}&after=MQ%3D%3D"),
        ({"cursors": {"after": "MQ=="}}, None),
        ({"next": "https://graph.example/?access_token=SECRET"}, None),
        ({}, None),
        (None, None),
    ],
)
def test_the_next_address_is_ours_with_their_cursor(told: Any, following: str | None) -> None:
    found = next_page(json.dumps({"data": [], "paging": told}).encode(), Ask(URL))
    assert found == (None if following is None else Ask(following))


def test_a_cursor_replaces_the_one_before() -> None:
    body = b'{"paging": {"cursors": {"after": "b"}, "next": "x"}}'
    assert next_page(body, Ask(f"{URL}&after=a")) == Ask(f"{URL}&after=b")


@pytest.mark.parametrize(
    ("last", "reasons"),
    [(3, [None] * 3), (None, [*[None] * 4, "endless pages: more than 4 pages"]), (0, ["HTTP 400"])],
)
def test_pages_are_followed_to_the_last_and_where_they_do_not_end_that_is_told(
    last: int | None, reasons: list[str | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "MOST_PAGES", 4)

    def script(url: str, body: bytes | None) -> Any:
        number = len(client.asked)
        told = {"cursors": {"after": str(number)}, "next": "x" if number != last else None}
        return 400 if last == 0 else {"data": [], "paging": told}

    client = ScriptedClient(script)
    assert [answer.reason for answer in fetch_insights(client, "hall", URL)] == reasons


def test_a_cursor_that_repeats_is_told() -> None:
    client = ScriptedClient(lambda url, body: {"data": [], "paging": {"cursors": {"after": "a"}, "next": "x"}})
    first, last = fetch_insights(client, "hall", URL)
    assert (first.outcome, last.outcome) == ("ok", "failed")
    assert "endless pages" in (last.reason or "")

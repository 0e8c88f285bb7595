"""Promotion spend by the Meta Ads Insights API (`/act_{id}/insights`, daily): pages of answers as one typed frame."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import orjson
import polars as pl

from pulsecity_pipeline.contracts import PromotionSpend
from pulsecity_pipeline.contracts.signals import PROMOTION
from pulsecity_pipeline.sources.addresses import with_query
from pulsecity_pipeline.sources.formats.json_values import pick, pick_text
from pulsecity_pipeline.sources.paging import Ask, follow_pages
from pulsecity_pipeline.sources.protocol import Answer, Client, Fault, Feed

_KEY = list(PromotionSpend.key)
_SUMS = ("spend", "impressions", "clicks", "link_clicks")
#: What tells two rows of one campaign and day apart: a lower level, or a breakdown. Metrics are not among it.
_PARTS = (
    "adset_id", "ad_id", "country", "region", "dma", "age", "gender", "publisher_platform", "platform_position",
    "device_platform", "impression_device", "hourly_stats_aggregated_by_advertiser_time_zone", "place_page_id",
)  # fmt: skip
_EVENT = re.compile(r"\bEVT-([A-Za-z0-9_]+)")
_AMOUNT, _COUNT = re.compile(r"\d{1,9}(?:\.\d*)?"), re.compile(r"\d{1,15}")


class RowError(ValueError):
    """Why a row is not the spend of a campaign on a day: rule, field, reason."""

    def __init__(self, rule: str, field: str, reason: str) -> None:
        super().__init__(reason)
        self.rule, self.field, self.reason = rule, field, reason


@dataclass(frozen=True)
class SpendResult:
    """`spend`: contract PromotionSpend, sorted by its key. Rows of answers that are in no row of it are `faults`
    or `repeats`.
    """

    spend: pl.DataFrame
    faults: list[Fault]
    repeats: int


def fetch_insights(client: Client, name: str, url: str) -> Iterator[Answer]:
    """The pages of one account's query; where not all came, a failed one at the end says why."""
    for page in follow_pages(client, Feed("meta_ads", name, url), next_page):
        yield page.answer


def next_page(body: bytes, ask: Ask) -> Ask | None:
    """The request at the cursor after a page; None after the last. `paging.next` holds the token: it only says that
    more follows, and is never asked for.
    """
    content = _load(body)
    after = pick_text(content, "paging.cursors.after") if pick(content, "paging.next") else None
    return None if after is None else Ask(with_query(ask.url, after=after))


def read_insights(
    bodies: Iterable[bytes], *, account_zone: str | None = None, event_urls: Mapping[str, str] | None = None
) -> SpendResult:
    """The bodies of one query → its spend by campaign and day; never raises for what they hold.

    Rows of a lower level (ad sets, ads) or of breakdowns are added up; a row said again, on another page, is the one
    that counts. `account_zone` is the account's, `event_urls` maps campaign ids to pages of events.
    Faults of a page: `not_json`, `api_error`, `contract_drift`; of a row: `not_an_object`, `missing_field`,
    `invalid_date`, `not_one_day`, `invalid_amount`.
    """
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    faults: list[Fault] = []
    repeats = 0
    for number, body in enumerate(bodies):
        found, fault = _list_rows(body)
        faults += [] if fault is None else [replace(fault, pointer=f"page/{number}")]
        for position, item in enumerate(found):
            try:
                identity, row = _read_row(item)
            except RowError as error:
                pointer = f"page/{number}/data/{position}"
                faults.append(Fault(pointer, "read", error.rule, error.reason, error.field))
                continue
            repeats += identity in rows
            rows[identity] = row
    return SpendResult(_add_up(list(rows.values()), account_zone, event_urls or {}), faults, repeats)


def _load(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return None


def _list_rows(body: bytes) -> tuple[list[Any], Fault | None]:
    content = _load(body)
    if isinstance(content, dict) and isinstance(content.get("data"), list):
        return content["data"], None
    if content is None:
        return [], _fault_page("not_json", "the body is no JSON")
    if isinstance(content, dict) and content.get("error"):
        return [], _fault_page("api_error", orjson.dumps(content["error"]).decode()[:200])
    return [], _fault_page("contract_drift", "no list at 'data'")


def _fault_page(rule: str, reason: str) -> Fault:
    return Fault("page", "split", rule, reason, is_record=False)


def _read_row(item: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
    if not isinstance(item, dict):
        raise RowError("not_an_object", "data", f"expected an object, found {type(item).__name__}")
    name, currency = item.get("campaign_name"), item.get("account_currency")
    row = {
        "account_id": _require_text(item, "account_id").removeprefix("act_"),
        "campaign_id": _require_text(item, "campaign_id"),
        "spent_on": _read_day(item),
        "campaign_name": name if isinstance(name, str) else None,
        "currency": currency if isinstance(currency, str) and re.fullmatch("[A-Z]{3}", currency) else None,
        "spend": _read_spend(item),
        "impressions": _read_count(item, "impressions"),
        "clicks": _read_count(item, "clicks"),
        "link_clicks": _read_count(item, "inline_link_clicks"),
    }
    return (*(row[part] for part in _KEY), *(str(item.get(part)) for part in _PARTS)), row


def _require_text(item: dict[str, Any], field: str) -> str:
    value = item.get(field)
    if not isinstance(value, str) or not value.strip():
        raise RowError("missing_field", field, f"{field} is missing")
    return value.strip()


def _read_day(item: dict[str, Any]) -> date:
    first, last = _require_text(item, "date_start"), _require_text(item, "date_stop")
    if first != last:
        raise RowError("not_one_day", "date_stop", f"{first[:10]} to {last[:10]}: ask with time_increment=1")
    try:
        return date.fromisoformat(first)
    except ValueError as error:
        raise RowError("invalid_date", "date_start", f"{first[:40]!r}: {error}") from error


def _read_spend(item: dict[str, Any]) -> Decimal:
    """A text in major units; a number is something else, such as a budget, which is in minor units."""
    value = item.get("spend")
    if value is None:
        raise RowError("missing_field", "spend", "spend is missing, which is not 0")
    if not isinstance(value, str) or not _AMOUNT.fullmatch(value):
        raise RowError("invalid_amount", "spend", f"{str(value)[:40]!r}: expected a text such as '37.80'")
    return Decimal(value).quantize(Decimal("0.001"))


def _read_count(item: dict[str, Any], field: str) -> int | None:
    """A whole number as text; a metric that is left out, or is no such text, is unknown."""
    value = item.get(field)
    return int(value) if isinstance(value, str) and _COUNT.fullmatch(value) else None


def _add_up(rows: list[dict[str, Any]], account_zone: str | None, event_urls: Mapping[str, str]) -> pl.DataFrame:
    """Rows → one row per campaign and day; a sum of nothing stated is null."""
    schema = PromotionSpend.polars_schema()
    stated = pl.DataFrame(rows, schema={name: schema[name] for name in (*_KEY, "campaign_name", "currency", *_SUMS)})
    sums = [pl.when(pl.col(name).count() > 0).then(pl.col(name).sum()).alias(name) for name in _SUMS]
    last = pl.col("campaign_name", "currency").drop_nulls().last()
    added = stated.group_by(_KEY, maintain_order=True).agg(last, *sums)
    return added.with_columns(
        signal=pl.lit(PROMOTION),
        account_zone=pl.lit(account_zone, pl.String),
        event_reference=pl.col("campaign_name").str.extract(_EVENT.pattern, 1),
        event_url=pl.col("campaign_id").replace_strict(dict(event_urls), default=None, return_dtype=pl.String),
    ).select(pl.col(name).cast(kind) for name, kind in schema.items()).sort(_KEY)  # fmt: skip

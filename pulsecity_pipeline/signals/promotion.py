"""Promotion: the spend of all ad accounts, pulled again for the last weeks and merged into what was known."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import orjson
import polars as pl

from pulsecity_pipeline.contracts import PromotionReject, PromotionSpend
from pulsecity_pipeline.contracts.signals import PROMOTION
from pulsecity_pipeline.signals.meta_ads import fetch_insights, read_insights
from pulsecity_pipeline.sources.addresses import with_query
from pulsecity_pipeline.sources.protocol import Client, Fault


@dataclass(frozen=True)
class AccountPull:
    """What one account gave: `spend` and `rejects` by contract; `failure` says why not all pages came."""

    account: str
    spend: pl.DataFrame
    rejects: pl.DataFrame
    repeats: int
    failure: str | None


def ask_since(url: str, night: date, days: int) -> str:
    """`url` with the days to ask for: those before `night`, which is not over."""
    span = {"since": str(night - timedelta(days=days)), "until": str(night - timedelta(days=1))}
    return with_query(url, time_range=orjson.dumps(span).decode())


def pull_account(
    client: Client, name: str, url: str, *, zone: str | None, event_urls: Mapping[str, str], at: datetime
) -> AccountPull:
    """All pages of one account's query; what came before a page that failed stands."""
    answers = list(fetch_insights(client, name, url))
    read = read_insights(
        (answer.body for answer in answers if answer.body is not None), account_zone=zone, event_urls=event_urls
    )
    failure = next((answer.reason for answer in answers if answer.outcome != "ok"), None)
    return AccountPull(name, read.spend, _list_rejects(name, read.faults, at), read.repeats, failure)


def merge_spend(known: pl.DataFrame, pulled: list[AccountPull]) -> pl.DataFrame:
    """clean.promotion_spend as it was, and what accounts say now → the same; what is said now counts. Sorted by key."""
    fresh = [pull.spend for pull in pulled if pull.spend.height]
    return (
        pl.concat([known, *fresh]).unique(PromotionSpend.key, keep="last", maintain_order=True).sort(PromotionSpend.key)
    )


def merge_rejects(known: pl.DataFrame, pulled: list[AccountPull]) -> pl.DataFrame:
    """Rejects of the last pull of each account; accounts not asked keep theirs. Sorted by key."""
    asked = [pull.account for pull in pulled]
    kept = known.filter(~pl.col("account").is_in(asked))
    return pl.concat([kept, *(pull.rejects for pull in pulled)]).sort(PromotionReject.key)


def _list_rejects(account: str, faults: list[Fault], at: datetime) -> pl.DataFrame:
    rows = [
        {
            "account": account,
            "pointer": fault.pointer,
            "signal": PROMOTION,
            "rule": fault.rule,
            "field": fault.field,
            "reason": fault.reason,
            "received_at": at,
        }
        for fault in faults
    ]
    return pl.DataFrame(rows, schema=PromotionReject.polars_schema())

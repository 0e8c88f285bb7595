"""Promotion: what ad accounts spent on events, day by day, beside the cities."""

import os
from collections.abc import Iterator

import dagster as dg
import polars as pl

from pulsecity_pipeline.config.promotion import AccountEntry, PromotionSources
from pulsecity_pipeline.contracts import PROMOTION_TABLES, PromotionReject, PromotionSpend, Table
from pulsecity_pipeline.contracts.signals import PROMOTION
from pulsecity_pipeline.defs.resources import AccountsResource, ClockResource, LakeResource
from pulsecity_pipeline.defs.specs import asset_key, table_spec
from pulsecity_pipeline.defs.writing import Outcome, contract_result, preview
from pulsecity_pipeline.fetch.client import PoliteClient
from pulsecity_pipeline.fetch.credentials import list_credentials
from pulsecity_pipeline.fetch.policy import load_fetch_policy
from pulsecity_pipeline.signals.promotion import AccountPull, ask_since, merge_rejects, merge_spend, pull_account
from pulsecity_pipeline.store.published import count_rows, publish_city

PROMOTED = tuple(asset_key(table) for table in PROMOTION_TABLES)


@dg.multi_asset(
    name="pull_promotion",
    can_subset=True,
    specs=[table_spec(table, partitions_def=None) for table in PROMOTION_TABLES],
    check_specs=[
        *(
            dg.AssetCheckSpec("contract", asset=key, blocking=True, description="Every expectation, before writing.")
            for key in PROMOTED
        ),
        dg.AssetCheckSpec(
            "accounts_answer",
            asset=PROMOTED[0],
            description="Every account was read to its last page, no row refused.",
        ),
    ],
)
def promotion(
    context: dg.AssetExecutionContext, lake: LakeResource, clock: ClockResource, accounts: AccountsResource
) -> Iterator[Outcome]:
    """Ask every account that is on for its last weeks; one that does not answer keeps what was known of it."""
    sources, store = accounts.sources(), lake.open()
    pulled = [_pull(account, sources, lake, clock, accounts) for account in sources.accounts if account.is_on]
    if not pulled:
        context.log.info("nothing to ask: no account is on in config/promotion.yaml")
        return
    frames: dict[type[Table], pl.DataFrame] = {
        PromotionSpend: merge_spend(store.scan(PromotionSpend).collect(), pulled),
        PromotionReject: merge_rejects(store.scan(PromotionReject).collect(), pulled),
    }
    results = [contract_result(table, frame) for table, frame in frames.items()]
    yield _answers(pulled)
    yield from results
    if not all(result.passed for result in results):
        raise dg.Failure("promotion: nothing written: contract failed", allow_retries=False)
    versions = {table: store.replace(table, frame, partition=PROMOTION) for table, frame in frames.items()}
    publish_city(
        store,
        city_id=PROMOTION,
        night=clock.night,
        versions={table.table: version for table, version in versions.items()},
        row_counts=count_rows(store, versions, city_id=PROMOTION),
        run_id=context.run.run_id,
        at=clock.at,
    )
    for table, frame in frames.items():
        yield dg.MaterializeResult(
            asset_key=asset_key(table),
            metadata={"dagster/row_count": frame.height, "rows": preview(frame, frame.columns, 20)},
        )


def _pull(
    account: AccountEntry, sources: PromotionSources, lake: LakeResource, clock: ClockResource, by: AccountsResource
) -> AccountPull:
    if missing := account.missing_keys(os.environ):
        failure = f"{', '.join(missing)} is not set"
        return AccountPull(account.name, PromotionSpend.empty(), PromotionReject.empty(), 0, failure)
    keys = list_credentials(account.keys, os.environ)
    url = ask_since(account.url, clock.night, sources.days)
    state_dir = lake.settings.data_dir / "fetch"
    with PoliteClient(load_fetch_policy(), state_dir, routes=by.routes, credentials=keys) as client:
        return pull_account(client, account.name, url, zone=account.zone, event_urls=account.event_urls, at=clock.at)


def _answers(pulled: list[AccountPull]) -> dg.AssetCheckResult:
    told = [f"{pull.account}: {pull.failure}" for pull in pulled if pull.failure]
    told += [f"{pull.account}: {pull.rejects.height} rows rejected" for pull in pulled if pull.rejects.height]
    return dg.AssetCheckResult(
        asset_key=PROMOTED[0],
        check_name="accounts_answer",
        passed=not told,
        severity=dg.AssetCheckSeverity.WARN,
        description="; ".join(told) or f"{len(pulled)} accounts read to their last page",
    )

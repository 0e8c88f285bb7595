"""Interactions: drops and polled pages → typed, hashed, merged interactions and the funnels of the days they touch."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
from filelock import FileLock
from pydantic import Field

from pulsecity_pipeline.config.interactions import EndpointEntry, load_interaction_sources
from pulsecity_pipeline.contracts import SIGNAL_TABLES, Funnel, Interaction, InteractionDrop, InteractionReject, Table
from pulsecity_pipeline.defs.resources import ClockResource, LakeResource
from pulsecity_pipeline.defs.specs import asset_key, table_spec
from pulsecity_pipeline.defs.writing import Outcome, contract_result, preview
from pulsecity_pipeline.fetch.client import PoliteClient
from pulsecity_pipeline.fetch.credentials import list_credentials
from pulsecity_pipeline.fetch.policy import load_fetch_policy
from pulsecity_pipeline.interactions.drops import Drop, find_drops, load_drop, require_drops
from pulsecity_pipeline.interactions.hashing import require_user_key
from pulsecity_pipeline.interactions.intake import Intake, take_in
from pulsecity_pipeline.interactions.polling import Polled, poll
from pulsecity_pipeline.interactions.storing import find_imbalance, new_rows, publish_intake, store_intake
from pulsecity_pipeline.store.location import require_writable

INTERACTIONS = tuple(asset_key(table) for table in SIGNAL_TABLES)
_DROPS = asset_key(InteractionDrop)


class InteractionsConfig(dg.Config):
    """For the launchpad: `drops` names files to read instead of the folder and the endpoints."""

    drops: list[str] = Field(default_factory=list)


def _check(name: str, key: dg.AssetKey, description: str, *, is_blocking: bool = True) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(name, asset=key, blocking=is_blocking, description=description)


@dg.multi_asset(
    name="take_in",
    specs=[
        table_spec(InteractionDrop, partitions_def=None),
        table_spec(Interaction, [InteractionDrop], partitions_def=None),
        table_spec(InteractionReject, [InteractionDrop], partitions_def=None),
        table_spec(Funnel, [Interaction], partitions_def=None),
    ],
    check_specs=[
        *(_check("contract", key, "Schema and every expectation, before anything is written.") for key in INTERACTIONS),
        _check("accounting", _DROPS, "Rows in = accepted + rejects + repeats, drop by drop."),
        _check("endpoints_answer", _DROPS, "Every endpoint was seen to its last page.", is_blocking=False),
    ],
)
def interactions(
    context: dg.AssetExecutionContext, config: InteractionsConfig, lake: LakeResource, clock: ClockResource
) -> Iterator[Outcome]:
    """Read what is not known yet; a run without anything new writes nothing. User ids are hashed as they are read."""
    folder = require_writable(lake.settings.data_dir)
    # Two at once would each write a day without what the other has found.
    with FileLock(folder / "interactions.lock"):
        drops, polled = _gather(config, lake)
        key = require_user_key(os.environ) if drops else None
        store = lake.open()
        intake = take_in(store, drops, key, received_at=_received_at(clock))
        results = [_endpoints_result(polled), *_results(intake)]
        yield from results
        if broken := [f"{one.check_name} of {one.asset_key}" for one in results[1:] if not one.passed]:
            raise dg.Failure(f"interactions: nothing written: {', '.join(broken)} failed", allow_retries=False)
        if not intake.is_empty:
            store_intake(store, intake)
            run_id = context.run.run_id
            publish_intake(store, intake.days, night=clock.night, run_id=run_id, at=_received_at(clock))
    yield from _materialize(intake)


def _received_at(clock: ClockResource) -> datetime:
    """Now; of a night that is given, its last second: what happened on that day has happened."""
    return clock.at + timedelta(hours=24, seconds=-1) if clock.as_of else datetime.now(UTC)


def _gather(config: InteractionsConfig, lake: LakeResource) -> tuple[list[Drop], list[Polled]]:
    """The files named, or those of the folder and the pages of every endpoint."""
    sources = load_interaction_sources()
    if config.drops:
        return [load_drop(path) for path in require_drops(map(Path, config.drops))], []
    drops = [load_drop(path) for path in find_drops(sources.folder(lake.settings.data_dir))]
    enabled = [endpoint for endpoint in sources.endpoints if endpoint.enabled]
    if enabled:
        # What is fetched must be hashed: without a key nobody is asked.
        require_user_key(os.environ)
    polled = [_poll(endpoint, lake) for endpoint in enabled]
    return [*drops, *(page for one in polled for page in one.pages)], polled


def _poll(endpoint: EndpointEntry, lake: LakeResource) -> Polled:
    if missing := endpoint.missing_keys(os.environ):
        return Polled(endpoint.name, [], f"{', '.join(missing)} is not set")
    credentials = list_credentials(endpoint.keys, os.environ)
    with PoliteClient(load_fetch_policy(), lake.settings.data_dir / "fetch", credentials=credentials) as client:
        return poll(endpoint, client)


def _endpoints_result(polled: list[Polled]) -> dg.AssetCheckResult:
    failed = [f"{one.endpoint}: {one.failure}" for one in polled if one.failure]
    return dg.AssetCheckResult(
        asset_key=_DROPS,
        check_name="endpoints_answer",
        passed=not failed,
        severity=dg.AssetCheckSeverity.WARN,
        description="; ".join(failed) or f"{len(polled)} endpoints seen to their last page",
    )


def _results(intake: Intake) -> Iterator[dg.AssetCheckResult]:
    yield from (contract_result(table, frame) for table, frame in intake.frames.items())
    wrong = find_imbalance(intake)
    figures = new_rows(intake)
    described = "{rows:,} rows = {accepted:,} accepted + {rejects:,} rejects + {repeats:,} repeats".format(**figures)
    yield dg.AssetCheckResult(
        asset_key=_DROPS, check_name="accounting", passed=not wrong, description="; ".join(wrong) or described
    )


def _materialize(intake: Intake) -> Iterator[Outcome]:
    frames, figures = intake.frames, new_rows(intake)
    drops, rejects = frames[InteractionDrop], frames[InteractionReject]
    shown: dict[type[Table], dict[str, dg.MetadataValue | int]] = {
        InteractionDrop: {**figures, "read": preview(drops, drops.columns[1:], 40)},
        Interaction: {"days": len(intake.days), "rows_of_days": frames[Interaction].height},
        InteractionReject: {
            "new": rejects.height,
            "by_kind": preview(
                rejects.group_by("loc", "type", "msg").len("rows").sort("rows", "msg"), ["loc", "type", "msg", "rows"]
            ),
        },
        Funnel: {"days": preview(frames[Funnel].sort("happened_on", descending=True), frames[Funnel].columns[1:], 14)},
    }
    for table in SIGNAL_TABLES:
        yield dg.MaterializeResult(asset_key=asset_key(table), metadata=shown[table])

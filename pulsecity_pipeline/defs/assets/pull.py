"""Pull: every source of a city as one multi-asset over the table raw.pages."""

from collections.abc import Iterator
from datetime import date

import dagster as dg
import polars as pl

from pulsecity_pipeline.city_run.pulling import last_validators, page_frames, pull_feeds
from pulsecity_pipeline.config.cities import PLACELESS
from pulsecity_pipeline.config.source_entries import load_sources
from pulsecity_pipeline.contracts import Body, Page
from pulsecity_pipeline.defs.costs import stage_clock
from pulsecity_pipeline.defs.partitions import CITIES
from pulsecity_pipeline.defs.resources import ClockResource, LakeResource, PagesResource
from pulsecity_pipeline.defs.specs import OWNERS, city_check
from pulsecity_pipeline.defs.writing import Outcome, contract_result
from pulsecity_pipeline.inputs import AskedInput, KeptInput
from pulsecity_pipeline.quality.polars_checks import evaluate
from pulsecity_pipeline.sources.protocol import Feed, FetchedPage
from pulsecity_pipeline.sources.registry import SOURCES
from pulsecity_pipeline.store.lake import Lake

KEYS = {name: dg.AssetKey(["raw", name]) for name in SOURCES}


def _spec(name: str) -> dg.AssetSpec:
    return dg.AssetSpec(
        KEYS[name],
        description=f"{load_sources()[name].title}: tonight's pages of the city, as received (raw.pages, raw.bodies).",
        group_name="raw",
        owners=OWNERS,
        kinds={"http", "deltalake"},
        metadata={"dagster/table_name": "raw.pages"},
        partitions_def=CITIES,
    )


@dg.multi_asset(
    name="pull",
    specs=[_spec(name) for name in SOURCES],
    check_specs=[
        city_check(
            "feeds_answer",
            key,
            "Every feed of the source gave a page; the others go on without those that did not.",
            is_blocking=False,
        )
        for key in KEYS.values()
    ],
    partitions_def=CITIES,
    can_subset=True,
)
def pull(
    context: dg.AssetExecutionContext, lake: LakeResource, clock: ClockResource, pages: PagesResource
) -> Iterator[Outcome]:
    """Fetch the selected sources' feeds; a feed or source that fails is a failed check and a row, never the end."""
    city_id, store, costs = context.partition_key, lake.open(), stage_clock(context)
    wanted = [name for name in SOURCES if KEYS[name] in context.selected_asset_keys]
    earlier = store.scan(Page, partitions=[city_id]).collect()
    before = earlier.filter(pl.col("night") < clock.night)
    source_input = pages.open(lake, clock.night)
    fetched: dict[str, list[FetchedPage]] = {}
    with costs.stage("fetch") as stage:
        if city_id not in PLACELESS:
            fetched = _fetch(source_input, city_id, wanted, before)
        stage.rows = sum(len(found) for found in fetched.values())
    everything = [page for found in fetched.values() for page in found]
    tonight, bodies = page_frames(everything, city_id=city_id, night=clock.night, at=clock.at, earlier=before)
    with costs.stage("write"):
        others = [name for name in SOURCES if name not in wanted and source_input.feeds(city_id, name)]
        _store(store, city_id, clock.night, _keep_others(earlier, tonight, others, clock.night), bodies)
    for name in wanted:
        yield from _report(name, tonight.filter(pl.col("source") == name))


def _fetch(
    source_input: AskedInput | KeptInput, city_id: str, wanted: list[str], before: pl.DataFrame
) -> dict[str, list[FetchedPage]]:
    if isinstance(source_input, KeptInput):
        return {name: source_input.read_pages(city_id, name) for name in wanted}
    feeds: dict[str, list[Feed]] = {name: source_input.feeds(city_id, name) for name in wanted}
    if not any(feeds.values()):
        return {}
    known = last_validators(before)
    with source_input.open_client(city_id) as client:
        return {name: pull_feeds(SOURCES[name], feeds[name], client, known) for name in wanted}


def _keep_others(earlier: pl.DataFrame, tonight: pl.DataFrame, others: list[str], night: date) -> pl.DataFrame:
    """Tonight's pages with those that other sources, not selected now, brought earlier tonight."""
    kept = earlier.filter((pl.col("night") == night) & pl.col("source").is_in(others))
    return pl.concat([kept.select(tonight.columns), tonight])


def _store(store: Lake, city_id: str, night: date, tonight: pl.DataFrame, bodies: pl.DataFrame) -> None:
    """Bodies first: a page never points to a body that is not there. And again: maintenance may have found a body that
    came back tonight without a page, and dropped it.
    """
    for table, frame in ((Page, tonight), (Body, bodies)):
        if not contract_result(table, frame).passed:
            broken = [outcome.name for outcome in evaluate(frame, table) if not outcome.passed]
            raise dg.Failure(f"{city_id}: nothing written: {table.table} breaks {', '.join(broken)}")
    store.append_missing(Body, bodies, partition=city_id)
    store.replace(Page, tonight, partition=city_id, night=night)
    store.append_missing(Body, bodies, partition=city_id)


def _report(name: str, pages: pl.DataFrame) -> Iterator[Outcome]:
    """A source that the city has no feed of has nothing to check."""
    failed = pages.filter(pl.col("outcome") == "failed")
    if pages.height:
        yield dg.AssetCheckResult(
            asset_key=KEYS[name],
            check_name="feeds_answer",
            passed=failed.is_empty(),
            description=f"{pages.height - failed.height} of {pages.height} feeds gave a page",
            metadata={"failed": dg.MetadataValue.json(failed.select("feed", "status", "reason").head(20).to_dicts())},
        )
    yield dg.MaterializeResult(
        asset_key=KEYS[name],
        metadata={
            "dagster/partition_row_count": pages.height,
            "failed_pages": failed.height,
            "size_bytes": int(pages["size_bytes"].sum()),
        },
    )

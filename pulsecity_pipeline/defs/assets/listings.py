"""Listings: tonight's pages → clean.listings, clean.rejects and metrics.source_health, which must agree."""

from collections.abc import Iterator

import dagster as dg
import polars as pl

from pulsecity_pipeline.city_run.known import KnownPull, load_known
from pulsecity_pipeline.city_run.listing import CityListings, list_readings, no_listings
from pulsecity_pipeline.city_run.reader import version_reader
from pulsecity_pipeline.city_run.reading import CityReadings, KnownRecords, read_pages
from pulsecity_pipeline.config.cities import NOWHERE, PLACELESS, SHARED
from pulsecity_pipeline.config.health import load_health
from pulsecity_pipeline.config.taxonomy import load_taxonomy
from pulsecity_pipeline.contracts import Body, Listing, Night, Page, PastListing, RecordOutcome, Reject, SourceHealth
from pulsecity_pipeline.defs.assets.pull import KEYS
from pulsecity_pipeline.defs.costs import stage_clock
from pulsecity_pipeline.defs.partitions import CITIES
from pulsecity_pipeline.defs.resources import ClockResource, LakeResource
from pulsecity_pipeline.defs.specs import asset_key, city_check, contract_check, table_spec
from pulsecity_pipeline.defs.writing import Outcome, check_then_write, preview, show_chart
from pulsecity_pipeline.delivery.charts import health_chart
from pulsecity_pipeline.metrics.accounting import check_accounting
from pulsecity_pipeline.sources.protocol import Window
from pulsecity_pipeline.sources.registry import SOURCES
from pulsecity_pipeline.store.lake import Lake

TABLES = (Listing, PastListing, Reject, RecordOutcome, SourceHealth, Night)
#: States that somebody must look at; the others may pass by themselves.
_RED = ["failing", "retired"]


@dg.multi_asset(
    name="list_pages",
    specs=[table_spec(table, KEYS.values()) for table in TABLES],
    check_specs=[
        *(contract_check(table) for table in TABLES),
        city_check(
            "accounting",
            asset_key(SourceHealth),
            "records + expansions = listings + rejects + repeats, feed by feed.",
            is_blocking=True,
        ),
        city_check(
            "feeds_are_well",
            asset_key(SourceHealth),
            "Every feed of the city was seen whole.",
            is_blocking=False,
        ),
    ],
    partitions_def=CITIES,
)
def list_pages(context: dg.AssetExecutionContext, lake: LakeResource, clock: ClockResource) -> Iterator[Outcome]:
    """Split tonight's pages, read and normalise what is new or changed; one bad record or page costs only itself."""
    store, costs = lake.open(), stage_clock(context)
    made = _list_city(context, lake, store, clock)
    yield from check_then_write(
        {
            Listing: made.listings,
            PastListing: made.past_listings,
            Reject: made.rejects,
            RecordOutcome: made.records,
            SourceHealth: made.source_health,
            Night: made.nights,
        },
        lake=store,
        context=context,
        clock=costs,
        night=clock.night,
        checks=(_accounting(made.source_health), _wellness(made.source_health)),
        metadata={
            Listing: {"sample": preview(made.listings, ["title", "starts_local", "venue_name", "city_id", "feed"])},
            Reject: {"by_rule": _count_by(made.rejects, "rule")},
            Night: _sum_night(made.nights),
            SourceHealth: {
                "by_state": _count_by(made.source_health, "state"),
                "chart": show_chart(health_chart(made.source_health)),
            },
        },
    )


def _list_city(
    context: dg.AssetExecutionContext, lake: LakeResource, store: Lake, clock: ClockResource
) -> CityListings:
    city_id, costs = context.partition_key, stage_clock(context)
    if city_id in PLACELESS:
        return no_listings()
    cities = lake.cities()
    reader = version_reader(cities)
    with costs.stage("parse") as stage:
        known = load_known(store, city_id=city_id, night=clock.night)
        read = _read_city(store, city_id, clock, known, reader)
        stage.rows = int(read.page_facts["records_read"].sum())
    with costs.stage("normalize") as stage:
        made = list_readings(
            read,
            known,
            city=NOWHERE if city_id == SHARED else cities[city_id],
            cities=cities,
            night=clock.night,
            at=clock.at,
            taxonomy=load_taxonomy(),
            rules=load_health(),
            reader=reader,
        )
        stage.rows = read.readings.height
    return made


def _read_city(store: Lake, city_id: str, clock: ClockResource, known: KnownPull, reader: str) -> CityReadings:
    pages = store.scan(Page, partitions=[city_id], night=clock.night).collect()
    wanted = pages["body_sha256"].drop_nulls().unique().sort()
    kept = store.scan(Body, partitions=[city_id]).filter(pl.col("body_sha256").is_in(wanted.to_list())).collect()
    bodies = dict(kept.select("body_sha256", "body").iter_rows())
    records = KnownRecords(known.records, known.listings, reader)
    return read_pages(pages, bodies, SOURCES, Window.around(clock.night), records)


def _accounting(health: pl.DataFrame) -> dg.AssetCheckResult:
    violations = check_accounting(health)
    totals = {name: int(health[name].sum()) for name in ("records", "expansions", "listings", "rejects", "repeats")}
    return dg.AssetCheckResult(
        asset_key=asset_key(SourceHealth),
        check_name="accounting",
        passed=violations.is_empty(),
        description=", ".join(f"{name} {count:,}" for name, count in totals.items()),
        metadata={**totals, "feeds_that_do_not_add_up": preview(violations, violations.columns, 20)},
    )


def _wellness(health: pl.DataFrame) -> dg.AssetCheckResult:
    unwell = health.filter(~pl.col("state").is_in(["healthy", "empty"])).sort("state", "feed", descending=True)
    return dg.AssetCheckResult(
        asset_key=asset_key(SourceHealth),
        check_name="feeds_are_well",
        passed=unwell.is_empty(),
        severity=dg.AssetCheckSeverity.ERROR if unwell["state"].is_in(_RED).any() else dg.AssetCheckSeverity.WARN,
        description=f"{health.height - unwell.height} of {health.height} feeds are well",
        metadata={
            "unwell_feeds": unwell.height,
            "unwell": preview(unwell, ["feed", "state", "reason", "seen_whole_on", "records", "rejects"], 40),
        },
    )


def _sum_night(nights: pl.DataFrame) -> dict[str, dg.MetadataValue]:
    counts = nights.drop("city_id", "night", "source", "feed")
    moved = nights.filter(pl.any_horizontal(pl.col("new", "changed", "cancelled", "gone", "back") > 0))
    columns = ["feed", "listings", "new", "changed", "moved", "postponed", "cancelled", "gone", "back", "archived"]
    totals = {
        name: dg.MetadataValue.int(int(count)) for name, count in zip(counts.columns, counts.sum().row(0), strict=True)
    }
    return totals | {
        "by_feed": preview(moved.sort("changed", "new", "feed", descending=[True, True, False]), columns, 30)
    }


def _count_by(frame: pl.DataFrame, column: str) -> dg.MetadataValue:
    counts = frame.group_by(column).len("rows").sort(["rows", column], descending=[True, False])
    return preview(counts, [column, "rows"], 20)

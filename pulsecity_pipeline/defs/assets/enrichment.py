"""Enrichment: what others know of a city's performers, venues and days, beside the night and never part of it."""

import os
from collections.abc import Iterator

import dagster as dg
import polars as pl

from pulsecity_pipeline.city_run.enriching import MADE_FROM, CityNight, Enriched, enrich_city
from pulsecity_pipeline.city_run.providers import choose_providers, open_providers
from pulsecity_pipeline.contracts import ArtistFact, Event, Holiday, Sample, Table, Venue, VenuePlace, Weather
from pulsecity_pipeline.defs.costs import drop_clock, stage_clock
from pulsecity_pipeline.defs.partitions import CITIES
from pulsecity_pipeline.defs.resources import ClockResource, LakeResource, PagesResource, ProvidersResource
from pulsecity_pipeline.defs.specs import asset_key, city_check, contract_check, table_spec
from pulsecity_pipeline.defs.writing import Outcome, check_then_write, preview

DEPENDS: dict[type[Table], list[type[Table]]] = {
    ArtistFact: [Event],
    Sample: [Event],
    VenuePlace: [Venue],
    Weather: [],
    Holiday: [],
}
ENRICHED = [asset_key(table) for table in DEPENDS]


@dg.multi_asset(
    name="enrich_city",
    specs=[table_spec(table, deps) for table, deps in DEPENDS.items()],
    check_specs=[
        *(contract_check(table) for table in DEPENDS),
        *(
            city_check(
                "providers_answer",
                asset_key(table),
                "Every question was answered; what was not is asked again another night.",
                is_blocking=False,
            )
            for table in DEPENDS
            if table is not Holiday
        ),
    ],
    partitions_def=CITIES,
    can_subset=True,
)
def enrich(
    context: dg.AssetExecutionContext,
    lake: LakeResource,
    clock: ClockResource,
    pages: PagesResource,
    providers: ProvidersResource,
) -> Iterator[Outcome]:
    """Ask the providers that are on for what has grown old; one that is off, or does not answer, changes nothing."""
    city, costs = lake.cities().get(context.partition_key), stage_clock(context)
    is_fictional = pages.mode == "sandbox" and not providers.routes
    chosen, left = choose_providers(providers.entries(), os.environ, is_fictional=is_fictional)
    for name, reason in left.items():
        context.log.warning("%s is not asked: %s", name, reason)
    wanted = {table for table in DEPENDS if asset_key(table) in context.selected_asset_keys}
    asked = {name: entry for name, entry in chosen.items() if any(name in MADE_FROM[table] for table in wanted)}
    if city is None or not asked:
        context.log.info("nothing to ask: %s", "no city" if city is None else "no provider is on")
        return
    with (
        costs.stage("fetch"),
        open_providers(asked, os.environ, lake.settings.data_dir / "fetch", providers.routes) as client,
    ):
        made = enrich_city(CityNight(lake.open(), city, clock.night, clock.at, asked, client))
    frames = {table: frame for table, frame in made.frames.items() if table in wanted}
    yield from _report(made, wanted)
    yield from check_then_write(
        frames,
        lake=lake.open(),
        context=context,
        clock=costs,
        night=clock.night,
        metadata={table: {"rows": preview(frame, frame.columns, 20)} for table, frame in frames.items()},
    )
    drop_clock(context)


def _report(made: Enriched, tables: set[type[Table]]) -> Iterator[dg.AssetCheckResult]:
    """A check of every table whose providers were asked."""
    for table in sorted(tables, key=lambda table: table.table):
        askers = [asker for name in MADE_FROM[table] if (asker := made.askers.get(name)) and asker.asked]
        if not askers:
            continue
        told = pl.DataFrame([(a.provider, a.asked, a.failed, a.closed) for a in askers], orient="row").rename(
            {"column_0": "provider", "column_1": "asked", "column_2": "failed", "column_3": "closed"}
        )
        yield dg.AssetCheckResult(
            asset_key=asset_key(table),
            check_name="providers_answer",
            passed=not told["failed"].sum(),
            description="; ".join(
                f"{asker.provider}: {asker.asked} asked, {asker.failed} failed"
                + "".join(f", {reason} ({count})" for reason, count in asker.reasons.items())
                for asker in askers
            ),
            metadata={"by_provider": preview(told, told.columns)},
        )

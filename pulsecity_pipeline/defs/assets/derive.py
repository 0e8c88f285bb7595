"""Derive: events → features, the city's pulse, and the ranking."""

from collections.abc import Iterator

import dagster as dg

from pulsecity_pipeline.config.attendance import load_attendance
from pulsecity_pipeline.contracts import CityDay, CityPulse, Event, EventFeatures, RankedEvent, Venue
from pulsecity_pipeline.defs.costs import stage_clock
from pulsecity_pipeline.defs.partitions import CITIES
from pulsecity_pipeline.defs.resources import ClockResource, LakeResource
from pulsecity_pipeline.defs.specs import contract_check, table_spec
from pulsecity_pipeline.defs.writing import Outcome, check_then_write, preview, show_chart
from pulsecity_pipeline.delivery.charts import pulse_chart, ranking_chart, spark_markdown
from pulsecity_pipeline.features.city_days import build_city_days
from pulsecity_pipeline.features.event_days import build_event_days
from pulsecity_pipeline.features.events import build_event_features
from pulsecity_pipeline.metrics.city_pulse import build_city_pulse
from pulsecity_pipeline.rankings.events import rank_events

FEATURES = (EventFeatures, CityDay)


@dg.multi_asset(
    name="build_features",
    specs=[table_spec(table, [Event, Venue]) for table in FEATURES],
    check_specs=[contract_check(table) for table in FEATURES],
    partitions_def=CITIES,
)
def build_features(context: dg.AssetExecutionContext, lake: LakeResource, clock: ClockResource) -> Iterator[Outcome]:
    """What is known tonight of every event, with its attendance estimate, and of every day of the city."""
    city_id, store, costs = context.partition_key, lake.open(), stage_clock(context)
    with costs.stage("derive") as stage:
        events, venues = (store.scan(table, partitions=[city_id]).collect() for table in (Event, Venue))
        features = build_event_features(events, venues, at=clock.at, priors=load_attendance())
        days = build_city_days(events, features, city_id=city_id, at=clock.at)
        stage.rows = features.height
    yield from check_then_write(
        {EventFeatures: features, CityDay: days}, lake=store, context=context, clock=costs, night=clock.night
    )


@dg.multi_asset(
    name="build_metrics",
    specs=[table_spec(CityPulse, [Event, EventFeatures]), table_spec(RankedEvent, [Event, EventFeatures])],
    check_specs=[contract_check(CityPulse), contract_check(RankedEvent)],
    partitions_def=CITIES,
)
def build_metrics(context: dg.AssetExecutionContext, lake: LakeResource, clock: ClockResource) -> Iterator[Outcome]:
    """How busy the coming weeks are, and which events matter most."""
    city_id, store, costs = context.partition_key, lake.open(), stage_clock(context)
    with costs.stage("derive") as stage:
        events, features = (store.scan(table, partitions=[city_id]).collect() for table in (Event, EventFeatures))
        event_days = build_event_days(events, features, at=clock.at)
        pulse = build_city_pulse(event_days, city_id=city_id, night=clock.night)
        ranked = rank_events(events, features, city_id=city_id, night=clock.night, at=clock.at)
        stage.rows = ranked.height
    top = ranked.head(10).join(events.select("event_id", "title", "starts_local", "venue_name"), on="event_id")
    yield from check_then_write(
        {CityPulse: pulse, RankedEvent: ranked},
        lake=store,
        context=context,
        clock=costs,
        night=clock.night,
        metadata={
            CityPulse: {
                "chart": show_chart(pulse_chart(pulse)),
                "pulse_by_week": dg.MetadataValue.md(spark_markdown(pulse.sort("week_on")["pulse"].to_list())),
                "weeks": preview(pulse.sort("week_on"), ["week_on", "event_count", "attendance_p50", "pulse"], 26),
            },
            RankedEvent: {
                "chart": show_chart(ranking_chart(top)),
                "top_ten": preview(
                    top.sort("position"), ["position", "impact", "title", "starts_local", "venue_name"], 10
                ),
            },
        },
    )

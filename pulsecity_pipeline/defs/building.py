"""Building: everything Dagster loads, put together with resources set from the environment."""

import dagster as dg

from pulsecity_pipeline.defs.alerts import alert_on_failure
from pulsecity_pipeline.defs.assets.derive import build_features, build_metrics
from pulsecity_pipeline.defs.assets.enrichment import enrich as enrich_city
from pulsecity_pipeline.defs.assets.interactions import interactions
from pulsecity_pipeline.defs.assets.listings import list_pages
from pulsecity_pipeline.defs.assets.promotion import promotion
from pulsecity_pipeline.defs.assets.publish import publish
from pulsecity_pipeline.defs.assets.pull import pull
from pulsecity_pipeline.defs.assets.resolve import resolve
from pulsecity_pipeline.defs.assets.warehouse import warehouse
from pulsecity_pipeline.defs.jobs import city, close, enrich, take_interactions, take_promotion
from pulsecity_pipeline.defs.maintenance import maintain, maintenance, weekly_maintenance
from pulsecity_pipeline.defs.nightly import close_after_cities, daily_promotion, half_hourly, nightly
from pulsecity_pipeline.defs.resources import (
    AccountsResource,
    ClockResource,
    LakeResource,
    PagesResource,
    ProvidersResource,
)
from pulsecity_pipeline.settings import load_settings


def build_definitions() -> dg.Definitions:
    """Everything Dagster loads, with resources set from the environment."""
    settings = load_settings()
    return dg.Definitions(
        assets=[
            pull,
            list_pages,
            resolve,
            build_features,
            build_metrics,
            publish,
            warehouse,
            interactions,
            maintenance,
            enrich_city,
            promotion,
        ],
        jobs=[city, close, enrich, take_interactions, take_promotion, maintain],
        schedules=[nightly, half_hourly, daily_promotion, weekly_maintenance],
        sensors=[close_after_cities, alert_on_failure],
        resources={
            "lake": LakeResource(data_dir=str(settings.data_dir)),
            "clock": ClockResource(as_of=settings.as_of.isoformat() if settings.as_of else ""),
            "pages": PagesResource(mode=settings.input, seed=settings.seed, sandbox_scale=settings.sandbox_scale),
            "providers": ProvidersResource(),
            "accounts": AccountsResource(),
        },
        executor=dg.in_process_executor,
    )

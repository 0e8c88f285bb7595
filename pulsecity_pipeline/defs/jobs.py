"""Jobs: one city's night, the close after the cities, and enrichment beside both."""

import dagster as dg

from pulsecity_pipeline.defs.assets.enrichment import ENRICHED
from pulsecity_pipeline.defs.assets.interactions import INTERACTIONS
from pulsecity_pipeline.defs.assets.promotion import PROMOTED
from pulsecity_pipeline.defs.assets.warehouse import WAREHOUSE
from pulsecity_pipeline.defs.maintenance import MAINTENANCE

city = dg.define_asset_job(
    "city",
    selection=dg.AssetSelection.all()
    - dg.AssetSelection.assets(WAREHOUSE, MAINTENANCE, *ENRICHED, *INTERACTIONS, *PROMOTED),
    executor_def=dg.in_process_executor,
    description="One city, one night: pull, list, resolve, derive, publish. One run per city.",
)
take_interactions = dg.define_asset_job(
    "interactions",
    selection=dg.AssetSelection.assets(*INTERACTIONS),
    executor_def=dg.in_process_executor,
    description="What people did with events, from drops and endpoints; only days with new rows are written.",
)
close = dg.define_asset_job(
    "close",
    selection=dg.AssetSelection.assets(WAREHOUSE),
    executor_def=dg.in_process_executor,
    description="After the cities: the Great Expectations gate over everything published, then the warehouse.",
)
enrich = dg.define_asset_job(
    "enrich",
    selection=dg.AssetSelection.assets(*ENRICHED),
    executor_def=dg.in_process_executor,
    description="After a city is published: what providers know of its performers and days. All are off as they ship.",
)
take_promotion = dg.define_asset_job(
    "promotion",
    selection=dg.AssetSelection.assets(*PROMOTED),
    executor_def=dg.in_process_executor,
    description="What ad accounts spent on promotion in the last weeks.",
)

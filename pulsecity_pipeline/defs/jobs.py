"""Jobs: one city's night, and the close after the cities."""

import dagster as dg

from pulsecity_pipeline.defs.assets.warehouse import WAREHOUSE
from pulsecity_pipeline.defs.maintenance import MAINTENANCE

city = dg.define_asset_job(
    "city",
    selection=dg.AssetSelection.all() - dg.AssetSelection.assets(WAREHOUSE, MAINTENANCE),
    executor_def=dg.in_process_executor,
    description="One city, one night: pull, list, resolve, derive, publish. One run per city.",
)
close = dg.define_asset_job(
    "close",
    selection=dg.AssetSelection.assets(WAREHOUSE),
    executor_def=dg.in_process_executor,
    description="After the cities: the Great Expectations gate over everything published, then the warehouse.",
)

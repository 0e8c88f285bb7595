"""Partitions: one per city, one for what many cities share, and the two places that are no city."""

import dagster as dg

from pulsecity_pipeline.config.cities import PLACELESS, SHARED, load_all_cities
from pulsecity_pipeline.settings import load_settings

CITIES = dg.StaticPartitionsDefinition([SHARED, *load_all_cities(load_settings().data_dir), *PLACELESS])

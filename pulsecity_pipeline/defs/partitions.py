"""Partitions: one per city, plus the two places that are no city."""

import dagster as dg

from pulsecity_pipeline.config.cities import PLACELESS, load_all_cities
from pulsecity_pipeline.settings import load_settings

CITIES = dg.StaticPartitionsDefinition([*load_all_cities(load_settings().data_dir), *PLACELESS])

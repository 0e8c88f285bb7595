"""The front door that Dagster loads; nothing else."""

from pulsecity_pipeline.defs.building import build_definitions

defs = build_definitions()

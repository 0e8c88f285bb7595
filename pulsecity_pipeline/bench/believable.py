"""The believable bench: the sandbox's listings set beside real ones, distribution by distribution."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Final

import polars as pl

from pulsecity_pipeline.bench.believable_distances import compare_profiles
from pulsecity_pipeline.bench.believable_real import read_real
from pulsecity_pipeline.bench.believable_sandbox import read_sandbox
from pulsecity_pipeline.config.cities import load_cities
from pulsecity_pipeline.sandbox.night import SandboxNight

#: Cities where most is written in English, as in the real data.
CITIES: Final = ("ca-toronto", "us-tx-austin", "gb-london")
#: Sources of so few real listings are left out.
_LEAST: Final = 25


def bench_believable(folders: Sequence[Path], night: date, seed: int, city_ids: Sequence[str] = CITIES) -> pl.DataFrame:
    """COMPARED rows of all populations that the folders tell enough of."""
    real = pl.concat([read_real(folder) for folder in folders])
    real = real.filter(pl.len().over("population") >= _LEAST)
    fiction = SandboxNight(load_cities(), seed=seed, night=night)
    return compare_profiles(real, read_sandbox(fiction, city_ids))

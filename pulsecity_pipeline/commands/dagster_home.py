"""The Dagster instance: its home under the data folder, made ready before Dagster is asked for it."""

import os
import shutil
from pathlib import Path

from pulsecity_pipeline.settings import Settings

REPOSITORY = Path(__file__).parents[2]


def prepare_dagster_home(settings: Settings) -> Path:
    """Point DAGSTER_HOME at the data folder and put dagster.yaml there, unless the environment has its own home."""
    own = settings.dagster_home.resolve()
    home = Path(os.environ.setdefault("DAGSTER_HOME", str(own)))
    home.mkdir(parents=True, exist_ok=True)
    shipped, target = REPOSITORY / "dagster.yaml", home / "dagster.yaml"
    if home == own and shipped.exists() and not (target.exists() and target.read_bytes() == shipped.read_bytes()):
        shutil.copyfile(shipped, target)
    os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "1")
    return home

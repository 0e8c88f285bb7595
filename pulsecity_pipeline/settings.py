"""Settings: what the environment says, checked once; everything else gets it as an argument."""

import re
from datetime import date
from pathlib import Path

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from pulsecity_pipeline.config.errors import ConfigurationError


class Settings(BaseSettings):
    """`PULSECITY_…`: DATA_DIR, INPUT, AS_OF, SEED, SANDBOX_SCALE, and their defaults."""

    model_config = SettingsConfigDict(env_prefix="PULSECITY_", frozen=True)

    data_dir: Path = Path("data")
    #: `sandbox`, `replay:DIR`, `lake:DIR` or `live`.
    input: str = "sandbox"
    #: The night, as a date; None means today, decided at the edge.
    as_of: date | None = None
    seed: int = 7
    #: How much of the sandbox's world there is: 1.0 is about 2,800 listings in a city of a million people.
    sandbox_scale: float = Field(default=0.5, gt=0, le=50)

    @field_validator("input")
    @classmethod
    def _known_mode(cls, value: str) -> str:
        if value in ("sandbox", "live") or re.fullmatch(r"(replay|lake):.+", value):
            return value
        raise ValueError("expected sandbox, live, replay:DIR or lake:DIR")

    @property
    def lake_dir(self) -> Path:
        return self.data_dir / "lake"

    @property
    def warehouse_path(self) -> Path:
        return self.data_dir / "warehouse.duckdb"

    @property
    def dagster_home(self) -> Path:
        return self.data_dir / "dagster"


def load_settings() -> Settings:
    """Settings from the environment. Raises ConfigurationError naming the variable."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "PULSECITY_" + ".".join(str(part) for part in first["loc"]).upper()
        raise ConfigurationError(f"environment: {name}: {first['msg']}") from error

"""The ad accounts whose spend on promotion is pulled; see promotion.yaml."""

from datetime import date
from functools import cache
from pathlib import Path

from pydantic import Field, field_validator

from pulsecity_pipeline.config.keys import Keyed
from pulsecity_pipeline.config.loading import Strict, load_yaml, packaged


class AccountEntry(Keyed):
    """One ad account: `url` is its daily insights query without dates, `zone` the account's own."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")
    url: str = Field(pattern=r"^https?://")
    enabled: bool
    verified_on: date | None
    zone: str | None = None
    event_urls: dict[str, str] = Field(default_factory=dict)

    @property
    def is_on(self) -> bool:
        return self.enabled and self.verified_on is not None


class PromotionSources(Strict):
    """All accounts, and how many days back their spend is asked for."""

    days: int = Field(ge=1, le=90)
    accounts: list[AccountEntry]

    @field_validator("accounts")
    @classmethod
    def _names_differ(cls, accounts: list[AccountEntry]) -> list[AccountEntry]:
        if len({account.name for account in accounts}) < len(accounts):
            raise ValueError("two accounts have one name")
        return accounts


@cache
def load_promotion(path: Path | None = None) -> PromotionSources:
    """What `path` says, or what ships. Raises ConfigurationError."""
    return load_yaml(path or packaged("promotion.yaml"), PromotionSources)

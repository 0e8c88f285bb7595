"""The attendance priors: people per day by category, their spread, and the factors that move them."""

from functools import cache
from pathlib import Path

from pydantic import Field, field_validator

from pulsecity_pipeline.config.loading import Strict, load_yaml, packaged


class Prior(Strict):
    """A log-normal number of people per day; `origin` says what the median stands on."""

    median: float = Field(gt=0, description="People per day.")
    spread: float = Field(gt=0, le=3, description="Standard deviation of the natural logarithm.")
    origin: str = Field(min_length=10)


class CategoryPrior(Prior):
    """The prior of a category, and of those subcategories that differ from it."""

    subcategories: dict[str, Prior] = Field(default_factory=dict)


class Factors(Strict):
    """What multiplies a prior's median; each is explained where its number is set."""

    feeds_exponent: float = Field(ge=0, le=1)
    feeds_cap: int = Field(ge=1)
    series: float = Field(gt=0)
    weekend_evening: float = Field(gt=0)
    priced: float = Field(gt=0)
    day_exponent: float = Field(ge=0, le=1)
    day_cap: int = Field(ge=1)


class AttendancePriors(Strict):
    """All that the attendance estimate is made of; `other` is what an unknown category falls back to."""

    model_version: str = Field(pattern=r"^[a-z0-9-]+$")
    factors: Factors
    categories: dict[str, CategoryPrior]

    @field_validator("categories")
    @classmethod
    def _has_fallback(cls, categories: dict[str, CategoryPrior]) -> dict[str, CategoryPrior]:
        if "other" not in categories:
            raise ValueError("category 'other' expected, the fallback of unknown categories")
        return categories

    def rows(self) -> list[tuple[str, str | None, float, float]]:
        """(category, subcategory or None, median, spread), in file order."""
        found: list[tuple[str, str | None, float, float]] = []
        for category, prior in self.categories.items():
            found.append((category, None, prior.median, prior.spread))
            found += [(category, name, sub.median, sub.spread) for name, sub in prior.subcategories.items()]
        return found


@cache
def load_attendance(path: Path | None = None) -> AttendancePriors:
    """The priors of `path`, or those that ship. Raises ConfigurationError."""
    return load_yaml(path or packaged("attendance.yaml"), AttendancePriors)

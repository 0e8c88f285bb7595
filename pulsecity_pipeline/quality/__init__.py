"""Quality: contracts checked against rows, in Polars on every run and in Great Expectations at the close."""

from pulsecity_pipeline.quality.gx_suite import validate_with_gx
from pulsecity_pipeline.quality.outcome import CheckOutcome, summarize
from pulsecity_pipeline.quality.polars_checks import evaluate, violations

__all__ = ["CheckOutcome", "evaluate", "summarize", "validate_with_gx", "violations"]

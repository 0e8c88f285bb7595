"""The scores that were published last, and how far new ones drifted from them."""

import json
from pathlib import Path

import polars as pl

from pulsecity_pipeline.bench.truth_scoring import SCORE
from pulsecity_pipeline.config.errors import ConfigurationError

_KEY = ("part", "name")


def load_baseline(path: Path) -> pl.DataFrame:
    """Rows of SCORE; none where there is no file. Raises ConfigurationError for one that is no baseline."""
    if not path.exists():
        return pl.DataFrame(schema=SCORE)
    try:
        return pl.DataFrame(json.loads(path.read_text(encoding="utf-8")), schema=SCORE)
    except (ValueError, TypeError, pl.exceptions.PolarsError) as error:
        raise ConfigurationError(f"{path}: {error}: expected a list of scores: write it with --write") from error


def save_baseline(path: Path, scores: pl.DataFrame) -> None:
    """Write the scores, rounded to four digits, a line each."""
    rounded = scores.with_columns(pl.col("precision", "recall", "f1").round(4))
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rounded.to_dicts())
    path.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def beside_baseline(scores: pl.DataFrame, baseline: pl.DataFrame) -> pl.DataFrame:
    """`scores` with baseline_f1 and drift (f1 now less f1 then; null where either is not known), in their own order."""
    known = baseline.select(*_KEY, baseline_f1="f1")
    return scores.join(known, on=_KEY, how="left", maintain_order="left").with_columns(
        # Of nothing at all the sign is not shown.
        drift=(pl.col("f1").round(4) - pl.col("baseline_f1")).round(4) + 0.0
    )

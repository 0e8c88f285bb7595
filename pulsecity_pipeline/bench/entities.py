"""How well the matcher finds the same events, measured on hand-labelled pairs beside a plain baseline."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import polars as pl
from rapidfuzz import fuzz
from rapidfuzz.process import cpdist

from pulsecity_pipeline.bench.labelled import SEEN_AT, load_city_records, load_conferences
from pulsecity_pipeline.config.matching import Matching, load_matching
from pulsecity_pipeline.entities.previous import Previous
from pulsecity_pipeline.entities.resolution import resolve_city

NIGHT = date(2024, 1, 1)
LAST_YEAR = 2023
BASELINE_RATIO = 90
PAIR = ["a_id", "b_id"]


@dataclass(frozen=True)
class PairScore:
    """One method on one slice of labelled pairs: `found` true pairs, `wrong` predicted ones; null where undefined."""

    data: str
    method: str
    with_url: bool
    slice: str
    true_pairs: int
    found: int
    wrong: int | None
    precision: float | None
    recall: float | None
    f1: float | None


def run_conferences(folder: Path, matching: Matching | None = None) -> list[PairScore]:
    """Two conference lists in `folder`/er_events: the matcher with and without pages, and a plain baseline.

    Universe: pairs of one record of each list, both of years up to 2023. Positives are the pairs of truth_pairs.csv;
    every other predicted pair counts as wrong, but those that the reviewers called ambiguous, or the same in spite of
    dates weeks apart (labelled_other_pairs.csv), count neither way. Slices are `all`, each `split …`, and each
    `tier …` (recall only: a wrong pair belongs to no tier). The baseline is token-set ratio of the names >= 90 and
    the same first day. Raises FileNotFoundError.
    """
    chosen = matching or load_matching()
    truth = pl.read_csv(folder / "er_events" / "truth_pairs.csv").filter(pl.col("year") <= LAST_YEAR)
    judged = pl.read_csv(folder / "er_events" / "labelled_other_pairs.csv")
    ignored = judged.filter(pl.col("label").cast(pl.String) != "0").select(PAIR)
    shown, hidden = (
        load_conferences(folder / "er_events", with_url).filter(pl.col("starts_on").dt.year() <= LAST_YEAR)
        for with_url in (True, False)
    )
    return [
        *_score_slices(predict_pairs(shown, chosen), truth, ignored, "matcher", with_url=True),
        *_score_slices(predict_pairs(hidden, chosen), truth, ignored, "matcher", with_url=False),
        *_score_slices(_predict_baseline(hidden), truth, ignored, "baseline", with_url=False),
    ]


def run_city_pairs(folder: Path, matching: Matching | None = None) -> list[PairScore]:
    """Judged pairs of city events in `folder`/er_city; slices `all` and each `stratum …`.

    Universe: exactly the judged pairs, ambiguous ones left out; predicted is a pair whose records end in one event
    when all records of their city are resolved together. Raises FileNotFoundError.
    """
    chosen = matching or load_matching()
    labels = pl.read_csv(folder / "er_city" / "labels.csv").with_columns(pl.col("label").cast(pl.String))
    labels = labels.filter(pl.col("label").is_in(["0", "1"]))
    slices = [("all", labels)]
    slices += [(f"stratum {name}", part) for (name,), part in labels.group_by("stratum", maintain_order=True)]
    rows = []
    for with_url in (True, False):
        records = load_city_records(folder / "er_city", with_url)
        predicted = pl.concat([predict_pairs(part, chosen) for part in records.partition_by("city_id")])
        for name, part in slices:
            said = predicted.join(part, on=PAIR, how="semi")
            rows.append(_score("er_city", said, part.filter(pl.col("label") == "1"), "matcher", with_url, name))
    return rows


def predict_pairs(records: pl.DataFrame, matching: Matching) -> pl.DataFrame:
    """Listings of one city with `record_id` → `a_id` < `b_id` of different feeds that end in one event."""
    resolution = resolve_city(
        records.drop("record_id"),
        city_id=str(records["city_id"][0]),
        night=NIGHT,
        at=SEEN_AT,
        previous=Previous.nothing(),
        matching=matching,
    )
    linked = resolution.event_listings.join(records.select("listing_id", "record_id", "feed"), on="listing_id")
    linked = linked.select("event_id", "record_id", "feed")
    both = linked.join(linked, on="event_id", suffix="_right")
    return (
        both.filter((pl.col("record_id") < pl.col("record_id_right")) & (pl.col("feed") != pl.col("feed_right")))
        .select(a_id="record_id", b_id="record_id_right")
        .sort("a_id", "b_id")
    )


def _predict_baseline(records: pl.DataFrame) -> pl.DataFrame:
    named = records.select("record_id", "feed", "starts_on", name=pl.col("title").str.to_lowercase())
    both = named.join(named, on="starts_on", suffix="_right")
    both = both.filter(pl.col("feed") < pl.col("feed_right"))
    ratio = cpdist(both["name"].to_list(), both["name_right"].to_list(), scorer=fuzz.token_set_ratio)
    alike = both.filter(pl.Series(ratio) >= BASELINE_RATIO)
    return alike.select(a_id="record_id", b_id="record_id_right").sort("a_id", "b_id")


def _score_slices(
    predicted: pl.DataFrame, truth: pl.DataFrame, ignored: pl.DataFrame, method: str, with_url: bool
) -> list[PairScore]:
    counted = predicted.join(ignored, on=PAIR, how="anti")
    rows = [_score("er_events", counted, truth, method, with_url, "all")]
    for (split,), part in truth.group_by("split", maintain_order=True):
        others = truth.filter(pl.col("split") != split)
        said = counted.join(others, on=PAIR, how="anti")
        rows.append(_score("er_events", said, part, method, with_url, f"split {split}"))
    for (tier,), part in truth.sort("tier").group_by("tier", maintain_order=True):
        said = counted.join(part, on=PAIR, how="semi")
        row = _score("er_events", said, part, method, with_url, f"tier {tier}")
        rows.append(replace(row, wrong=None, precision=None, f1=None))
    return rows


def _score(
    data: str, predicted: pl.DataFrame, truth: pl.DataFrame, method: str, with_url: bool, slice_name: str
) -> PairScore:
    found = predicted.join(truth, on=PAIR, how="semi").height
    both = predicted.height + truth.height
    return PairScore(
        data=data,
        method=method,
        with_url=with_url,
        slice=slice_name,
        true_pairs=truth.height,
        found=found,
        wrong=predicted.height - found,
        precision=found / predicted.height if predicted.height else None,
        recall=found / truth.height if truth.height else None,
        f1=2 * found / both if both else None,
    )

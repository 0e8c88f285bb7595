"""The scorecard of a source that was tried for one city: measures, each with its limit, and what speaks against it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import polars as pl

from pulsecity_pipeline.config.onboarding import OnboardingRules
from pulsecity_pipeline.quality.trial_marks import FILLED, mark_listings

#: One row per measure. `share` is `count` of `total`, null where there is nothing to share; a measure without a limit
#: is told and decides nothing; one with a limit and nothing to measure is not met and not missed (`is_met` null).
SCORECARD = pl.Schema(
    {
        "section": pl.String(),
        "measure": pl.String(),
        "count": pl.Int64(),
        "total": pl.Int64(),
        "share": pl.Float64(),
        "limit": pl.String(),
        "is_met": pl.Boolean(),
    }
)
#: Reasons of failed pages that are shown.
_MOST_REASONS = 5
_WHOLE_PAGE = ~pl.col("is_record") & (pl.col("pointer") == "page") & (pl.col("stage") != "fetch")


@dataclass(frozen=True)
class Trial:
    """What one pull of a source gave, in the contracts' schemas: raw.pages, metrics.source_health, clean.listings and
    clean.rejects; `known`: clean.listings that the city's lake has of other feeds; `before`: clean.listings of the
    same source from another night, None where there is none to compare with.
    """

    city_id: str
    night: date
    pages: pl.DataFrame
    health: pl.DataFrame
    listings: pl.DataFrame
    rejects: pl.DataFrame
    known: pl.DataFrame
    before: pl.DataFrame | None


@dataclass(frozen=True)
class _Measure:
    """Without a total the count itself is held to the limit, else the share."""

    section: str
    name: str
    count: int
    total: int | None = None
    at_least: float | None = None
    at_most: float | None = None

    def row(self) -> tuple[object, ...]:
        share = self.count / self.total if self.total else None
        value = self.count if self.total is None else share
        return (self.section, self.name, self.count, self.total, share, self._limit(), self._is_met(value))

    def _limit(self) -> str | None:
        sign, bound = ("≥", self.at_least) if self.at_least is not None else ("≤", self.at_most)
        if bound is None:
            return None
        return f"{sign} {bound:g}" if self.total is None else f"{sign} {100 * bound:g} %"

    def _is_met(self, value: float | None) -> bool | None:
        if value is None or (self.at_least is None and self.at_most is None):
            return None
        return not (
            (self.at_least is not None and value < self.at_least) or (self.at_most is not None and value > self.at_most)
        )


def build_scorecard(trial: Trial, rules: OnboardingRules) -> pl.DataFrame:
    """What a trial gave → SCORECARD, in the order it is read; every measure is taken, whatever the others say."""
    marked = mark_listings(trial.listings, city_id=trial.city_id, night=trial.night, far_days=rules.far_days)
    measures = (
        *_measure_pages(trial, rules),
        *_measure_records(trial, rules),
        *_measure_listings(marked, rules),
        *_measure_fill(marked.filter("is_upcoming"), rules),
        *_measure_times(marked, rules),
        *_compare_known(marked.filter("is_upcoming"), trial, rules),
        *_compare_nights(marked.filter("is_upcoming"), trial, rules),
    )
    return pl.DataFrame([measure.row() for measure in measures], schema=SCORECARD, orient="row")


def list_reasons(scorecard: pl.DataFrame) -> list[str]:
    """SCORECARD → one line for each measure that misses its limit; none where the source is to be accepted."""
    missed = scorecard.filter(~pl.col("is_met")).to_dicts()
    return [f"{row['measure']}: {_show_value(row)}, expected {row['limit']}" for row in missed]


def _show_value(row: dict[str, object]) -> str:
    if row["total"] is None:
        return f"{row['count']:,}"
    return f"{100 * float(str(row['share'])):.1f} % ({row['count']:,} of {row['total']:,})"


def _measure_pages(trial: Trial, rules: OnboardingRules) -> Iterator[_Measure]:
    asked, failed = trial.pages.height, trial.pages.filter(pl.col("outcome") == "failed")
    refused = trial.rejects.filter(_WHOLE_PAGE)["page_id"].n_unique()
    yield _Measure("pages", "pages asked", asked, at_least=1)
    yield _Measure("pages", "pages failed", failed.height, asked, at_most=rules.max_failed_pages)
    for reason, count in _count_by(failed, "reason").head(_MOST_REASONS).iter_rows():
        yield _Measure("pages", f"failed: {reason}", count)
    yield _Measure("pages", "pages refused as a whole", refused, asked, at_most=rules.max_failed_pages)


def _measure_records(trial: Trial, rules: OnboardingRules) -> Iterator[_Measure]:
    """`records + expansions = listings + rejects + repeats`, and the rejects by rule, the commonest first."""
    names = ("records", "expansions", "listings", "rejects", "repeats")
    counts = {name: int(trial.health[name].sum()) for name in names}
    for name in ("records", "expansions", "listings", "repeats"):
        yield _Measure("records", name, counts[name])
    yield _Measure("records", "rejects", counts["rejects"], counts["records"], at_most=rules.max_rejects)
    for rule, count in _count_by(trial.rejects, "rule").iter_rows():
        yield _Measure("records", f"rejects: {rule}", count)
    found = pl.col("records") + pl.col("expansions")
    lost = trial.health.select((found - pl.sum_horizontal("listings", "rejects", "repeats")).abs().sum()).item()
    yield _Measure("records", "records unaccounted for", int(lost), at_most=rules.max_unaccounted)


def _count_by(frame: pl.DataFrame, column: str) -> pl.DataFrame:
    """`column` and how many rows have it, the commonest first."""
    return frame.group_by(column).len().sort(["len", column], descending=[True, False])


def _measure_listings(marked: pl.DataFrame, rules: OnboardingRules) -> Iterator[_Measure]:
    in_city = marked.filter("is_in_city")
    upcoming = in_city.filter("is_upcoming").height
    yield _Measure("volume", "upcoming listings in the city", upcoming, at_least=rules.min_upcoming)
    yield _Measure("volume", "listings in the city", in_city.height, marked.height, at_least=rules.min_in_city)
    again, across = int(marked["is_again"].sum()), int(marked["is_again_elsewhere"].sum())
    yield _Measure("volume", "duplicates within a feed", again, marked.height, at_most=rules.max_duplicates)
    yield _Measure("volume", "duplicates of its other feeds", across, marked.height)


def _measure_fill(upcoming: pl.DataFrame, rules: OnboardingRules) -> Iterator[_Measure]:
    filled = upcoming.select(is_filled.sum().alias(name) for name, is_filled in FILLED.items())
    limits: dict[str, float] = {str(name): share for name, share in rules.min_fill.items()}
    for name, count in filled.row(0, named=True).items():
        yield _Measure("fill", name, int(count), upcoming.height, at_least=limits.get(name))


def _measure_times(marked: pl.DataFrame, rules: OnboardingRules) -> Iterator[_Measure]:
    zoned, timed = marked.filter("is_zoned"), marked.filter("is_timed")
    limits = (
        ("zone is not the place's", zoned, "is_foreign_zone", rules.max_foreign_zones),
        ("zone unknown", marked, "is_unknown_zone", None),
        ("starts from 02:00 to 06:00", timed, "is_small_hours", rules.max_small_hours),
        ("over already", marked, "is_past", rules.max_past),
        (f"more than {rules.far_days} days ahead", marked, "is_far", rules.max_far),
    )
    for name, rows, mark, limit in limits:
        yield _Measure("times", name, int(rows[mark].sum()), rows.height, at_most=limit)


def _compare_known(upcoming: pl.DataFrame, trial: Trial, rules: OnboardingRules) -> Iterator[_Measure]:
    """Against what the city's lake has; a lake that has nothing is told by the first measure, and decides nothing."""
    known = mark_listings(trial.known, city_id=trial.city_id, night=trial.night, far_days=rules.far_days)
    said = known.filter("is_upcoming")
    total = upcoming.height if said.height else 0
    shared = upcoming.join(said, on=["said_title", "starts_on"], how="semi").height if total else 0
    yield _Measure("lake", "upcoming listings in the lake", said.height)
    yield _Measure("lake", "overlap with the lake", shared, total)
    yield _Measure("lake", "unique", total - shared, total, at_least=rules.min_unique)


def _compare_nights(upcoming: pl.DataFrame, trial: Trial, rules: OnboardingRules) -> Iterator[_Measure]:
    """Of what both nights list, by feed, title and start, once in each: how much has the same id in both."""
    if trial.before is None:
        return
    before = mark_listings(trial.before, city_id=trial.city_id, night=trial.night, far_days=rules.far_days)
    said = ["source", "feed", "said_title", "starts_on", "starts_local", "venue_name"]
    once, once_before = (frame.unique(said, keep="none") for frame in (upcoming, before))
    both = once.join(once_before.select(*said, id_before="listing_id"), on=said, nulls_equal=True)
    same = both.filter(pl.col("listing_id") == pl.col("id_before")).height
    yield _Measure("nights", "same id as the other night", same, both.height, at_least=rules.min_stable_ids)

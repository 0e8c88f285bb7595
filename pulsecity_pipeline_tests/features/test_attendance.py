"""The attendance estimate against numbers worked by hand, and against the public data its priors stand on."""

import math
import re
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from pulsecity_pipeline.config.attendance import AttendancePriors, CategoryPrior, Factors, Prior, load_attendance
from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.config.loading import packaged
from pulsecity_pipeline.config.taxonomy import load_taxonomy
from pulsecity_pipeline.features.attendance import estimate_attendance

BULK = Path(__file__).parents[3] / "shared" / "data" / "bulk"
Z90 = 1.2815515655446004

PRIORS = AttendancePriors(
    model_version="attendance-prior-1",
    factors=Factors(
        feeds_exponent=0.5, feeds_cap=4, series=0.5, weekend_evening=1.2, priced=1.5, day_exponent=0.5, day_cap=9
    ),
    categories={
        "music": CategoryPrior(
            median=100, spread=1 / Z90, origin="worked by hand",
            subcategories={"classical": Prior(median=200, spread=2 / Z90, origin="worked by hand")},
        ),
        "other": CategoryPrior(median=10, spread=1 / Z90, origin="worked by hand"),
    },
)  # fmt: skip


def described(**changes: Any) -> pl.DataFrame:
    row = {
        "event_id": "e", "category": "music", "subcategory": None, "status": "scheduled", "attendance_mode": "offline",
        "source_count": 1, "is_series": False, "price_min": None, "weekday": 3, "start_hour": 19, "day_count": 1,
        "capacity": None,
    } | changes  # fmt: skip
    types = {"subcategory": pl.String, "price_min": pl.Float64, "capacity": pl.Int64, "day_count": pl.Int64}
    return pl.DataFrame([row], schema_overrides=types)


def estimate(**changes: Any) -> tuple[float, float, float, str]:
    row = estimate_attendance(described(**changes), PRIORS).row(0, named=True)
    return row["attendance_p10"], row["attendance_p50"], row["attendance_p90"], row["attendance_basis"]


def test_quantiles_of_a_bare_prior() -> None:
    assert estimate() == (round(100 / math.e, 1), 100.0, round(100 * math.e, 1), "prior")


@pytest.mark.parametrize(
    ("changes", "median"),
    [
        ({"subcategory": "classical"}, 200),
        ({"subcategory": "unheard_of"}, 100),
        ({"category": "unheard_of", "subcategory": "classical"}, 10),
        ({"source_count": 4}, 200),
        ({"source_count": 100}, 200),
        ({"is_series": True}, 50),
        ({"weekday": 5, "start_hour": 17}, 120),
        ({"weekday": 6, "start_hour": 16}, 100),
        ({"weekday": 7, "start_hour": 20}, 100),
        ({"weekday": 6, "start_hour": None}, 100),
        ({"price_min": 12.5}, 150),
        ({"price_min": 0.0}, 100),
        ({"day_count": 4}, 200),
        ({"day_count": 400}, 300),
        ({"day_count": None}, 100),
        ({"source_count": 4, "is_series": True, "price_min": 5.0, "weekday": 6}, 180),
    ],
)
def test_factors_multiply_the_median(changes: dict[str, Any], median: float) -> None:
    assert estimate(**changes)[1] == pytest.approx(median)


def test_capacity_limits_what_lies_above_it() -> None:
    assert estimate(capacity=150) == (36.8, 100.0, 150.0, "capacity_cap")
    assert estimate(capacity=20) == (20.0, 20.0, 20.0, "capacity_cap")
    assert estimate(capacity=272)[3] == "prior"
    assert estimate(capacity=20, day_count=4) == (73.6, 80.0, 80.0, "capacity_cap")


@pytest.mark.parametrize(
    "changes", [{"status": "cancelled"}, {"status": "moved_online"}, {"attendance_mode": "online"}]
)
def test_nobody_comes(changes: dict[str, Any]) -> None:
    assert estimate(capacity=20, **changes) == (0.0, 0.0, 0.0, "none")


def test_mixed_and_postponed_events_keep_their_estimate() -> None:
    assert estimate(attendance_mode="mixed")[1] == estimate(status="postponed")[1] == 100.0


def test_shipped_priors_cover_the_taxonomy_and_state_their_origin() -> None:
    priors = load_attendance()
    slugs = {(top.slug, sub.slug) for top in load_taxonomy().categories for sub in top.subcategories}
    assert set(priors.categories) == {category for category, _ in slugs} | {"other"}
    assert {(category, sub) for category, sub, *_ in priors.rows() if sub} <= slugs
    assert priors.model_version == "attendance-prior-1"
    for prior in all_priors(priors):
        parts = re.findall(r"[a-z]+ [a-z0-9-]+ (\d+)\^([\d.]+)", prior.origin)
        assert sum(float(weight) for _, weight in parts) == pytest.approx(1), prior.origin
        assert prior.median == pytest.approx(math.prod(int(n) ** float(w) for n, w in parts), rel=0.04), prior.origin


def all_priors(priors: AttendancePriors) -> list[Prior]:
    return [prior for top in priors.categories.values() for prior in (top, *top.subcategories.values())]


def query(sql: str) -> pl.DataFrame:
    with duckdb.connect() as connection:
        found: pl.DataFrame = connection.sql(sql).pl()
    return found


def stated_figures(publisher: str) -> dict[str, float]:
    origins = " ".join(prior.origin for prior in all_priors(load_attendance()))
    return {name: float(figure) for name, figure in re.findall(rf"{publisher} ([a-z0-9-]+) (\d+)\^", origins)}


@pytest.mark.skipif(not BULK.exists(), reason="public data of ../shared/data is absent")
def test_vendor_figures_are_those_of_the_data() -> None:
    sample = query(f"""
        SELECT category, labels, phq_attendance AS people, duration
        FROM read_csv('{BULK}/phq_chicago/*.csv') WHERE phq_attendance > 0""")  # fmt: skip
    one_day = (pl.col("duration") > 0) & (pl.col("duration") <= 86_400)
    for name, figure in stated_figures("vendor").items():
        if name.endswith("-1day"):
            rows = sample.filter(one_day, category=name.removesuffix("-1day"))
        elif name in set(sample["category"]):
            rows = sample.filter(category=name)
        else:
            rows = sample.filter(pl.col("labels").str.contains(f"'{name}'"), category=OF_LABEL[name])
        assert rows["people"].median() == pytest.approx(figure, abs=1), name


OF_LABEL = {
    "comedy": "performing-arts", "movie": "performing-arts", "food": "community", "nba": "sports", "ncaa": "sports",
    "technology": "conferences",
}  # fmt: skip


@pytest.mark.skipif(not BULK.exists(), reason="public data of ../shared/data is absent")
def test_meetup_and_broadway_figures_are_those_of_the_data() -> None:
    groups = query(f"""
        WITH event AS (SELECT event_id, count(*) + sum(guests) AS people
                       FROM read_csv('{BULK}/meetup_bigsky_rsvp/rsvps.csv') WHERE response = 'yes' GROUP BY 1)
        SELECT event.people, groups.name FROM event
        JOIN read_csv('{BULK}/meetup_bigsky_rsvp/events.csv') AS happening ON happening.id = event.event_id
        JOIN read_csv('{BULK}/meetup_bigsky_rsvp/groups.csv') AS groups ON groups.id = happening.group_id""")
    programmers = groups.filter(pl.col("name").str.contains("Programmers"))["people"]
    assert stated_figures("meetup") == {"all": groups["people"].median(), "programmers": programmers.median()}
    musical = query(f"""
        SELECT median("Statistics.Attendance" / "Statistics.Performances") FROM read_csv('{BULK}/broadway/*.csv')
        WHERE "Statistics.Performances" > 0 AND "Show.Type" = 'Musical'""")
    assert stated_figures("broadway") == {"musical": round(musical.item())}


@pytest.mark.parametrize(
    ("find", "replace", "expected"),
    [
        ("    median: 64\n", "    median: -1\n", "categories.music.median"),
        ("  day_cap: 30\n", "  day_cap: 30\n  mood: 2\n", "factors.mood"),
        ("  other:\n", "  others:\n", "category 'other' expected"),
        ('    origin: "vendor concerts 499^0.6 * meetup all 3^0.4"\n', "", "categories.music.origin"),
    ],
)
def test_bad_priors_stop_with_one_line(tmp_path: Path, find: str, replace: str, expected: str) -> None:
    content = packaged("attendance.yaml").read_text(encoding="utf-8")
    assert content.count(find) == 1
    path = tmp_path / "attendance.yaml"
    path.write_text(content.replace(find, replace), encoding="utf-8")
    with pytest.raises(ConfigurationError, match=re.escape(expected)) as error:
        load_attendance(path)
    assert "attendance.yaml" in str(error.value)
    assert "\n" not in str(error.value)

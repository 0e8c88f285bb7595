"""The impact scale: by hand, as a property, and against a vendor's published ranks."""

from pathlib import Path

import duckdb
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulsecity_pipeline.rankings.impact import impact, impact_level

BULK = Path(__file__).parents[3] / "shared" / "data" / "bulk"


def impacts(*people: float | None) -> list[int | None]:
    return (
        pl.DataFrame({"people": people}, schema={"people": pl.Float64})
        .select(impact(pl.col("people")))["people"]
        .to_list()
    )


def test_impact_by_hand() -> None:
    assert impacts(0, 0.9, 1, 3, 10, 100, 331, 1_000, 10_000, 1e6, 1e9) == [0, 0, 0, 0, 10, 30, 40, 50, 70, 100, 100]
    assert impacts(None) == [None]


def test_levels_begin_where_the_contract_says() -> None:
    values = pl.DataFrame({"value": [0, 29, 30, 49, 50, 64, 65, 79, 80, 100]})
    assert values.select(impact_level(pl.col("value"))).to_series().to_list() == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]


@given(st.lists(st.floats(0, 1e8), min_size=2))
def test_more_people_never_mean_less_impact(people: list[float]) -> None:
    values = [value for value in impacts(*sorted(people)) if value is not None]
    assert values == sorted(values)
    assert len(values) == len(people)
    assert all(0 <= value <= 100 for value in values)


@pytest.mark.skipif(not BULK.exists(), reason="public data of ../shared/data is absent")
def test_the_scale_is_the_vendors() -> None:
    with duckdb.connect() as connection:
        ranked = connection.sql(f"""
            SELECT phq_attendance::DOUBLE AS people, rank FROM read_csv('{BULK}/phq_chicago/*.csv')
            WHERE phq_attendance > 0 AND rank IS NOT NULL""").pl()
    difference = ranked.select((impact(pl.col("people")) - pl.col("rank")).abs().alias("difference"))["difference"]
    assert len(difference) == 6_976
    assert difference.value_counts().sort("difference").rows() == [(0, 6_952), (1, 24)]

"""Charts are well-formed, small, and say what the frames say."""

from datetime import date, timedelta
from xml.etree import ElementTree

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from pulsecity_pipeline.delivery.charts import health_chart, pulse_chart, ranking_chart, spark_markdown

SVG = "{http://www.w3.org/2000/svg}"
MONDAY = date(2026, 8, 17)


def parse(svg: str) -> ElementTree.Element:
    root = ElementTree.fromstring(svg)
    assert (root.tag, root.get("width")) == (f"{SVG}svg", "640")
    assert len(svg.encode()) <= 20_000
    return root


def tips(root: ElementTree.Element) -> list[str]:
    return [title.text or "" for title in root.iter(f"{SVG}title")]


def bars(root: ElementTree.Element, side: str) -> list[float]:
    return [float(rect.get(side, "nan")) for rect in root.iter(f"{SVG}rect")]


def pulse(*values: float) -> pl.DataFrame:
    weeks = [MONDAY + timedelta(weeks=number) for number in range(len(values))]
    return pl.DataFrame(
        {"week_on": weeks, "pulse": values}, schema={"week_on": pl.Date, "pulse": pl.Float64}
    ).with_columns(event_count=pl.lit(3), top_category=pl.when(pl.col("pulse") > 0).then(pl.lit("music")))


def test_the_pulse_has_a_bar_a_week() -> None:
    root = parse(pulse_chart(pulse(10.0, 20.0, *[0.0] * 24)))
    assert bars(root, "height")[:3] == [50.0, 100.0, 0.0]
    assert len(tips(root)) == 26
    assert tips(root)[0] == "2026-08-17: pulse 10.0, 3 events, mostly music"
    assert tips(root)[2].endswith("mostly nothing")
    parse(pulse_chart(pulse()))


def top(*titles: str) -> pl.DataFrame:
    return pl.DataFrame({"title": titles}, schema={"title": pl.String}).with_row_index("position", 1).with_columns(
        impact=50, impact_low=40, impact_high=60, attendance_p50=1000.0
    )  # fmt: skip


def test_the_ranking_shows_the_first_ten_whatever_their_titles() -> None:
    root = parse(ranking_chart(top('<b>Rock & "Roll"</b>', "x" * 500, *"abcdefghijk").reverse()))
    assert tips(root)[0] == '<b>Rock & "Roll"</b>: impact 50 (40-60), 1,000 people'
    assert len(tips(root)) == 10
    assert bars(root, "width") == [170.0] * 10
    labels = [text.text or "" for text in root.iter(f"{SVG}text")]
    assert max(len(label) for label in labels) == 44
    parse(ranking_chart(top()))


def test_health_is_one_bar_by_state() -> None:
    states = ["healthy"] * 6 + ["failing"] * 2
    root = parse(health_chart(pl.DataFrame({"state": states})))
    assert bars(root, "width")[::2] == [480.0, 0.0, 0.0, 0.0, 0.0, 160.0, 0.0]
    assert tips(root)[::2] == [
        "6 healthy", "0 empty", "0 degraded", "0 halved", "0 missing", "2 failing", "0 retired",
    ]  # fmt: skip
    parse(health_chart(pl.DataFrame(schema={"state": pl.String})))


def test_sparkline_by_hand() -> None:
    assert spark_markdown([0, 7, None, 3.5]) == "`▁█ ▅` 0.0 … 7.0"
    assert spark_markdown([4.0, 4.0]) == "`▁▁` 4.0 … 4.0"
    assert spark_markdown([]) == spark_markdown([None]) == "no values"
    assert spark_markdown([99.0, *[1.0] * 199, 2.0]).startswith("`▁▁")


@given(st.lists(st.none() | st.floats(-1e12, 1e12), max_size=400))
def test_a_sparkline_fits_the_page(values: list[float | None]) -> None:
    line = spark_markdown(values)
    assert len(line) < 900
    assert "\n" not in line

"""Times of day as people write them; a bare number is none."""

import pytest

from pulsecity_pipeline.sources.formats.clock_times import find_clocks, join_clock


@pytest.mark.parametrize(
    ("text", "clocks"),
    [
        ("7:30 PM", "19:30"),
        ("12:00 am", "00:00"),
        ("12 p.m.", "12:00"),
        ("noon", "12:00"),
        ("19h30", "19:30"),
        ("20h", "20:00"),
        ("de 19h à 21h", "19:00 21:00"),
        ("18:00:00", "18:00"),
        ("6-8 pm", "18:00 20:00"),
        ("11 – 1 pm", "11:00 13:00"),
        ("10:00 am to 4:00 pm", "10:00 16:00"),
        ("10 am, 12-1:30 pm", "10:00 12:00 13:30"),
        ("19 de Agosto 21:00 Hrs.", "21:00"),
        ("13 pm", ""),
        ("room 7, $12.50 for 3", ""),
        ("25:00", ""),
        ("tba", ""),
        ("", ""),
    ],
)
def test_times_of_day(text: str, clocks: str) -> None:
    assert " ".join(f"{clock:%H:%M}" for clock in find_clocks(text)) == clocks


def test_a_date_without_a_time_stays_a_date() -> None:
    joined = join_clock("2026-10-03T00:00:00.000", "at dusk", "Europe/Rome")
    assert joined is not None
    assert (joined.is_date, joined.zone, joined.wall.isoformat()) == (True, None, "2026-10-03T00:00:00")

"""The frame of readings: exactly the contract, rows in file order, each followed by its expansions."""

import polars as pl

from pulsecity_pipeline.contracts import Reading
from pulsecity_pipeline.sources.protocol import ReadResult
from pulsecity_pipeline.sources.readings import readings_frame
from pulsecity_pipeline_tests.sources.calendars import read_calendar

SERIES = "UID:s\nSUMMARY:Series\nCATEGORIES:a,b\nDTSTART;VALUE=DATE:20260901\nDTEND;VALUE=DATE:20260903\nRRULE:FREQ=WEEKLY;COUNT=3"
SINGLE = "UID:o\nSUMMARY:Single\nDTSTART:20260801T100000Z\nGEO:1;2"


def frame_of(result: ReadResult) -> pl.DataFrame:
    return readings_frame(result, source="ics", feed="mill", page_id="pag_aaaaaaaaaaaaaaaa")


def test_nothing_read_is_an_empty_frame_of_the_contract() -> None:
    frame = frame_of(ReadResult())
    assert (frame.height, frame.schema) == (0, Reading.polars_schema())


def test_expansions_repeat_their_row_but_for_id_start_and_end() -> None:
    frame = frame_of(read_calendar(SERIES, SINGLE))
    assert frame.schema == Reading.polars_schema()
    assert frame["source_event_id"].to_list() == ["s#20260901", "s#20260908", "s#20260915", "o"]
    assert frame["is_expansion"].to_list() == [False, True, True, False]
    assert (frame["end_wall"] - frame["start_wall"]).dt.total_days().to_list() == [1, 1, 1, None]
    assert frame["categories"].to_list() == [["a", "b"]] * 3 + [[]]
    same = frame.filter(series_uid="s").drop("source_event_id", "is_expansion", "start_wall", "end_wall")
    assert same.n_unique() == 1


def test_what_a_row_leaves_out_is_null_or_false() -> None:
    (row,) = frame_of(read_calendar(SINGLE)).to_dicts()
    assert (row["start_is_date"], row["end_is_date"], row["end_wall"], row["latitude"]) == (False, False, None, 1.0)
    assert (row["source"], row["feed"], row["page_id"]) == ("ics", "mill", "pag_aaaaaaaaaaaaaaaa")

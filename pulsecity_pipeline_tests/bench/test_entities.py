"""The matcher's benchmark: its arithmetic on a small labelled set, and its floor on the recorded one."""

import json
from pathlib import Path

import pytest

from pulsecity_pipeline.bench.entities import PairScore, run_city_pairs, run_conferences

RECORDED = Path(__file__).parents[3] / "shared" / "data" / "bulk"
needs_recorded = pytest.mark.skipif(
    not (RECORDED / "er_events").is_dir(), reason="recorded data (../shared/data) is absent"
)


def pick(rows: list[PairScore], method: str, with_url: bool, slice_name: str = "all") -> PairScore:
    return next(row for row in rows if (row.method, row.with_url, row.slice) == (method, with_url, slice_name))


def write_lists(folder: Path) -> None:
    def record(key: str, name: str, start: str, city: str) -> dict[str, object]:
        return {"id": key, "name": name, "start_date": start, "end_date": start, "city": city, "country": "Italy",
                "online": False, "url": f"https://{key}.example", "topics": [], "split": "dev"}  # fmt: skip

    events = folder / "er_events"
    events.mkdir(parents=True)
    sides = {
        "a": [record("a1", "Ondina Days", "2022-05-01", "Roma"), record("a2", "Xenakis Conf", "2022-06-01", "Roma"),
              record("a3", "Bernini Summit", "2022-07-01", "Roma"), record("a4", "Future Conf", "2024-07-01", "Roma")],
        "b": [record("b1", "Ondina Days 2022", "2022-05-01", "Roma"), record("b2", "Something Else", "2022-06-01", "Bari"),
              record("b3", "Bernini Summit", "2022-07-01", "Roma"), record("b4", "Future Conf", "2024-07-01", "Roma")],
    }  # fmt: skip
    for side, records in sides.items():
        (events / f"source_{side}.jsonl").write_text("\n".join(json.dumps(row) for row in records))
    (events / "truth_pairs.csv").write_text("a_id,b_id,tier,split,year\na1,b1,url,dev,2022\na2,b2,name,dev,2022\n")
    (events / "labelled_other_pairs.csv").write_text("a_id,b_id,tier,label,split,year\na3,b3,url,ambiguous,dev,2022\n")


def test_found_wrong_and_ignored_pairs_are_counted_and_later_years_left_out(tmp_path: Path) -> None:
    write_lists(tmp_path)
    rows = run_conferences(tmp_path)
    found = pick(rows, "matcher", with_url=False)
    assert (found.true_pairs, found.found, found.wrong, found.recall) == (2, 1, 0, 0.5)
    assert pick(rows, "baseline", with_url=False).found == 1
    tier = pick(rows, "matcher", False, "tier name")
    assert (tier.true_pairs, tier.found, tier.wrong, tier.f1) == (1, 0, None, None)
    (tmp_path / "er_events" / "labelled_other_pairs.csv").write_text(
        "a_id,b_id,tier,label,split,year\na3,b3,url,0,dev,2022\n"
    )
    assert pick(run_conferences(tmp_path), "matcher", with_url=False).wrong == 1


@needs_recorded
def test_the_matcher_beats_the_baseline_on_the_recorded_conferences() -> None:
    rows = run_conferences(RECORDED)
    hidden, baseline = pick(rows, "matcher", with_url=False), pick(rows, "baseline", with_url=False)
    assert hidden.f1 is not None
    assert baseline.f1 is not None
    assert hidden.f1 > baseline.f1
    assert hidden.f1 > 0.88
    assert (pick(rows, "matcher", with_url=True).f1 or 0) > 0.92


@needs_recorded
def test_judged_city_pairs_are_never_wrongly_joined_and_mostly_found() -> None:
    found = pick(run_city_pairs(RECORDED), "matcher", with_url=False)
    assert found.wrong == 0
    assert (found.recall or 0) > 0.6

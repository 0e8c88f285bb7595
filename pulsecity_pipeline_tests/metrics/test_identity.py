"""How well ids last, worked by hand: of each thing that can happen to an id, one."""

from datetime import date

import polars as pl

from pulsecity_pipeline.contracts import Identity
from pulsecity_pipeline.metrics.identity import build_identity

CITY, NIGHT = "us-ca-davis", date(2026, 8, 22)
LINKS = {"listing_id": pl.String, "event_id": pl.String}
LEDGER = {"entity": pl.String, "op": pl.String}


def measure(before: dict[str, str], now: dict[str, str], *ops: tuple[str, str]) -> pl.DataFrame:
    """Listing → event of both nights, and (entity, op) of tonight's ledger."""
    links = [pl.DataFrame(list(linked.items()), schema=LINKS, orient="row") for linked in (before, now)]
    events = [linked.select("event_id").unique() for linked in links]
    return build_identity(
        events_before=events[0],
        events=events[1],
        links_before=links[0],
        links=links[1],
        ledger=pl.DataFrame(list(ops), schema=LEDGER, orient="row"),
        city_id=CITY,
        night=NIGHT,
    )


def test_a_night_on_which_everything_happens() -> None:
    """a stays; b is merged into a; c loses a listing to the split-off s; d is archived; n is new."""
    before = {"1": "a", "2": "b", "3": "c", "4": "c", "5": "d"}
    now = {"1": "a", "2": "a", "3": "c", "4": "s", "6": "n"}
    ops = [("event", op) for op in ("merge", "redirect", "split", "mint", "mint", "archive")]
    found = measure(before, now, *ops, ("venue", "mint"), ("venue", "redirect"))
    assert found.schema == Identity.polars_schema()
    expected = {"events": 4, "kept": 2, "minted": 2, "merged": 1, "split": 1, "archived": 1}
    assert found.row(0, named=True) == {
        "city_id": CITY,
        "night": NIGHT,
        **expected,
        "linked_before_and_now": 4,
        "rehomed": 2,
        "churn": 0.5,
    }
    assert expected["events"] == expected["kept"] + expected["minted"]
    assert len(set(before.values())) == expected["kept"] + expected["merged"] + expected["archived"]


def test_a_quiet_night_has_no_churn_and_a_first_night_has_none_to_tell() -> None:
    assert measure({"1": "a"}, {"1": "a"})["churn"].to_list() == [0.0]
    first = measure({}, {"1": "a"}, ("event", "mint"))
    assert first.select("kept", "minted", "linked_before_and_now", "churn").row(0) == (0, 1, 0, None)

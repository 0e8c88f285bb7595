"""A sale that starts: fifty times the requests for ten minutes, a fair queue, and no more tickets than there is room."""

from dataclasses import replace
from datetime import datetime, timedelta

import polars as pl

from pulsecity_pipeline.sandbox.people.simulating import simulate
from pulsecity_pipeline_tests.sandbox.people.world import make_happenings, make_scene, people

HOUR = timedelta(hours=1)


def requests() -> pl.Series:
    """Moments of lists asked for and clicks, of persons."""
    pages, clicks = people().pages.select("user_id", at="served_at"), people().clicks.select("user_id", at="clicked_at")
    return pl.concat([pages, clicks]).join(people().truth["bots"], on="user_id", how="anti")["at"]


def count(moments: pl.Series, first: datetime, until: datetime) -> int:
    return moments.is_between(first, until, closed="left").arg_true().len()


def test_one_sale_a_week() -> None:
    opens = people().truth["surges"]["opens_at"]
    assert len(opens) == 2
    assert opens[1] - opens[0] == timedelta(days=7)
    assert opens.dt.convert_time_zone("America/Chicago").dt.hour().to_list() == [10, 10]


def test_requests_jump_and_fall_again() -> None:
    moments = requests()
    for sale in people().truth["surges"].iter_rows(named=True):
        before = count(moments, sale["opens_at"] - HOUR, sale["opens_at"]) / 60
        during = count(moments, sale["opens_at"], sale["closes_at"]) / 10
        after = count(moments, sale["closes_at"], sale["closes_at"] + HOUR) / 60
        assert before == sale["usual_per_minute"]
        assert 0.97 * sale["factor"] < during / before < 1.03 * sale["factor"]
        assert after < 3 * before
        assert sale["factor"] == 50


def test_the_queue_is_served_in_turn() -> None:
    for sale in people().truth["surges"].iter_rows(named=True):
        asked = people().clicks.filter((pl.col("origin") == "queue") & (pl.col("happening_id") == sale["happening_id"]))
        assert asked.height == sale["requests"]
        first = asked.filter(pl.col("queue_place").is_not_null()).sort("clicked_at")
        assert first["queue_place"].to_list() == list(range(1, sale["queued_users"] + 1))
        assert first["user_id"].n_unique() == first.height
        served = first["clicked_at"].dt.epoch("ms") + first["wait_seconds"] * 1_000
        assert served.diff().drop_nulls().to_numpy().min() >= 60_000 / sale["served_per_minute"] - 2
        assert first["wait_seconds"].to_numpy().min() >= 0
        assert first["wait_seconds"].max() == sale["longest_wait_seconds"]
        assert sale["longest_wait_seconds"] > 300


def test_no_more_is_sold_than_there_is_and_nothing_before() -> None:
    for sale in people().truth["surges"].iter_rows(named=True):
        sold = people().purchases.filter(pl.col("happening_id") == sale["happening_id"])
        queued = sold.filter(pl.col("origin") == "queue")
        assert queued.height == sale["purchases"]
        assert queued["quantity"].sum() == sale["tickets"] <= sale["stock"]
        assert queued["user_id"].n_unique() == queued.height
        assert sold["purchased_at"].to_physical().min() > sale["opens_at"].timestamp() * 1_000_000


def test_a_small_room_is_sold_out_and_no_more() -> None:
    small = make_happenings().with_columns(capacity=pl.lit(40, pl.Int32))
    made = simulate(replace(make_scene(accounts=600), happenings=small))
    assert made.truth["surges"]["stock"].to_list() == [40, 40]
    assert all(37 <= tickets <= 40 for tickets in made.truth["surges"]["tickets"])

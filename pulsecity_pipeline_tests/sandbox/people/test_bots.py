"""Bots: each kind stands out by what it does, by names of the truth's table alone; people do not."""

import numpy as np
import polars as pl

from pulsecity_pipeline_tests.sandbox.people.estimating import share_of
from pulsecity_pipeline_tests.sandbox.people.world import people


def kinds() -> dict[str, list[str]]:
    return dict(people().truth["bots"].group_by("kind").agg("user_id").sort("kind").iter_rows())


def names(kind: str) -> set[str]:
    return set(kinds()[kind])


def test_the_truth_names_them_all() -> None:
    assert set(kinds()) == {"bot_burst", "bot_coordinated", "bot_slow"}
    told = people().truth["bots"]
    assert set(told["user_id"]) == set(people().users.filter(pl.col("kind") != "person")["user_id"])
    assert told.filter(pl.col("ring").is_not_null())["kind"].unique().to_list() == ["bot_coordinated"]
    visits = people().truth["bot_sessions"].group_by("kind").agg(pl.len()).sort("kind")
    assert visits["kind"].to_list() == ["bot_burst", "bot_coordinated", "bot_slow"]


def test_bursts_ask_for_more_within_minutes_than_any_person() -> None:
    tens = people().pages.group_by("user_id", pl.col("served_at").dt.truncate("10m")).agg(asked=pl.len())
    most = dict(tens.group_by("user_id").agg(pl.col("asked").max()).iter_rows())
    bursts = [most[user] for user in names("bot_burst") if user in most]
    others = [asked for user, asked in most.items() if user not in names("bot_burst")]
    assert bursts
    assert min(bursts) > 70
    assert max(others) < 30


def test_rings_click_one_happening_together_unshown() -> None:
    clicks = people().clicks.filter(pl.col("origin") == "ring")
    assert set(clicks["user_id"]) <= names("bot_coordinated")
    assert clicks["impression_id"].null_count() == clicks.height
    rings = clicks.join(people().truth["bots"], on="user_id")
    met = rings.group_by("ring", pl.col("clicked_at").dt.truncate("6h")).agg(
        accounts=pl.col("user_id").n_unique(),
        happenings=pl.col("happening_id").n_unique(),
        minutes=(pl.col("clicked_at").max() - pl.col("clicked_at").min()).dt.total_seconds() / 60,
    )
    whole = met.filter(pl.col("accounts") == 12)
    assert whole.height >= 3
    assert whole["happenings"].max() == 1
    assert whole["minutes"].cast(pl.Float64).to_numpy().max() < 10


def test_only_rings_share_a_device() -> None:
    shared = people().users.group_by("device_id").agg("user_id").filter(pl.col("user_id").list.len() > 1)
    assert set(shared["user_id"].explode()) == names("bot_coordinated")


def test_the_slow_never_sleep_and_do_not_care() -> None:
    visits = people().sessions.with_columns(hour=pl.col("started_at").dt.convert_time_zone("America/Chicago").dt.hour())
    at_night = (pl.col("hour") < 6).mean()
    by_user = visits.group_by("user_id").agg(night=at_night, days=pl.col("on").n_unique(), visits=pl.len())
    slow = by_user.filter(pl.col("user_id").is_in(names("bot_slow")))
    busy = by_user.filter(~pl.col("user_id").is_in(names("bot_slow")) & (pl.col("visits") > 20))
    assert slow["night"].to_numpy().min() > 0.2
    # Accounts that came or left within the range have fewer days.
    assert share_of(slow["visits"] == 6 * slow["days"]) > 0.7
    assert slow["days"].to_list().count(14) >= 8
    assert busy.height > 20
    assert busy["night"].to_numpy().mean() < 0.08
    shown = people().impressions.filter(pl.col("user_id").is_in(names("bot_slow")))
    above, below = (
        float(shown.filter(pl.col("position").is_between(*places))["is_clicked"].cast(pl.Float64).to_numpy().mean())
        for places in ((1, 3), (8, 10))
    )
    assert abs(above - below) < 0.08
    assert np.isclose(above, 0.3, atol=0.06)


def test_bots_buy_nothing() -> None:
    assert set(people().purchases["user_id"]).isdisjoint(people().truth["bots"]["user_id"])

"""Experiments: the effect that is there is found, the one that is not is not, and the broken split is told apart."""

import numpy as np
import polars as pl
import pytest

from pulsecity_pipeline.sandbox.chance import key_of
from pulsecity_pipeline.sandbox.people.simulating import People, simulate
from pulsecity_pipeline_tests.sandbox.people.estimating import Estimate, chi_square_p, ratio, share_of
from pulsecity_pipeline_tests.sandbox.people.world import make_scene, people


def split_p(made: People, experiment: str) -> float:
    """Chi-square over the users whose exposures arrived, against the planned shares."""
    logged = made.exposures.filter((pl.col("experiment_id") == experiment) & pl.col("is_logged"))
    users = logged.group_by("arm").agg(users=pl.col("user_id").n_unique())
    planned = made.truth["experiments"].filter(pl.col("experiment_id") == experiment).join(users, on="arm")
    return chi_square_p(planned["users"], planned["share"])


def lift(made: People, experiment: str) -> Estimate:
    """Purchases a click from a page, treatment ÷ control - 1, of those logged; errors by user."""
    arms = made.exposures.filter((pl.col("experiment_id") == experiment) & pl.col("is_logged"))
    arms = arms.select("user_id", "arm").unique()
    sold = made.purchases.select("click_id", bought=pl.lit(1))
    clicks = (
        made.clicks.filter(pl.col("origin") == "page").join(arms, on="user_id").join(sold, on="click_id", how="left")
    )
    clicks = clicks.with_columns(pl.col("bought").fill_null(0), click=pl.lit(1))
    control, treatment = (
        ratio(clicks.filter(pl.col("arm") == arm), "bought", "click") for arm in ("control", "treatment")
    )
    value = treatment.value / control.value
    error = value * np.hypot(treatment.error / treatment.value, control.error / control.value)
    return Estimate(value - 1.0, float(error))


@pytest.mark.parametrize("seed", [7, 8, 9])
def test_the_effect_is_found(seed: int) -> None:
    made = people(seed=seed)
    true = dict(made.truth["experiments"].filter(arm="treatment").select("experiment_id", "purchase_lift").iter_rows())
    assert true == {"checkout_note": 0.35, "map_first": 0.0}
    for experiment, effect in true.items():
        assert lift(made, experiment).holds(effect), f"{experiment}: {lift(made, experiment)}, truly {effect}"


def test_an_effect_is_told_from_none() -> None:
    made = simulate(make_scene(accounts=8_000))
    assert not lift(made, "checkout_note").holds(0.0)
    assert lift(made, "checkout_note").holds(0.35)


@pytest.mark.parametrize("seed", [7, 8, 9])
def test_the_broken_split_shows_and_the_sound_one_does_not(seed: int) -> None:
    assert split_p(people(seed=seed), "map_first") < 0.001
    assert split_p(people(seed=seed), "checkout_note") > 0.01


def test_the_truth_says_who_is_lost() -> None:
    told = people().truth["experiments"]
    exposures = people().exposures
    for row in told.iter_rows(named=True):
        some = exposures.filter((pl.col("experiment_id") == row["experiment_id"]) & (pl.col("arm") == row["arm"]))
        assert some["user_id"].n_unique() == row["exposed_users"]
        assert some.filter("is_logged")["user_id"].n_unique() == row["logged_users"]
    lost = told.filter(pl.col("exposed_users") > pl.col("logged_users")).row(0, named=True)
    assert (lost["experiment_id"], lost["arm"], lost["lost_share"]) == ("map_first", "treatment", 0.2)
    share = 1 - lost["logged_users"] / lost["exposed_users"]
    assert abs(share - 0.2) < 3 * np.sqrt(0.2 * 0.8 / lost["exposed_users"])


def test_arms_hang_on_the_user_id_alone() -> None:
    arms = people().exposures.select("experiment_id", "user_id", "arm").unique()
    assert arms.height == arms.select("experiment_id", "user_id").unique().height
    salts = dict(people().truth["experiments"].select("experiment_id", "salt").iter_rows())
    for experiment, user, arm in arms.head(200).iter_rows():
        assert (arm == "treatment") == (int(key_of(salts[experiment], user)) < 2**63)


def test_lost_exposures_are_not_sent() -> None:
    lost = people().exposures.filter(~pl.col("is_logged")).select("session_id").unique()
    clicks = people().clicks.join(lost, on="session_id").select("click_id")
    lines = people().sent.join(clicks, left_on="interaction_id", right_on="click_id")["body"]
    assert len(lines) > 100
    assert not lines.str.contains("experiment_map_first").any()
    assert share_of(lines.str.contains("experiment_checkout_note")) > 0.99

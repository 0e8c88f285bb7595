"""What is shown is drawn by the probabilities that stand beside it, and what they let one estimate is true."""

import numpy as np
import polars as pl
import pytest

from pulsecity_pipeline_tests.sandbox.people.estimating import Estimate, chi_square_p, ratio, weigh
from pulsecity_pipeline_tests.sandbox.people.world import OTHER, people


def clicks_a_list(impressions: pl.DataFrame, value: pl.Expr) -> Estimate:
    """Sum of `value` a list; the lists asked for are the same whatever the policy, so their draws alone are chance."""
    rows = impressions.with_columns(value=value, list=(pl.col("position") == 1).cast(pl.Int64))
    return ratio(rows, "value", "list", unit="page_id")


@pytest.mark.parametrize("seed", [7, 8, 9])
def test_ips_finds_the_click_rate_of_another_policy(seed: int) -> None:
    logged, other = people(seed=seed), people(OTHER, seed=seed)
    weighed = weigh(logged.impressions, other.truth["propensities"])
    found = clicks_a_list(weighed, pl.col("weight") * pl.col("is_clicked"))
    true = clicks_a_list(other.impressions, pl.col("click_probability"))
    both = Estimate(found.value, float(np.hypot(found.error, true.error)))
    plain = clicks_a_list(logged.impressions, pl.col("is_clicked"))
    assert both.holds(true.value), f"{both}, truly {true}"
    assert not plain.holds(true.value), "the policies are too much alike for this to tell anything"
    assert found.error < 0.03 * true.value


def test_weights_are_one_on_average() -> None:
    weighed = weigh(people().impressions, people(OTHER).truth["propensities"]).with_columns(one=1)
    for kind in ("home", "search", "digest"):
        some = weighed.filter(pl.col("context_id").str.contains(kind))
        assert ratio(some, "weight", "one").holds(1.0)


def test_the_curve_of_looks_is_found() -> None:
    """Weighed to an even draw, all positions hold the same happenings: what differs is the looks."""
    persons = people().users.filter(pl.col("kind") == "person").select("user_id")
    shown = people().impressions.join(persons, on="user_id", how="semi", maintain_order="left")
    curve = people().truth["examination"]
    for kind in ("home", "search", "digest"):
        some = shown.filter(pl.col("context_id").str.contains(kind))
        true = dict(curve.filter(pl.col("kind") == kind).select("position", "examination").iter_rows())
        found = {place: _even_clicks(some, place) for place in true}
        for place, estimate in found.items():
            wanted = true[place] * found[1].value
            error = float(np.hypot(estimate.error, true[place] * found[1].error))
            assert Estimate(estimate.value, error).holds(wanted), f"{kind} {place}: {estimate}, truly {wanted:.4f}"
        assert found[3].value < 0.8 * found[1].value


def _even_clicks(shown: pl.DataFrame, place: int) -> Estimate:
    """Clicks a list at a position, were every candidate as likely to stand there."""
    sizes = people().truth["policies"].group_by("context_id").agg(candidates=pl.len())
    there = shown.filter(pl.col("position") == place).join(sizes, on="context_id", maintain_order="left")
    # Lists are no longer than their candidates, and short ones end sooner: compare where all positions are.
    there = there.filter(pl.col("candidates") >= 10)
    even = 1.0 / (pl.col("candidates") * pl.col("propensity"))
    return ratio(there.with_columns(value=even * pl.col("is_clicked"), one=1), "value", "one")


@pytest.mark.parametrize("place", [1, 2, 5])
def test_draws_are_as_likely_as_told(place: int) -> None:
    told = people().truth["propensities"].filter(pl.col("position") == place)
    pages = people().pages.filter(pl.col("shown") >= place)
    expected = told.join(pages.group_by("context_id").agg(lists=pl.len()), on="context_id")
    drawn = people().impressions.filter(pl.col("position") == place)
    counted = drawn.group_by("context_id", "happening_id").agg(drawn=pl.len())
    both = expected.join(counted, on=["context_id", "happening_id"], how="left").with_columns(
        pl.col("drawn").fill_null(0)
    )
    both = both.with_columns(wanted=pl.col("propensity") * pl.col("lists"), rank=pl.col("propensity").rank("ordinal"))
    groups = both.group_by(pl.col("rank") * 40 // (both.height + 1)).agg(pl.col("drawn", "wanted").sum())
    assert groups.height == 40
    assert chi_square_p(groups["drawn"], groups["wanted"]) > 0.001


def test_a_list_is_as_likely_as_its_draws_in_turn() -> None:
    weights = people().truth["policies"]
    shown = people().impressions.join(weights, on=["context_id", "happening_id"], maintain_order="left")
    above = pl.col("weight").cum_sum().over("page_id") - pl.col("weight")
    again = shown.with_columns(again=pl.col("weight") / (1.0 - above))
    assert np.allclose(again["again"], again["conditional_propensity"], rtol=1e-6)
    first = again.filter(pl.col("position") == 1)
    assert np.allclose(first["propensity"], first["conditional_propensity"], rtol=1e-9)
    joint = again.group_by("page_id").agg(pl.col("conditional_propensity").product())
    pages = people().pages.filter(pl.col("shown") > 0).join(joint, on="page_id")
    assert np.allclose(pages["slate_propensity"], pages["conditional_propensity"], rtol=1e-9)


def test_nothing_is_shown_twice_or_out_of_time() -> None:
    shown = people().impressions
    assert not shown.select("page_id", "happening_id").is_duplicated().any()
    assert (shown["propensity"] >= 0.2 / 40 * 0.5).all()
    counted = shown.group_by("page_id").agg(pl.col("position").max(), rows=pl.len())
    held = people().pages.filter(pl.col("shown") > 0).join(counted, on="page_id")
    assert held.height == counted.height
    assert (held["shown"] == held["position"]).all()
    assert (held["shown"] == held["rows"]).all()
    empty = people().searches.join(people().pages.filter(pl.col("shown") == 0), on="page_id")
    assert empty["result_count"].max() == 0
    assert empty.height > 50


def test_clicks_are_as_likely_as_told() -> None:
    shown = people().impressions
    found = ratio(shown.with_columns(off=pl.col("is_clicked") - pl.col("click_probability"), one=1), "off", "one")
    assert found.holds(0.0)
    assert np.allclose(shown["examination"] * shown["relevance"], shown["click_probability"])
    assert people().clicks.filter(pl.col("origin") == "page").height == shown["is_clicked"].sum()

"""The people themselves: plausible accounts, awake by day, and the same ones whenever they are made."""

import hashlib
import json
from dataclasses import fields, replace
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from pulsecity_pipeline.sandbox.people import frames, true_frames
from pulsecity_pipeline.sandbox.people.buying import plain_tiers
from pulsecity_pipeline.sandbox.people.defects import LATEST_DAYS
from pulsecity_pipeline.sandbox.people.moments import to_utc
from pulsecity_pipeline.sandbox.people.scene import categories
from pulsecity_pipeline.sandbox.people.simulating import People, simulate
from pulsecity_pipeline.sandbox.world.frames import PRICE_TIER
from pulsecity_pipeline_tests.sandbox.cities import AUSTIN
from pulsecity_pipeline_tests.sandbox.people.world import FIRST, LAST, make_happenings, make_scene, people


def digest(made: People) -> str:
    tables = [getattr(made, one.name) for one in fields(made) if one.name != "truth"]
    texts = [table.write_json() for table in [*tables, *made.truth.values()]]
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def test_the_same_seed_gives_the_same_bytes() -> None:
    first, second, other = (
        digest(simulate(make_scene(FIRST, FIRST + timedelta(days=2), accounts=400, seed=seed))) for seed in (7, 7, 8)
    )
    assert first == second
    assert first != other


def test_the_order_of_happenings_does_not_matter() -> None:
    scene = make_scene(FIRST, FIRST + timedelta(days=1), accounts=300)
    turned = replace(scene, happenings=make_happenings().reverse())
    assert simulate(turned).sent.equals(simulate(scene).sent)


def test_a_day_is_the_same_in_every_range() -> None:
    day = date(2026, 8, 20)
    alone = simulate(make_scene(day, day))
    assert len(people().truth["surges"]) == 2
    assert alone.truth["surges"].height == 1
    assert alone.sessions.sort("session_id").equals(people().sessions.filter(on=day).sort("session_id"))
    held = people().sent.join(alone.sent, on="interaction_id", how="semi")
    assert held.drop("line").sort(held.columns[2:]).equals(alone.sent.drop("line").sort(held.columns[2:]))
    ours = people().truth["propensities"].filter(pl.col("context_id").str.starts_with(str(day)))
    assert ours.equals(alone.truth["propensities"])


def test_what_waits_for_its_sale_waits_in_shorter_ranges_too() -> None:
    whole = people(seed=8)
    sale = whole.truth["surges"].row(0, named=True)
    waiting = whole.clicks.filter((pl.col("origin") == "page") & (pl.col("clicked_at") < sale["opens_at"]))
    assert waiting.filter(happening_id=sale["happening_id"]).height > 100
    before = simulate(make_scene(FIRST, sale["opens_at"].date() - timedelta(days=1), seed=8)).purchases
    assert before.height > 100
    assert before.join(whole.purchases, on="purchase_id", how="anti").is_empty()


def test_people_search_for_what_they_like() -> None:
    slugs = pl.DataFrame({"category": categories()}).with_row_index("place")
    asked = people().searches.join(slugs, on="category").join(people().users, on="user_id")
    liked = asked.select(pl.col("tastes").list.get("place")).to_series()
    assert float(liked.to_numpy().mean()) > 0.15
    assert asked["category"].n_unique() == 12
    assert asked.filter(pl.col("result_count") > 0)["query"].n_unique() > 60
    held = asked.join(people().pages, on="page_id")
    assert (held["shown"] <= held["result_count"]).all()


def test_a_drop_is_whole_from_some_days_before_it() -> None:
    drop = f"{AUSTIN.city_id}-2026-08-20.jsonl"
    some = simulate(make_scene(date(2026, 8, 20) - timedelta(days=LATEST_DAYS), date(2026, 8, 21)))
    ours, theirs = (made.sent.filter(drop=drop) for made in (people(), some))
    assert ours.height > 10_000
    assert ours.equals(theirs)


def test_tables_are_as_declared() -> None:
    schemas = ("USER", "SESSION", "PAGE", "IMPRESSION", "SEARCH", "CLICK", "SAVE", "PURCHASE", "EXPOSURE", "SENT")
    names = [one.name for one in fields(People)][:-1]
    for name, schema in zip(names, schemas, strict=True):
        assert getattr(people(), name).schema == getattr(frames, schema), name
        assert getattr(people(), name).height, name
    wanted = {
        "policies": true_frames.POLICY,
        "propensities": true_frames.PROPENSITY,
        "examination": true_frames.EXAMINATION,
        "parameters": true_frames.PARAMETER,
        "experiments": true_frames.EXPERIMENT,
        "bots": true_frames.BOT,
        "bot_sessions": true_frames.BOT_SESSION,
        "surges": true_frames.SURGE,
        "defects": true_frames.DEFECT,
        "defect_counts": true_frames.DEFECT_COUNT,
    }
    assert {name: table.schema for name, table in people().truth.items()} == wanted
    assert all(table.height for table in people().truth.values())


def test_ids_are_told_apart() -> None:
    assert people().users["user_id"].str.contains("^[a-zA-Z0-9_-]{3,30}$").all()
    assert people().users["user_id"].is_unique().all()
    once = people().sent.filter(pl.col("defect").ne_missing("repeat"))["interaction_id"]
    assert once.is_unique().all()


def test_homes_and_tastes() -> None:
    users = people().users
    north = (users["latitude"] - AUSTIN.latitude).to_numpy() * 111.2
    east = (users["longitude"] - AUSTIN.longitude).to_numpy() * 111.2 * np.cos(np.radians(AUSTIN.latitude))
    far = np.hypot(north, east)
    assert far.max() <= AUSTIN.radius_km * 1.001
    assert 5 < np.median(far) < 20
    assert np.allclose(users["tastes"].list.sum(), 1.0)
    assert users["tastes"].list.len().unique().to_list() == [12]
    assert users["price_sensitivity"].is_between(0, 1).all()


def test_the_number_of_accounts_stays() -> None:
    users = people().users
    there = [((users["signed_up_on"] <= day) & (users["left_on"] > day)).sum() for day in (FIRST, LAST)]
    assert there == [2_500, 2_500]
    came = users.filter(pl.col("signed_up_on").is_between(FIRST, LAST))
    assert 50 < came.height < 150
    visits = people().sessions.join(came, on="user_id")
    assert visits.height
    assert (visits["started_at"] >= visits["signed_up_at"]).all()


def test_people_sleep_and_plan_ahead() -> None:
    persons = people().users.filter(kind="person").select("user_id")
    hours = (
        people().sessions.join(persons, on="user_id")["started_at"].dt.convert_time_zone("America/Chicago").dt.hour()
    )
    counts = np.bincount(hours.to_numpy(), minlength=24)
    assert counts[19:22].min() > 8 * counts[2:5].max()
    starts = make_happenings().select("happening_id", "starts_local")
    bought = people().purchases.join(starts, on="happening_id")
    lead = (
        bought["starts_local"]
        - bought["purchased_at"].dt.convert_time_zone("America/Chicago").dt.replace_time_zone(None)
    ).dt.total_hours() / 24
    assert (lead > -0.1).all()
    assert float(np.median(lead.to_numpy())) < 20
    shown = people().impressions.join(starts, on="happening_id")
    local = shown["shown_at"].dt.convert_time_zone("America/Chicago").dt.replace_time_zone(None)
    assert (shown["starts_local"] > local).mean() == pytest.approx(1.0, abs=0.001)


def test_money_adds_up() -> None:
    sold = people().purchases
    again = sold.select(right=(pl.col("price") + pl.col("fee")) * pl.col("quantity") == pl.col("amount"))
    assert again["right"].all()
    free = make_happenings().filter("is_free")
    assert sold.join(free, on="happening_id", how="semi").is_empty()
    assert set(sold["currency"]) == {"USD"}


def test_a_range_that_is_none() -> None:
    with pytest.raises(ValueError, match="lies before"):
        make_scene(LAST, FIRST)


def test_too_few_accounts_are_refused() -> None:
    with pytest.raises(ValueError, match="expected 50 or more"):
        make_scene(accounts=49)


def test_a_city_where_nothing_is_on() -> None:
    scene = make_scene(FIRST, FIRST + timedelta(days=6), accounts=100)
    made = simulate(replace(scene, happenings=scene.happenings.clear(), venues=scene.venues.clear()))
    assert made.impressions.is_empty()
    assert made.truth["surges"].is_empty()
    assert set(made.sent["name"]) <= {"login", "search", "signup"}
    assert made.searches["result_count"].max() == 0


def test_what_is_nowhere_or_unknown_is_shown_all_the_same() -> None:
    unknown = make_happenings().with_columns(
        venue_id=pl.lit(None, pl.String),
        category=pl.lit("other"),
        capacity=pl.lit(None, pl.Int32),
        attendance=pl.lit(None, pl.Int32),
        price_min=pl.lit(None, pl.Decimal(12, 3)),
        announced_at=pl.lit(None, pl.Datetime("us", "UTC")),
    )
    scene = make_scene(FIRST, FIRST, accounts=200)
    made = simulate(replace(scene, happenings=unknown))
    assert made.impressions.height > 300
    assert made.impressions["relevance"].is_between(0, 1).all()
    assert made.purchases.is_empty()


def test_tickets_are_of_tiers_that_are_open() -> None:
    happenings = make_happenings()
    starts = happenings.select("happening_id", "starts_local")
    plain = plain_tiers(happenings).filter(tier="advance").join(starts, on="happening_id")
    turn = pl.col("starts_local").dt.replace_time_zone("UTC") - pl.duration(days=10)
    early = plain.with_columns(closes_at=turn, tier=pl.lit('"early" bird'))
    late = plain.with_columns(opens_at=turn, tier=pl.lit("regular"), price=pl.col("price") + 5)
    scene = make_scene()
    tiers = pl.concat([early, late]).select(PRICE_TIER.names()).cast(PRICE_TIER)
    made = simulate(replace(scene, tiers=tiers))
    clicks = made.clicks.select("click_id", "clicked_at", "queue_place")
    sold = made.purchases.join(clicks, on="click_id").join(tiers, on=["happening_id", "tier"])
    sold = sold.filter(pl.col("origin") == "page")
    assert sold["tier"].value_counts()["count"].to_numpy().min() > 100
    assert (sold["clicked_at"] >= sold["opens_at"]).all()
    assert (sold["clicked_at"] < sold["closes_at"]).drop_nulls().all()
    assert (sold["price"] == sold["price_right"]).all()
    line = made.sent.filter((pl.col("name") == "purchase") & pl.col("body").str.contains("early"))["body"][0]
    assert json.loads(line)["properties"]["tier"] == '"early" bird'


@pytest.mark.parametrize(
    ("zone", "local", "utc"),
    [
        ("America/Chicago", "2026-03-08T02:30", "2026-03-08T08:30"),
        ("America/Chicago", "2026-11-01T01:30", "2026-11-01T06:30"),
        ("Europe/Berlin", "2026-08-01T12:00", "2026-08-01T10:00"),
    ],
)
def test_wall_clocks(zone: str, local: str, utc: str) -> None:
    local_ms, utc_ms = (np.array([np.datetime64(text, "ms").astype(np.int64)]) for text in (local, utc))
    assert to_utc(local_ms, zone).tolist() == utc_ms.tolist()

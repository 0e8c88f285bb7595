"""What the site sends of what its people did: an interaction each, in the shape of interactions.event.Event."""

from collections.abc import Iterator
from datetime import date

import orjson
import polars as pl

from pulsecity_pipeline.sandbox.chance import derive_keys
from pulsecity_pipeline.sandbox.people.deeds import Deeds
from pulsecity_pipeline.sandbox.people.experiments import EXPERIMENTS
from pulsecity_pipeline.sandbox.people.naming import write_ids


def list_interactions(deeds: Deeds, happenings: pl.DataFrame, first: date, last: date) -> pl.DataFrame:
    """Every interaction of the range: interaction_id, name, user_id, happened_at, and properties as text of JSON.

    `happenings`: happening_id and public_ref. Sign-ups are those of the days `first` to `last` of the city.
    """
    refs, arms = _name_references(happenings), _arms(deeds.exposures)
    parts = [
        *_list_accounts(deeds, first, last),
        _list_searches(deeds),
        _list_impressions(deeds, refs),
        _list_clicks(deeds, refs, arms),
        _row(deeds.saves.join(refs, on="happening_id"), "save", "save_id", "saved_at", ["url", "event"]),
        _list_purchases(deeds, refs, arms),
    ]
    return pl.concat(parts)


def escape(values: pl.Series) -> pl.Series:
    """Texts as they stand between the quotes of JSON; each distinct one is written once."""
    known = values.drop_nulls().unique().sort()
    written = [orjson.dumps(value).decode()[1:-1] for value in known]
    return values.replace_strict(known, pl.Series(written, dtype=pl.String), default=None, return_dtype=pl.String)


def _name_references(happenings: pl.DataFrame) -> pl.DataFrame:
    """happening_id → `url` where public_ref is an address, else `event`."""
    refs = happenings.select("happening_id", escape(happenings["public_ref"]).alias("ref"))
    is_url = pl.col("ref").str.starts_with("http")
    return refs.select(
        "happening_id", pl.when(is_url).then("ref").alias("url"), pl.when(~is_url).then("ref").alias("event")
    )


def _arms(exposures: pl.DataFrame) -> pl.DataFrame:
    """session_id → one column `experiment_…` an experiment: the arm, where the exposure is logged."""
    logged = exposures.filter("is_logged")
    sides = [
        pl.col("arm").filter(pl.col("experiment_id") == one.name).first().alias(_arm_of(one.name))
        for one in EXPERIMENTS
    ]
    return logged.group_by("session_id", maintain_order=True).agg(sides)


def _arm_of(experiment: str) -> str:
    return f"experiment_{experiment}"


def _list_accounts(deeds: Deeds, first: date, last: date) -> Iterator[pl.DataFrame]:
    """Sign-ups and logins, with the device and the network."""
    users = deeds.users.rename({"device_id": "device", "ip_block": "network"})
    came = users.filter(pl.col("signed_up_on").is_between(first, last))
    ids = write_ids(derive_keys(came["user_key"].to_numpy(), "signs up"))
    yield _row(came.with_columns(id=ids), "signup", "id", "signed_up_at", ["device", "network"])
    logins = deeds.sessions.filter(pl.col("login_at").is_not_null())
    logins = logins.join(users.select("user_id", "device", "network"), on="user_id")
    logins = logins.with_columns(session=pl.col("session_id"))
    yield _row(logins, "login", "session_id", "login_at", ["session", "device", "network"])


def _list_searches(deeds: Deeds) -> pl.DataFrame:
    rows = deeds.searches.with_columns(
        escape(deeds.searches["query"]).alias("query"), slate="page_id", results="result_count", session="session_id"
    )
    return _row(rows, "search", "search_id", "searched_at", ["query", "results", "slate", "session"])


def _list_impressions(deeds: Deeds, refs: pl.DataFrame) -> pl.DataFrame:
    rows = deeds.impressions.select(
        "impression_id", "user_id", "happening_id", "shown_at", "position", "propensity", slate="page_id"
    )
    lists = deeds.pages.select(slate="page_id", list="kind")
    rows = rows.join(lists, on="slate").join(refs, on="happening_id")
    return _row(
        rows, "impression", "impression_id", "shown_at", ["url", "event", "list", "slate", "position", "propensity"]
    )


def _list_clicks(deeds: Deeds, refs: pl.DataFrame, arms: pl.DataFrame) -> pl.DataFrame:
    rows = deeds.clicks.join(refs, on="happening_id").join(arms, on="session_id", how="left")
    rows = rows.with_columns(
        pl.when(pl.col("origin") == "page").then(_arm_of(one.name)).alias(_arm_of(one.name)) for one in EXPERIMENTS
    )
    rows = rows.with_columns(
        slate="page_id", session="session_id", waited=pl.col("wait_seconds").round(1), queue="queue_place"
    )
    arm_names = [_arm_of(one.name) for one in EXPERIMENTS]
    columns = ["url", "event", "slate", "position", "session", "queue", "waited", *arm_names]
    return _row(rows, "click", "click_id", "clicked_at", columns)


def _list_purchases(deeds: Deeds, refs: pl.DataFrame, arms: pl.DataFrame) -> pl.DataFrame:
    visits = deeds.clicks.select("click_id", "session_id")
    rows = (
        deeds.purchases.join(refs, on="happening_id")
        .join(visits, on="click_id")
        .join(arms, on="session_id", how="left")
    )
    rows = rows.with_columns(escape(rows["tier"]).alias("tier"))
    arm_names = [_arm_of(one.name) for one in EXPERIMENTS]
    columns = ["url", "event", "tier", "price", "quantity", "amount", "currency", *arm_names]
    return _row(rows, "purchase", "purchase_id", "purchased_at", columns)


def _row(rows: pl.DataFrame, name: str, key: str, moment: str, columns: list[str]) -> pl.DataFrame:
    """The columns of interactions; `columns`, escaped where they need it, become properties, nulls left out."""
    pieces = [pl.concat_str(pl.lit(f',"{column}":"'), pl.col(column), pl.lit('"')) for column in columns]
    return rows.select(
        interaction_id=pl.col(key),
        name=pl.lit(name),
        user_id=pl.col("user_id"),
        happened_at=pl.col(moment),
        properties=pl.concat_str(pl.lit("{"), pl.concat_str(pieces, ignore_nulls=True).str.slice(1), pl.lit("}")),
    )

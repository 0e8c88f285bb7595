"""Where things take place and who plays: a venue or room, and the bill, for every planned occurrence."""

from typing import Final

import numpy as np
import polars as pl

from pulsecity_pipeline.sandbox.chance import Keys, derive_keys, draw_index, draw_share
from pulsecity_pipeline.sandbox.world.vocabulary import Kind, load_organiser_kinds

#: Kinds with artists → the most on the bill.
BILLED: Final = {"gig": 3, "concert": 2, "tribute": 1, "residency": 1, "club_night": 8, "comedy": 1}
_ROOM_SHARE = 0.75


def add_venues(slots: pl.DataFrame, kind: Kind, organisers: pl.DataFrame, venues: pl.DataFrame) -> pl.DataFrame:
    """`slots` of one kind with venue_id (null online) and is_online.

    Organisers with a house of the right kind stay in it, those with branches use all houses like theirs; the others
    choose. A house with rooms gives three in four things a room. other_venue_id is where it would move to.
    """
    subject = slots["subject_key"].to_numpy()
    houses = venues.filter(pl.col("parent_venue_id").is_null(), pl.col("kind").is_in(kind.venues))
    chosen, other = (_choose(subject, what, houses) for what in ("venue", "other venue"))
    frame = slots.join(_list_houses(organisers, venues, kind), on="organiser", how="left", maintain_order="left")
    branches = [
        _choose(subject, "branch", houses.filter(pl.col("kind") == name)).alias(name)
        for name in frame["branch_kind"].drop_nulls().unique().sort()
    ]
    none = pl.lit(None, dtype=pl.String())
    branch = pl.coalesce(none, *(pl.when(pl.col("branch_kind") == one.name).then(pl.lit(one)) for one in branches))
    is_online = pl.Series(draw_share(subject, "online") < kind.online_share)
    frame = frame.with_columns(chosen=chosen, other=other, is_online=is_online).with_columns(
        venue_id=pl.when("is_online").then(None).otherwise(pl.coalesce(branch, "own", "chosen")),
        other_venue_id=pl.when("is_online").then(None).otherwise("other"),
    )
    return _add_rooms(frame.drop("own", "branch_kind", "chosen", "other"), venues)


def _list_houses(organisers: pl.DataFrame, venues: pl.DataFrame, kind: Kind) -> pl.DataFrame:
    """organiser (row number), own (its house, where this kind fits in), branch_kind (where it uses all branches)."""
    branches = [name for name, one in load_organiser_kinds().items() if one.branches]
    fits = pl.col("house_kind").is_in(kind.venues)
    return (
        organisers.with_row_index("organiser")
        .join(venues.select("venue_id", house_kind="kind"), on="venue_id", how="left", maintain_order="left")
        .select(
            "organiser",
            own=pl.when(fits).then("venue_id"),
            branch_kind=pl.when(fits & pl.col("kind").is_in(branches)).then("house_kind"),
        )
    )


def _choose(keys: Keys, what: str, houses: pl.DataFrame) -> pl.Series:
    ids = houses["venue_id"]
    if ids.is_empty():
        return pl.Series([None] * len(keys), dtype=pl.String())
    return ids.gather(draw_index(keys, what, len(ids)))


def _add_rooms(slots: pl.DataFrame, venues: pl.DataFrame) -> pl.DataFrame:
    rooms = (
        venues.filter(pl.col("parent_venue_id").is_not_null())
        .group_by("parent_venue_id")
        .agg(rooms=pl.col("venue_id").sort())
    )
    subject = slots["subject_key"].to_numpy()
    found = slots.join(rooms, left_on="venue_id", right_on="parent_venue_id", how="left", maintain_order="left")
    in_room = pl.Series(draw_share(subject, "in room") < _ROOM_SHARE)
    number = pl.Series(draw_index(subject, "room", 1_000_000))
    room = pl.col("rooms").list.get(number % pl.col("rooms").list.len(), null_on_oob=True)
    return found.with_columns(
        venue_id=pl.when(pl.col("rooms").is_not_null() & in_room).then(room).otherwise("venue_id")
    ).drop("rooms")


def add_bill(slots: pl.DataFrame, kind_name: str, artists: pl.DataFrame, capacities: pl.Series) -> pl.DataFrame:
    """`slots` of one kind with performer_ids and performers, headliner first; empty lists where nobody is billed.

    The larger the venue (`capacities`, row by row), the more popular the headliner.
    """
    most = BILLED.get(kind_name, 0)
    subject = slots["subject_key"].to_numpy()
    if not most:
        empty = pl.lit([], dtype=pl.List(pl.String()))
        return slots.with_columns(performer_ids=empty, performers=empty, genre=pl.lit(None, dtype=pl.String()))
    pool = _pool(kind_name, artists)
    size = len(pool)
    reach = np.clip(np.log10(capacities.fill_null(100).to_numpy().astype(float)) / 4.3, 0.2, 1.0)
    columns = []
    count = 1 + draw_index(subject, "bill", most)
    for place in range(most):
        rank = _rank(derive_keys(subject, "performer", place), reach, size)
        is_on = pl.Series(count > place)
        columns.append((pool["artist_id"].gather(rank), pool["name"].gather(rank), pool["genre"].gather(rank), is_on))
    bill = pl.DataFrame({f"{what}{place}": column[at] for place, column in enumerate(columns)
                         for at, what in enumerate(("id", "name", "genre", "on"))})  # fmt: skip
    ids, names = (
        pl.concat_list([pl.when(f"on{place}").then(f"{what}{place}") for place in range(most)]).list.drop_nulls()
        for what in ("id", "name")
    )
    found = bill.select(
        performer_ids=ids.list.unique(maintain_order=True),
        performers=names.list.unique(maintain_order=True),
        genre="genre0",
    )
    return slots.with_columns(found)


def _pool(kind_name: str, artists: pl.DataFrame) -> pl.DataFrame:
    if kind_name == "tribute":
        return artists.filter(pl.col("tribute_to").is_not_null())
    originals = artists.filter(pl.col("tribute_to").is_null())
    if kind_name == "club_night":
        return originals.filter(pl.col("genre") == "electronic_dj")
    if kind_name in ("residency", "comedy"):
        return originals.filter(pl.col("name").str.contains(r"^\S+ \S+( Trio| Quartet)?$"))
    return originals


def _rank(keys: Keys, reach: np.ndarray, size: int) -> np.ndarray:
    """Ranks in a pool sorted by popularity: the greater the reach, the nearer to the top."""
    share = draw_share(keys, "rank") ** (1 + 3 * reach)
    low = (1 - reach) * 0.5
    ranks: np.ndarray = np.minimum((low + share * (1 - low)) * size, size - 1).astype(np.int64)
    return ranks

"""Where things take place and who plays: a venue or room, and the bill, for every planned occurrence."""

from typing import Final

import numpy as np
import polars as pl

from pulsecity_pipeline.sandbox.chance import Keys, derive_keys, draw_index, draw_share
from pulsecity_pipeline.sandbox.world.vocabulary import Kind, load_organiser_kinds

#: Kinds with artists → the most on the bill.
BILLED: Final = {"gig": 3, "concert": 2, "tribute": 1, "residency": 1, "club_night": 3, "comedy": 1}
_ROOM_SHARE = 0.75


def add_venues(slots: pl.DataFrame, kind: Kind, organisers: pl.DataFrame, venues: pl.DataFrame) -> pl.DataFrame:
    """`slots` of one kind with venue_id (null online) and is_online.

    Organisers with a house of the right kind stay in it, those with branches use all of them; the others choose. A
    house with rooms gives three in four things a room. What moves later is drawn by `other_venue_id`.
    """
    subject = slots["subject_key"].to_numpy()
    owners = slots.select("organiser").join(
        organisers.with_row_index("organiser").select("organiser", "venue_id", organiser_kind="kind"),
        on="organiser",
        how="left",
        maintain_order="left",
    )
    houses = venues.filter(pl.col("parent_venue_id").is_null(), pl.col("kind").is_in(kind.venues))
    house_kinds = dict(venues.select("venue_id", "kind").iter_rows())
    usable = [
        one if one is not None and house_kinds[one] in kind.venues else None for one in owners["venue_id"].to_list()
    ]
    has_branches = owners["organiser_kind"].replace_strict(
        {name: one.branches for name, one in load_organiser_kinds().items()}, return_dtype=pl.Boolean()
    )
    own = pl.Series(usable, dtype=pl.String())
    chosen, other = (_choose(subject, what, houses) for what in ("venue", "other venue"))
    is_online = pl.Series(draw_share(subject, "online") < kind.online_share)
    frame = slots.with_columns(own=own, has_branches=has_branches, chosen=chosen, other=other, is_online=is_online)
    stays = pl.col("own").is_not_null() & ~pl.col("has_branches")
    frame = frame.with_columns(
        venue_id=pl.when("is_online").then(None).when(stays).then("own").otherwise("chosen"),
        other_venue_id=pl.when("is_online").then(None).otherwise("other"),
    ).drop("own", "has_branches", "chosen", "other")
    return _add_rooms(frame, venues)


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
    return np.minimum((low + share * (1 - low)) * size, size - 1).astype(np.int64)

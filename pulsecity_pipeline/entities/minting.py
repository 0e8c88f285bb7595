"""Minting: which cluster keeps which id, which ids are new, and what the ledger says; events and venues alike."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime

import polars as pl

from pulsecity_pipeline.contracts import LedgerEntry

FOUNDERS_SCHEMA = pl.Schema(
    {"cluster": pl.Int64(), "fresh_id": pl.String(), "split_id": pl.String(), "reason": pl.String()}
)
VOTES_SCHEMA = pl.Schema(
    {"cluster": pl.Int64(), "previous_id": pl.String(), "weight": pl.Int64(), "since": pl.Datetime("us", "UTC")}
)
#: Cluster and the id it has.
IDS_SCHEMA = pl.Schema({"cluster": pl.Int64(), "id": pl.String()})
_SAID = {
    "entity": pl.String(),
    "op": pl.String(),
    "from_ids": pl.List(pl.String()),
    "to_ids": pl.List(pl.String()),
    "reason": pl.String(),
}


@dataclass
class Minted:
    """`ids`: cluster → id; `decisions`: (op, from_ids, to_ids, reason) in order."""

    ids: dict[int, str] = field(default_factory=dict)
    decisions: list[tuple[str, list[str], list[str], str]] = field(default_factory=list)

    def join_ids(self, settled: pl.DataFrame) -> pl.DataFrame:
        """IDS_SCHEMA of what was settled without a decision and of `ids`, sorted by cluster."""
        return pl.concat([settled, pl.DataFrame(list(self.ids.items()), schema=IDS_SCHEMA, orient="row")]).sort(
            "cluster"
        )

    def redirected(self) -> list[str]:
        """Previous ids that redirect to another now."""
        return [from_ids[0] for op, from_ids, _, _ in self.decisions if op == "redirect"]


def settle_votes(votes: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """VOTES_SCHEMA → (IDS_SCHEMA of clusters with one previous id that is in no other cluster, all other votes).

    On most nights that is nearly every cluster; nobody contests its id, so there is nothing to decide.
    """
    alone = (pl.len().over("cluster") == 1) & (pl.len().over("previous_id") == 1)
    marked = votes.with_columns(is_alone=alone)
    settled = marked.filter("is_alone").select("cluster", id="previous_id").match_to_schema(IDS_SCHEMA)
    return settled.sort("cluster"), marked.filter(~pl.col("is_alone")).drop("is_alone")


def mint_ids(founders: pl.DataFrame, votes: pl.DataFrame, taken: frozenset[str] = frozenset()) -> Minted:
    """FOUNDERS_SCHEMA (one row a cluster) and VOTES_SCHEMA (what of a previous id is in which cluster) → Minted.

    Ids go one to one, the heaviest vote first, then the oldest id, then the smallest. A cluster without any previous
    id mints `fresh_id`; one that had some and got none is split off and mints `split_id`, which never was another's;
    so does one whose fresh id is `taken`. A previous id that no cluster kept is redirected to the cluster that holds
    most of it.
    """
    minted = Minted()
    ranked = list(_rank_votes(votes).select("cluster", "previous_id").iter_rows())
    keeper: dict[str, int] = {}
    for cluster, previous_id in ranked:
        if cluster not in minted.ids and previous_id not in keeper:
            minted.ids[cluster] = previous_id
            keeper[previous_id] = cluster
    came_from: dict[int, str] = {}
    heir: dict[str, int] = {}
    for cluster, previous_id in ranked:
        came_from.setdefault(cluster, previous_id)
        heir.setdefault(previous_id, cluster)
    _mint_new(founders, came_from, taken, minted)
    _redirect_lost({previous: cluster for previous, cluster in heir.items() if previous not in keeper}, minted)
    return minted


def _rank_votes(votes: pl.DataFrame) -> pl.DataFrame:
    return votes.sort(
        "weight", "since", "previous_id", "cluster", descending=[True, False, False, False], nulls_last=True
    )


def _mint_new(founders: pl.DataFrame, came_from: dict[int, str], taken: frozenset[str], minted: Minted) -> None:
    for cluster, fresh_id, split_id, reason in founders.sort("cluster").select(FOUNDERS_SCHEMA.names()).iter_rows():
        if cluster in minted.ids:
            continue
        origin = came_from.get(cluster)
        minted.ids[cluster] = fresh_id if origin is None and fresh_id not in taken else split_id
        if origin is not None:
            parted = [origin, minted.ids[cluster]]
            minted.decisions.append(("split", [origin], parted, f"its listings no longer match; {reason}"))
        minted.decisions.append(("mint", [], [minted.ids[cluster]], reason))


def _redirect_lost(lost: dict[str, int], minted: Minted) -> None:
    merged: defaultdict[str, list[str]] = defaultdict(list)
    for previous_id in sorted(lost):
        merged[minted.ids[lost[previous_id]]].append(previous_id)
    for survivor, others in sorted(merged.items()):
        minted.decisions.append(("merge", sorted([survivor, *others]), [survivor], "their listings are one now"))
        for other in others:
            minted.decisions.append(("redirect", [other], [survivor], f"merged into {survivor}"))


def archive_ids(minted: Minted, previous_ids: pl.Series, ids: pl.Series) -> pl.Series:
    """The previous ids that nothing of tonight has or inherits, sorted; each becomes a decision `archive`."""
    left = previous_ids.filter(
        ~previous_ids.is_in(pl.concat([ids, pl.Series(minted.redirected(), dtype=pl.String)]).implode())
    )
    for previous_id in left.sort():
        minted.decisions.append(("archive", [previous_id], [], "none of its listings is kept any longer"))
    return left.sort()


def write_ledger(minted: dict[str, Minted], city_id: str, night: date, at: datetime) -> pl.DataFrame:
    """Entity → Minted, as `clean.ledger` rows of one city and night, numbered from 1 in a stable order."""
    rows = [
        (entity, *decision)
        for entity in sorted(minted)
        for decision in sorted(minted[entity].decisions, key=lambda row: row[:3])
    ]
    said = pl.DataFrame(rows, schema=_SAID, orient="row").with_row_index("seq", offset=1)
    schema = LedgerEntry.polars_schema()
    ledger = said.with_columns(
        pl.col("seq").cast(pl.Int64), city_id=pl.lit(city_id), night=pl.lit(night), at=pl.lit(at)
    )
    return ledger.select(schema.names()).match_to_schema(schema)

"""Intake: drops → the tables of the signal as they are to be written, reading what is published and writing nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from pulsecity_pipeline.contracts import Funnel, Interaction, InteractionDrop, InteractionReject, Table
from pulsecity_pipeline.contracts.interactions import SIGNAL
from pulsecity_pipeline.interactions.drops import Drop, split_drop
from pulsecity_pipeline.interactions.hashing import UserKey
from pulsecity_pipeline.interactions.merging import close_door, keep_new
from pulsecity_pipeline.interactions.rejecting import reject_frame
from pulsecity_pipeline.interactions.typing import type_rows
from pulsecity_pipeline.metrics.funnels import build_funnels
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.published import scan_published


class IntakeError(RuntimeError):
    """A drop that stops the intake; it names the drop and the kind of error, and quotes nothing."""


@dataclass(frozen=True)
class Read:
    """One drop as read: rows of clean.interactions and clean.interaction_rejects, repeats still among them."""

    drop: Drop
    digest: str
    rows: int
    interactions: pl.DataFrame
    rejects: pl.DataFrame


@dataclass(frozen=True)
class Intake:
    """What a run brings. `days`: those whose rows are rewritten. `frames`: of the day tables the rows of those days
    whole, of the others what is new. `fresh`: how many interactions are new. `skipped`: drops known, and so not read.
    """

    days: list[date]
    frames: dict[type[Table], pl.DataFrame]
    fresh: int
    skipped: int

    @property
    def is_empty(self) -> bool:
        """Nothing is new: nothing is to be written."""
        return not self.days and self.frames[InteractionDrop].is_empty()


def take_in(lake: Lake, drops: Iterable[Drop], key: UserKey | None, *, received_at: datetime) -> Intake:
    """Read the drops that are not known, and put what is new beside what is published.

    Without drops no key is needed. Raises IntakeError where a drop cannot be read for a fault of ours.
    """
    found = list(drops)
    known = set(_published(lake, InteractionDrop).select("digest").collect().to_series())
    reads = [] if key is None else read_new(found, key, known, received_at=received_at)
    interactions = _gather(Interaction, (read.interactions for read in reads))
    rejects = _gather(InteractionReject, (read.rejects for read in reads))
    fresh = keep_new(interactions, _known_rows(lake, Interaction, interactions), "interaction_id")
    refused = keep_new(rejects, _known_rows(lake, InteractionReject, rejects), "reject_id")
    days = sorted({*fresh["happened_on"], *_unpublished_days(lake)})
    stored = _published(lake, Interaction).filter(pl.col("happened_on").is_in(days)).collect()
    rewritten = pl.concat([stored, fresh.drop("drop")])
    return Intake(
        days,
        {
            InteractionDrop: _account(reads, fresh, refused, received_at),
            Interaction: rewritten,
            InteractionReject: refused.drop("drop"),
            Funnel: build_funnels(rewritten),
        },
        fresh.height,
        len(found) - len(reads),
    )


def read_new(drops: Iterable[Drop], key: UserKey, known: set[str], *, received_at: datetime) -> list[Read]:
    """Each drop that is neither `known` (by digest) nor a copy of one before it."""
    seen, reads = set(known), list[Read]()
    for drop in drops:
        digest = key.hash("drp", drop.content)
        if digest not in seen:
            seen.add(digest)
            reads.append(_read(drop, digest, key, received_at))
    return reads


def _read(drop: Drop, digest: str, key: UserKey, received_at: datetime) -> Read:
    try:
        typed = type_rows(split_drop(drop), received_at=received_at)
        interactions = close_door(typed.typed, key, source=drop.source, received_at=received_at)
        rejects = reject_frame(drop, typed.refused, key, received_at=received_at)
    except Exception as error:
        # Whatever it is, its words could quote a row, and would be kept where runs are.
        raise IntakeError(f"{drop.source}: {type(error).__name__}") from None
    return Read(drop, digest, typed.typed.height + len(typed.refused), interactions, rejects)


def _account(reads: Sequence[Read], fresh: pl.DataFrame, refused: pl.DataFrame, received_at: datetime) -> pl.DataFrame:
    """Rows of raw.interaction_drops: a row is the first's that brought it, everything else is a repeat."""
    accepted, rejected = (dict(new.group_by("drop").len().iter_rows()) for new in (fresh, refused))
    rows = [
        {
            "signal": SIGNAL,
            "source": read.drop.source,
            "digest": read.digest,
            "size_bytes": len(read.drop.content),
            "rows": read.rows,
            "accepted": accepted.get(index, 0),
            "rejects": rejected.get(index, 0),
            "repeats": read.interactions.height + read.rejects.height - accepted.get(index, 0) - rejected.get(index, 0),
            "received_at": received_at,
        }
        for index, read in enumerate(reads)
    ]
    return pl.DataFrame(rows, schema=InteractionDrop.polars_schema())


def _gather(table: type[Table], frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """All rows of a table's frames, `drop` being the place of the frame each is of."""
    numbered = [frame.with_columns(drop=pl.lit(index, pl.Int64)) for index, frame in enumerate(frames)]
    return pl.concat([table.empty().with_columns(drop=pl.lit(None, pl.Int64)), *numbered])


def _published(lake: Lake, table: type[Table]) -> pl.LazyFrame:
    return scan_published(lake, table, city_id=SIGNAL)


def _known_rows(lake: Lake, table: type[Table], rows: pl.DataFrame) -> pl.DataFrame:
    """Ids among those of `rows` that are published."""
    ids = rows.lazy().select(table.key)
    return _published(lake, table).select(table.key).join(ids, on=list(table.key), how="semi").collect()


def _unpublished_days(lake: Lake) -> list[date]:
    """Days that a killed run has written and not published: they are put right with the next write."""
    counted = [pl.col("happened_on"), pl.len().alias("rows")]
    head, held = (
        rows.group_by("happened_on").agg(counted[1:]).collect()
        for rows in (lake.scan(Interaction, partitions=[SIGNAL]), _published(lake, Interaction))
    )
    return head.join(held, on=["happened_on", "rows"], how="anti")["happened_on"].to_list()

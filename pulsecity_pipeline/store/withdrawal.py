"""Taking nights back, and letting them hold again: marks in `ops.published`; no table's rows are touched."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime

import polars as pl
from deltalake import CommitProperties, DeltaTable

from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.contracts import Published
from pulsecity_pipeline.contracts.signals import SIGNALS
from pulsecity_pipeline.store.known import missing_versions
from pulsecity_pipeline.store.lake import PARTITION_ENTRY, Lake
from pulsecity_pipeline.store.predicates import rows_of_nights
from pulsecity_pipeline.store.published import scan_held


@dataclass(frozen=True)
class Step:
    """A city's way back: the night it stands on and the earlier one it is to stand on."""

    city_id: str
    held_on: date
    back_to: date


def plan_rollback(lake: Lake, city_ids: Collection[str] | None, *, to: date | None = None) -> list[Step]:
    """One step back for each city, or back to the night `to`; sorted by city, without those that stand there already.

    `city_ids` None means every city that stands on the newest night (given `to`: after that night), `online` and
    `elsewhere` among them, signals (`interactions`, `promotion`) not. Raises ConfigurationError where a city was never
    published, has no earlier night, or where `to` is not one of its nights.
    """
    held = _held_by_city(lake)
    if city_ids is None:
        for signal in SIGNALS:
            held.pop(signal, None)
        chosen = {city: nights for city, nights in held.items() if nights[-1] > (to or date.min)}
        newest = max((nights[-1] for nights in held.values()), default=None)
        if to is None:
            chosen = {city: nights for city, nights in held.items() if nights[-1] == newest}
        elif not any(to in nights for nights in held.values()):
            raise ConfigurationError(f"{to}: no city has published this night, or it was taken back")
    else:
        chosen = {city: held.get(city, []) for city in dict.fromkeys(city_ids)}
    steps = [_step(city, nights, to, is_exact=city_ids is not None) for city, nights in sorted(chosen.items())]
    return [step for step in steps if step.held_on > step.back_to]


def withdraw(lake: Lake, city_id: str, *, after: date, at: datetime) -> list[date]:
    """Take back the city's nights after `after`, in one commit; `at` (UTC) is when. Returns the nights, sorted.

    Everything that reads what is published goes on from `after`; the rows stay in the lake, and running a night again
    publishes it anew.
    """
    nights = [night for night in _held_by_city(lake, [city_id]).get(city_id, []) if night > after]
    if nights:
        _mark(lake, city_id, nights, at)
    return nights


def reinstate(lake: Lake, city_ids: Collection[str], *, night: date) -> dict[str, list[date]]:
    """Let a night that was taken back hold again: one commit a city, once all of them have been found able to.

    With it come the nights that it was made from and that were taken back with it or after it. Returns the nights by
    city. Raises ConfigurationError where a city never published it, it holds already, a later night holds (that one
    was made without it), or a version that it names is gone.
    """
    found = {city_id: _reinstatable(lake, city_id, night) for city_id in sorted(set(city_ids))}
    for city_id, nights in found.items():
        _mark(lake, city_id, nights, None)
    return found


def _reinstatable(lake: Lake, city_id: str, night: date) -> list[date]:
    rows = lake.scan(Published).filter(pl.col("city_id") == city_id).collect()
    asked = rows.filter(pl.col("night") == night)
    if asked.is_empty():
        raise ConfigurationError(f"{city_id}: {night} was never published: run it with `pulsecity run`")
    since = asked.item(0, "withdrawn_at")
    if since is None:
        raise ConfigurationError(f"{city_id}: {night} holds already")
    last = rows.filter(pl.col("withdrawn_at").is_null())["night"].max()
    if isinstance(last, date) and last > night:
        raise ConfigurationError(f"{city_id}: {last} was made without {night}: take it back first, or run it again")
    back = rows.filter(pl.col("night") <= night, pl.col("withdrawn_at") >= since)
    if gone := missing_versions(lake, back):
        raise ConfigurationError(f"{city_id}: {night} cannot hold again: {', '.join(gone)} are gone; run it again")
    return back["night"].unique().sort().to_list()


def _mark(lake: Lake, city_id: str, nights: Collection[date], at: datetime | None) -> None:
    """One commit, whose conflict with a publish of the city is tried again on what that has left."""
    chosen = rows_of_nights(Published, city_id, nights)
    named = CommitProperties(custom_metadata={PARTITION_ENTRY: city_id})
    text = "NULL" if at is None else f"'{at.astimezone(UTC).isoformat()}'"

    def mark(head: DeltaTable) -> int:
        head.update(updates={"withdrawn_at": text}, predicate=chosen, commit_properties=named)
        return head.version()

    lake.commit(Published, city_id, mark)


def _step(city_id: str, nights: list[date], to: date | None, *, is_exact: bool) -> Step:
    if not nights:
        raise ConfigurationError(f"{city_id}: nothing is published")
    if to is not None and is_exact and to not in nights:
        raise ConfigurationError(f"{city_id}: {to} is not published; its nights: {', '.join(map(str, nights[-5:]))}")
    earlier = [night for night in nights if (night <= to if to is not None else night < nights[-1])]
    if not earlier:
        raise ConfigurationError(f"{city_id}: no night before {nights[0]} to go back to")
    return Step(city_id, nights[-1], earlier[-1])


def _held_by_city(lake: Lake, city_ids: Collection[str] | None = None) -> dict[str, list[date]]:
    nights = scan_held(lake, partitions=city_ids).select("city_id", "night").unique().sort("city_id", "night").collect()
    return {str(city): frame["night"].to_list() for (city,), frame in nights.group_by("city_id", maintain_order=True)}

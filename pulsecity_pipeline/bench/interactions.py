"""Bench of interactions: a drop of JSON lines, from bytes to rows merged and ready to write."""

import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args

import orjson

from pulsecity_pipeline.contracts.interactions import Name
from pulsecity_pipeline.interactions.drops import Drop
from pulsecity_pipeline.interactions.hashing import UserKey
from pulsecity_pipeline.interactions.intake import take_in
from pulsecity_pipeline.interactions.storing import new_rows, publish_intake, store_intake
from pulsecity_pipeline.store.lake import Lake

FIRST = datetime(2026, 8, 1, tzinfo=UTC)
DAYS = 28


@dataclass(frozen=True)
class InteractionFigures:
    """Seconds of typing and merging (funnels included), of writing and publishing, and of half the drop once more.

    CPU seconds beside them, for a machine that is shared.
    """

    rows: int
    accepted: int
    rejects: int
    repeats: int
    take_in_seconds: float
    take_in_cpu_seconds: float
    write_seconds: float
    overlap_seconds: float

    @property
    def rows_per_second(self) -> int:
        return round(self.rows / self.take_in_seconds)


def bench_interactions(rows: int, seed: int = 7) -> InteractionFigures:
    """A drop of so many rows, 1 % of them bad and 2 % repeats, into an empty lake; then half of it again."""
    drop, at = Drop("bench.jsonl", make_drop(rows, seed)), FIRST + timedelta(days=DAYS)
    half = Drop("half.jsonl", drop.content[: drop.content.index(b"\n", len(drop.content) // 2) + 1])
    key = UserKey(b"of the bench alone")
    with TemporaryDirectory() as folder:
        lake, started, cpu = Lake(Path(folder) / "lake"), time.perf_counter(), time.process_time()
        intake = take_in(lake, [drop], key, received_at=at)
        taken, cpu = time.perf_counter(), time.process_time() - cpu
        store_intake(lake, intake)
        publish_intake(lake, intake.days, night=at.date(), run_id="bench", at=at)
        written = time.perf_counter()
        again = take_in(lake, [half], key, received_at=at)
        ended = time.perf_counter()
    assert again.fresh == 0
    figures = new_rows(intake)
    counts = {name: figures[name] for name in ("rows", "accepted", "rejects", "repeats")}
    return InteractionFigures(
        **counts,
        take_in_seconds=taken - started,
        take_in_cpu_seconds=cpu,
        write_seconds=written - taken,
        overlap_seconds=ended - written,
    )


def make_drop(rows: int, seed: int) -> bytes:
    """JSON lines of 28 days and rows / 20 users."""
    chance, names, lines = random.Random(seed), get_args(Name), list[bytes]()  # noqa: S311  (a seeded draw, no secret)
    for number in range(rows):
        if lines and number % 50 == 0:
            lines.append(lines[-1])
            continue
        moment = FIRST + timedelta(milliseconds=chance.randrange(DAYS * 86_400_000))
        user = f"user{'@' if number % 100 == 1 else '_'}{chance.randrange(rows // 20 + 1)}"
        properties = {"event_id": f"evt_{chance.randrange(5000):016}", "source": "landing_page"}
        row = {"name": chance.choice(names), "user_id": user, "timestamp": moment, "properties": properties}
        lines.append(orjson.dumps(row))
    return b"\n".join(lines) + b"\n"

"""What the doctor asks of the lake's files: broken ones, and ones that nothing refers to."""

from collections.abc import Iterator

import polars as pl

from pulsecity_pipeline.commands.finding import Finding
from pulsecity_pipeline.config.retention import load_retention
from pulsecity_pipeline.settings import Settings
from pulsecity_pipeline.store.damage import find_damage
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.orphans import find_orphans

_MIB = 2**20


def check_damage(lake: Lake) -> list[Finding]:
    """One finding for each broken file; empty where all is whole."""
    return [
        Finding("damage", False, f"{damage.table}: {damage.file} {damage.what}", damage.remedy)
        for damage in find_damage(lake)
    ]


def check_orphans(_: Settings, lake: Lake) -> Iterator[Finding]:
    """Files that killed runs left behind: no version of any table refers to them."""
    lost = find_orphans(lake, load_retention()).filter(pl.col("orphans") > 0)
    if lost.is_empty():
        yield Finding("orphaned files", True, "none: every file belongs to a version of its table")
        return
    size = lost["orphan_bytes"].sum() / _MIB
    tables = ", ".join(lost["table_name"])
    message = f"{lost['orphans'].sum()} files, {size:.1f} MiB, of {tables}, as a killed run leaves them"
    yield Finding("orphaned files", False, message, "run `pulsecity vacuum`: it takes them once they are a week old")

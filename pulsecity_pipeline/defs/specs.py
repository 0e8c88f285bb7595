"""Specs: what Dagster shows of a table, made from its contract."""

import inspect
import warnings
from collections.abc import Iterable

import dagster as dg

from pulsecity_pipeline.contracts import Table
from pulsecity_pipeline.defs.partitions import CITIES

OWNERS = ["team:pulsecity"]


def asset_key(table: type[Table]) -> dg.AssetKey:
    """`clean.events` → ["clean", "events"]."""
    return dg.AssetKey(table.table.split("."))


def table_spec(
    table: type[Table],
    deps: Iterable[dg.AssetKey | type[Table]] = (),
    *,
    partitions_def: dg.PartitionsDefinition[str] | None = CITIES,
) -> dg.AssetSpec:
    """The asset of one table: description, columns, group and kinds from the contract."""
    keys = [dep if isinstance(dep, dg.AssetKey) else asset_key(dep) for dep in deps]
    return dg.AssetSpec(
        asset_key(table),
        deps=keys,
        description=inspect.getdoc(table),
        group_name=table.schema_name(),
        owners=OWNERS,
        kinds={"polars", "deltalake"},
        metadata={"dagster/table_name": table.table, "dagster/column_schema": _column_schema(table)},
        partitions_def=partitions_def,
    )


def city_check(name: str, asset: dg.AssetKey, description: str, *, is_blocking: bool) -> dg.AssetCheckSpec:
    """A check evaluated city by city: without partitions of its own, its results would belong to no city."""
    with warnings.catch_warnings():
        # Dagster calls partitioned checks a preview; they are pinned and tested here.
        warnings.simplefilter("ignore", dg.PreviewWarning)
        return dg.AssetCheckSpec(
            name, asset=asset, blocking=is_blocking, partitions_def=CITIES, description=description
        )


def contract_check(table: type[Table]) -> dg.AssetCheckSpec:
    """The blocking check that every row keeps the table's contract."""
    description = "Schema and every expectation of the contract, before anything is written."
    return city_check("contract", asset_key(table), description, is_blocking=True)


def _column_schema(table: type[Table]) -> dg.TableSchema:
    types = table.polars_schema()
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                name,
                str(types[name]),
                description=table.model_fields[name].description,
                constraints=dg.TableColumnConstraints(
                    nullable=any(e.kind == "not_null" and e.columns == (name,) for e in table.expectations()) is False,
                    unique=table.key == (name,),
                ),
            )
            for name in types.names()
        ]
    )

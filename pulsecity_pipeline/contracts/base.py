"""The base class of all contracts, and what is derived from one: column types and expectations."""

import types
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal, Union, get_args, get_origin

import polars as pl
from pydantic import BaseModel, ConfigDict, Field
from pydantic.fields import FieldInfo

from pulsecity_pipeline.contracts.expectation import Expectation, column_expectations, unique_key

UTC_DATETIME = pl.Datetime("us", "UTC")
LOCAL_DATETIME = pl.Datetime("us")
MONEY = pl.Decimal(12, 3)

#: A moment; stored in UTC, named `…_at`.
Utc = Annotated[datetime, UTC_DATETIME]
#: A wall clock without a zone, named `…_local`.
Local = Annotated[datetime, LOCAL_DATETIME]
#: Money in major units.
Money = Annotated[Decimal, MONEY]

_SIMPLE: dict[Any, pl.DataType] = {
    str: pl.String(),
    int: pl.Int64(),
    float: pl.Float64(),
    bool: pl.Boolean(),
    bytes: pl.Binary(),
    date: pl.Date(),
}

#: Every stored table by its dotted name, filled as contracts are defined.
STORED_TABLES: dict[str, type["Table"]] = {}


class Table(BaseModel):
    """One table. The docstring says what a row is; fields carry type, limits, description and an example.

    Class variables
    - `table`: dotted name (`clean.events`), also asset key, lake folder and DuckDB name.
    - `key`: the columns that identify a row.
    - `partition`: the column that splits the table in the lake, one value per Dagster partition.
    - `history`: the column that, with the partition, a run replaces; None for tables that hold the current state.
    - `rules`: expectations over several columns.
    - `bookkeeping`: columns that move although nothing about the thing has changed; never told as a change.
    - `reproducible`: whether the same pages give the same rows; False where rows tell of a run (seconds, run ids).
    """

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)

    table: ClassVar[str]
    key: ClassVar[tuple[str, ...]]
    partition: ClassVar[str]
    history: ClassVar[str | None] = None
    rules: ClassVar[tuple[Expectation, ...]] = ()
    bookkeeping: ClassVar[tuple[str, ...]] = ()
    stored: ClassVar[bool] = True
    reproducible: ClassVar[bool] = True

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        if cls.stored:
            STORED_TABLES[cls.table] = cls

    @classmethod
    def schema_name(cls) -> str:
        return cls.table.split(".")[0]

    @classmethod
    def short_name(cls) -> str:
        return cls.table.split(".")[1]

    @classmethod
    def polars_schema(cls) -> pl.Schema:
        """Column name → Polars type, key columns first; the schema asserted before every write."""
        names = [*cls.key, *(name for name in cls.model_fields if name not in cls.key)]
        return pl.Schema({name: column_type(cls.model_fields[name]) for name in names})

    @classmethod
    def empty(cls) -> pl.DataFrame:
        return pl.DataFrame(schema=cls.polars_schema())

    @classmethod
    def expectations(cls) -> tuple[Expectation, ...]:
        """Everything that must hold of every row, in a stable order: columns first, then key, then rules."""
        found: list[Expectation] = []
        for name, field in cls.model_fields.items():
            inner, optional = split_optional(field.annotation)
            choices = tuple(str(value) for value in get_args(inner)) if get_origin(inner) is Literal else ()
            found += column_expectations(name, optional, choices, field)
        return (*found, unique_key(cls.key), *cls.rules)


def split_optional(annotation: Any) -> tuple[Any, bool]:
    """`X | None` → (X, True); anything else → (annotation, False)."""
    if get_origin(annotation) in (Union, types.UnionType):
        inner = [part for part in get_args(annotation) if part is not type(None)]
        return inner[0], True
    return annotation, False


def column_type(field: FieldInfo) -> pl.DataType:
    """The Polars type of a field. Raises TypeError for a type that has no column form."""
    for extra in field.metadata:
        if isinstance(extra, pl.DataType):
            return extra
    return _annotation_type(field.annotation)


def _annotation_type(annotation: Any) -> pl.DataType:
    inner, _ = split_optional(annotation)
    origin = get_origin(inner)
    if origin is Annotated:
        marked = [extra for extra in get_args(inner)[1:] if isinstance(extra, pl.DataType)]
        return marked[0] if marked else _annotation_type(get_args(inner)[0])
    if origin is Literal:
        return pl.String()
    if origin is list:
        return pl.List(_annotation_type(get_args(inner)[0]))
    if inner in _SIMPLE:
        return _SIMPLE[inner]
    raise TypeError(f"no column type for {annotation!r}")


def column(description: str, example: Any, **limits: Any) -> Any:
    """A contract field: what it means, one example value, and pydantic limits (ge, le, min_length, pattern)."""
    return Field(description=description, examples=[example], **limits)

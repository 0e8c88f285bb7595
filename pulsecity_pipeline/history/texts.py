"""Values as text that can be read back exactly, by people and by a cast in SQL."""

import polars as pl


def as_text(name: str, dtype: pl.DataType) -> pl.Expr:
    """A column as text: datetimes ISO 8601 (UTC with a Z), lists JSON, numbers in their shortest exact form.

    Null stays null.
    """
    value = pl.col(name)
    if isinstance(dtype, pl.List):
        # The only encoder takes structs: {"v":[…]} without its frame.
        encoded = pl.struct(v=value).struct.json_encode().str.strip_prefix('{"v":').str.strip_suffix("}")
        return pl.when(value.is_not_null()).then(encoded).alias(name)
    if isinstance(dtype, pl.Datetime):
        # Microseconds only where there are some.
        return value.dt.strftime("%Y-%m-%dT%H:%M:%S%.f" + ("Z" if dtype.time_zone else ""))
    return value.cast(pl.String)


def rows_as_json(frame: pl.DataFrame, names: list[str]) -> pl.Series:
    """Each row's columns as a JSON object of their texts, nulls included."""
    texts = frame.select(as_text(name, frame.schema[name]) for name in names)
    return texts.select(pl.struct(names).struct.json_encode()).to_series()

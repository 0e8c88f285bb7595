"""Contract → DuckDB: types, keys, and comments as SQL text."""

import polars as pl

from pulsecity_pipeline.contracts import Page, Table

_TYPES = {
    pl.String(): "VARCHAR",
    pl.Int64(): "BIGINT",
    pl.Float64(): "DOUBLE",
    pl.Boolean(): "BOOLEAN",
    pl.Date(): "DATE",
    pl.Binary(): "BLOB",
    pl.Datetime("us"): "TIMESTAMP",
    pl.Datetime("us", "UTC"): "TIMESTAMP WITH TIME ZONE",
}
#: Said where an analyst would look for the bodies.
_NOTES = {Page.table: " The bodies (raw.bodies) stay in the lake: `pulsecity sql --lake` reads them."}


def duckdb_type(kind: pl.DataType) -> str:
    """The DuckDB type of a contract's column type. Raises TypeError for one that no contract uses."""
    if isinstance(kind, pl.Decimal):
        return f"DECIMAL({kind.precision}, {kind.scale})"
    if isinstance(kind, pl.List) and isinstance(kind.inner, pl.DataType):
        return f"{duckdb_type(kind.inner)}[]"
    if kind in _TYPES:
        return _TYPES[kind]
    raise TypeError(f"no DuckDB type for {kind}")


def quote_name(name: str) -> str:
    """An identifier in double quotes: some column names (`at`) are keywords."""
    return '"' + name.replace('"', '""') + '"'


def quote_text(text: str) -> str:
    """A string literal."""
    return "'" + text.replace("'", "''") + "'"


def qualified(table: type[Table]) -> str:
    """Schema and table, without a database name: that would not outlive the rename of the file."""
    return f"{quote_name(table.schema_name())}.{quote_name(table.short_name())}"


def create_table(table: type[Table]) -> str:
    """CREATE TABLE with types, NOT NULL where the contract expects it, and the contract's key."""
    required = {rule.columns[0] for rule in table.expectations() if rule.kind == "not_null"}
    columns = [
        f"{quote_name(name)} {duckdb_type(kind)}{' NOT NULL' if name in required else ''}"
        for name, kind in table.polars_schema().items()
    ]
    key = ", ".join(quote_name(name) for name in table.key)
    return f"CREATE TABLE {qualified(table)} ({', '.join(columns)}, PRIMARY KEY ({key}))"


def comment_on(table: type[Table]) -> list[str]:
    """COMMENT statements: the contract's docstring on the table, each field's description on its column."""
    about = " ".join((table.__doc__ or "").split()) + _NOTES.get(table.table, "")
    comments = [f"COMMENT ON TABLE {qualified(table)} IS {quote_text(about)}"]
    for name, field in table.model_fields.items():
        if field.description:
            column = f"{qualified(table)}.{quote_name(name)}"
            comments.append(f"COMMENT ON COLUMN {column} IS {quote_text(field.description)}")
    return comments

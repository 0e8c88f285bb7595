"""One expectation: a rule every row of a table keeps, stated once and checked in Polars and in Great Expectations."""

from dataclasses import dataclass
from typing import Any, Literal

from pydantic.fields import FieldInfo

Kind = Literal["not_null", "in_set", "between", "matches", "unique", "not_after"]


@dataclass(frozen=True)
class Expectation:
    """`columns` are the columns concerned; `low`/`high` inclusive limits; `pattern` a regular expression.

    Null passes every kind but `not_null`; what may be missing is said by the type alone.
    """

    kind: Kind
    columns: tuple[str, ...]
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    pattern: str | None = None

    @property
    def name(self) -> str:
        return f"{self.kind}({', '.join(self.columns)})"


def unique_key(columns: tuple[str, ...]) -> Expectation:
    """No two rows agree on all of `columns`."""
    return Expectation("unique", columns)


def not_after(earlier: str, later: str) -> Expectation:
    """Where both are present, `earlier` <= `later`."""
    return Expectation("not_after", (earlier, later))


def column_expectations(name: str, optional: bool, choices: tuple[str, ...], field: FieldInfo) -> list[Expectation]:
    """The expectations that one pydantic field implies."""
    limits = {key: value for extra in field.metadata for key, value in _limits(extra).items()}
    found = [] if optional else [Expectation("not_null", (name,))]
    if choices:
        found.append(Expectation("in_set", (name,), choices=choices))
    if "ge" in limits or "le" in limits:
        found.append(Expectation("between", (name,), low=limits.get("ge"), high=limits.get("le")))
    if "pattern" in limits:
        found.append(Expectation("matches", (name,), pattern=limits["pattern"]))
    if "min_length" in limits:
        found.append(Expectation("matches", (name,), pattern=rf"(?s).{{{limits['min_length']},}}"))
    return found


def _limits(extra: Any) -> dict[str, Any]:
    names = ("ge", "le", "min_length", "pattern")
    return {name: value for name in names if (value := getattr(extra, name, None)) is not None}

"""Prices as texts and amounts, the way sites with one cost field show them."""

from collections.abc import Mapping
from typing import Any, Final

_SIGNS: Final = {"USD": "$", "CAD": "$", "AUD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "BRL": "R$", "MXN": "$"}


def currency_sign(currency: str | None) -> str:
    """`$`; the code itself where there is no sign, nothing where there is no currency."""
    return _SIGNS.get(currency or "", currency or "")


def write_amount(amount: Any) -> str:
    """`12.5` → `12.50`, `12` → `12`."""
    text = f"{amount:.2f}"
    return text.removesuffix(".00")


def write_cost(row: Mapping[str, Any]) -> str:
    """As it is worded, else `$10 – $20`, `Free`, or nothing."""
    if row["price_text"]:
        return str(row["price_text"])
    if row["price_min"] is None:
        return "Free" if row["is_free"] else ""
    if not row["price_max"] and not row["price_min"]:
        return "Free"
    sign = currency_sign(row["currency"])
    return " – ".join(f"{sign}{amount}" for amount in _amounts(row))


def list_amounts(row: Mapping[str, Any]) -> list[str]:
    """The amounts in major units, lowest first; `0` of what is free."""
    if row["price_min"] is None:
        return ["0"] if row["is_free"] else []
    return _amounts(row)


def _amounts(row: Mapping[str, Any]) -> list[str]:
    """Lowest and highest, once where they are the same; the highest may be left open."""
    stated = (row[name] for name in ("price_min", "price_max") if row[name] is not None)
    return list(dict.fromkeys(write_amount(amount) for amount in stated))

"""Offers of schema.org → prices in major units, and the state of sales."""

import re
from decimal import Decimal
from typing import Any

from pulsecity_pipeline.sources.formats.json_values import pick, read_money, state_text

_NUMBER = re.compile(r"\d[\d.,  ]*")
_SPECIFIED = ("price", "minPrice", "maxPrice")
#: Of several offers' states the first of these is the event's: while one is on sale, it is.
_SALES = (
    "InStock",
    "OnlineOnly",
    "InStoreOnly",
    "LimitedAvailability",
    "PreSale",
    "PreOrder",
    "SoldOut",
    "OutOfStock",
    "Discontinued",
)
_GONE = ("SoldOut", "OutOfStock", "Discontinued")


def read_offers(value: Any) -> dict[str, Any]:
    """Prices of the offers that can be had (of all, where none can), and the word for the state of sales.

    Zero is a price only beside a currency: then it is free; plugins print 0 for what they do not know.
    """
    offers = [offer for offer in (value if isinstance(value, list) else [value]) if isinstance(offer, dict)]
    states = [_last_word(offer.get("availability")) for offer in offers]
    open_offers = [offer for offer, state in zip(offers, states, strict=True) if state not in _GONE] or offers
    words = [state for state in states if state]
    row: dict[str, Any] = {}
    if words:
        row["sale_status"] = next((state for state in _SALES if state in words), words[0])
    currencies = [code for offer in open_offers if (code := _currency(offer))]
    amounts = [amount for offer in open_offers for amount in _amounts(offer) if amount > 0 or _currency(offer)]
    if amounts:
        row |= {"price_min": min(amounts), "price_max": max(amounts), "is_free": None if max(amounts) else True}
        row["currency"] = currencies[0] if currencies else None
    texts = [text for offer in open_offers if (text := state_text(offer.get("price"))) and not _NUMBER.search(text)]
    return row | ({"price": texts[0]} if texts else {})


def read_price_number(value: Any) -> Decimal | None:
    """`12.50`, `12,50`, `1,234.50`, `€ 10`; none for words."""
    if not isinstance(value, str):
        return read_money(value)
    found = _NUMBER.search(value)
    if found is None:
        return None
    digits = re.sub(r"[  ]", "", found[0]).rstrip(".,")
    if re.search(r",\d{1,2}$", digits):
        digits = digits.replace(".", "").replace(",", ".")
    return read_money(digits)


def _amounts(offer: dict[str, Any]) -> list[Decimal]:
    specified = offer.get("priceSpecification")
    parts = specified if isinstance(specified, list) else [specified]
    values = [offer.get(name) for name in ("price", "lowPrice", "highPrice")]
    if not any(value not in (None, "") for value in values):
        values += [pick(part, name) for part in parts for name in _SPECIFIED]
    return [amount for value in values if (amount := read_price_number(value)) is not None]


def _currency(offer: dict[str, Any]) -> str | None:
    specified = offer.get("priceSpecification")
    inner = specified[0] if isinstance(specified, list) and specified else specified
    return state_text(offer.get("priceCurrency")) or state_text(pick(inner, "priceCurrency"))


def _last_word(value: Any) -> str | None:
    text = state_text(value)
    return re.split(r"[/#:]", text)[-1] if text else None

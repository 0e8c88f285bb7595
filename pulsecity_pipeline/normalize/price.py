"""From the price as stated to lowest and highest price, currency and whether it is free; nothing is guessed."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

import polars as pl

from pulsecity_pipeline.contracts.base import MONEY
from pulsecity_pipeline.normalize.distinct import derive_distinct

_SYMBOLS = {
    "US$": "USD", "CA$": "CAD", "C$": "CAD", "AU$": "AUD", "A$": "AUD", "NZ$": "NZD", "S$": "SGD", "HK$": "HKD",
    "MX$": "MXN", "R$": "BRL", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₩": "KRW", "zł": "PLN", "Kč": "CZK",
}  # fmt: skip
_CODES = "USD|CAD|EUR|GBP|AUD|NZD|CHF|JPY|MXN|BRL|ARS|SGD|INR|KRW|ZAR|SEK|NOK|DKK|PLN|CZK|HKD"
#: Currencies that `$` alone may mean where they are the city's.
_DOLLARS = {"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "ARS", "CLP", "COP"}
_SYMBOL = "|".join(re.escape(symbol) for symbol in [*_SYMBOLS, "$"])
_NUMBER = r"\d{1,3}(?:[,.\u00a0 ]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d{1,2})?(?!\d)"
_AMOUNT = re.compile(
    rf"(?P<before>{_SYMBOL}|\b(?:{_CODES})\b)?\s?(?<![\d.,])(?P<number>{_NUMBER})(?P<percent>\s?%)?\s?(?P<after>{_SYMBOL}|(?:{_CODES})\b)?"
)
_DISCOUNT = re.compile(r"\b(?:save|off|discount|rebate|cash ?back|worth)\b", re.IGNORECASE)
_BARE = re.compile(r"(?:[a-z ]*:)?\s*(?:from\s+)?[\d.,]+(?:\s*(?:-|–|—|to)\s*[\d.,]+)?\s*", re.IGNORECASE)
_FREE = re.compile(
    r"\b(?:free|gratis|gratuito|gratuit|kostenlos|complimentary|no (?:cost|charge|cover|fee))\b"
    r"(?!\s+(?:parking|for|with|to|drinks?|gifts?|shipping|until|before|after|if|under|when|when))",
    re.IGNORECASE,
)
_GIVING = re.compile(
    r"\bdonat|\bsuggested\b|\bpay what you|\bpwyc\b|\bname your price\b|\bby offering\b", re.IGNORECASE
)
#: Nobody asks more; a larger number is something else.
HIGHEST_PRICE = Decimal(1_000_000)

#: The only forms a description is believed in.
_DESCRIBED_PRICE = (
    r"(?i)\b(?:admission|tickets?|cost|price)\s*(?:is|are|:)?\s*:?\s*"
    r"((?:US|CA|C|A)?[$€£]\s?\d[\d,]*(?:\.\d{2})?(?:\s?(?:-|–|—|to)\s?[$€£]?\s?\d[\d,]*(?:\.\d{2})?)?"
    r"(?:\s(?:in )?adv(?:ance)?\.?[,/;]?\s(?:and |or )?[$€£]\d+(?:\.\d{2})?)?)(?:[^\d.,%]|[.,](?:\D|$)|$)"
)
_DESCRIBED_FREE = (
    r"(?i)\b(free (?:admission|entry|event)|(?:admission|entry)(?: is|:)? free|(?:cost|tickets?|price):\s*free)\b"
    r"(.{0,12})"
)
_CONDITION = r"(?i)^\s*(?:for|with|to|until|before|after|if|parking|under|on|space|planning|tickets? for)\b"


class Price(NamedTuple):
    """A price read; all null where nothing was."""

    price_min: Decimal | None = None
    price_max: Decimal | None = None
    currency: str | None = None
    is_free: bool | None = None
    price_text: str | None = None


def read_price(text: str, city_currency: str) -> Price:
    """One price text. `$` and bare numbers are in the city's currency; donations and discounts are no prices."""
    if _GIVING.search(text):
        return Price()
    amounts = list(_read_amounts(text, city_currency))
    free = _FREE.search(text) is not None
    if not amounts:
        return Price(Decimal(0), Decimal(0), city_currency, True, text[:200]) if free else Price()
    currency = amounts[0][1]
    values = [value for value, stated in amounts if stated == currency] + ([Decimal(0)] if free else [])
    return Price(min(values), max(values), currency, max(values) == 0, text[:200])


def _read_amounts(text: str, city_currency: str) -> Iterator[tuple[Decimal, str]]:
    is_bare = _BARE.fullmatch(text) is not None
    ranged: str | None = None
    for found in _AMOUNT.finditer(text):
        symbol = found["before"] or found["after"] or (ranged if _joins(text, found.start()) else None)
        if found["percent"] or not (symbol or is_bare) or _is_discount(text, found):
            continue
        ranged = symbol
        value = _read_number(found["number"])
        if value <= HIGHEST_PRICE:
            yield value, _currency(symbol, city_currency)


def _joins(text: str, start: int) -> bool:
    """True where what stands before is a dash: `$15-20`."""
    return text[:start].rstrip().endswith(("-", "–", "—", " to", "/"))


def _is_discount(text: str, found: re.Match[str]) -> bool:
    around = text[max(0, found.start() - 6) : found.start()] + " " + text[found.end() : found.end() + 10]
    return _DISCOUNT.search(around) is not None


def _read_number(text: str) -> Decimal:
    """`1,234.50`, `1.234,50` and `12,50`: a separator before one or two last digits is the decimal one."""
    bare = re.sub(r"[\u00a0 ]", "", text)
    cents = re.search(r"[.,](\d{1,2})$", bare)
    whole = re.sub(r"\D", "", bare[: cents.start()] if cents else bare)
    return Decimal(f"{whole}.{cents[1]}" if cents else whole)


def _currency(symbol: str | None, city_currency: str) -> str:
    if symbol is None:
        return city_currency
    if symbol == "$":
        return city_currency if city_currency in _DOLLARS else "USD"
    return _SYMBOLS.get(symbol, symbol)


_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "price_min": MONEY,
    "price_max": MONEY,
    "currency": pl.String,
    "is_free": pl.Boolean,
    "price_text": pl.String,
}


def resolve_prices(frame: pl.DataFrame) -> pl.DataFrame:
    """In: price, description (clean), home_currency. Out: price_min, price_max, currency, is_free, price_text.

    A stated price decides; else two plain forms in the description: `Tickets: $12-$15` and `free admission`, and
    neither where both stand there.
    """
    described = derive_distinct(frame, ["description"], _find_described)["span"]
    texts = frame.select("home_currency", text=pl.coalesce("price", described))
    return derive_distinct(texts, ["text", "home_currency"], _read_distinct)


def _find_described(distinct: pl.DataFrame) -> pl.DataFrame:
    text = pl.col("description")
    price = text.str.extract(_DESCRIBED_PRICE)
    groups = text.str.extract_groups(_DESCRIBED_FREE)
    is_free = ~groups.struct.field("2").str.contains(_CONDITION)
    free = pl.when(is_free).then(groups.struct.field("1"))
    return distinct.with_columns(span=pl.when(price.is_null() | free.is_null()).then(pl.coalesce(price, free)))


def _read_distinct(distinct: pl.DataFrame) -> pl.DataFrame:
    pairs = distinct.select("text", "home_currency").iter_rows()
    rows = [Price() if text is None else read_price(text, currency) for text, currency in pairs]
    return distinct.hstack(pl.DataFrame(rows, schema=_SCHEMA, orient="row"))

"""How many digits the minor unit of a currency has (ISO 4217): cents are two, and not every currency has them."""

_NO_MINOR_UNIT = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"}
)
_THOUSANDTHS = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})


def minor_digits(currency: str | None) -> int:
    """2 for EUR, 0 for JPY, 3 for KWD."""
    code = (currency or "").upper()
    if code in _NO_MINOR_UNIT:
        return 0
    return 3 if code in _THOUSANDTHS else 2

"""Values of JSON records as sources write them: paths, texts, numbers, money, flags; a bad optional value is none."""

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any


def pick(content: Any, path: str) -> Any:
    """The value at a dotted path (`venue.address.city`, `venues.0.name`); None where there is none."""
    if not path:
        return content
    for name in path.split("."):
        if isinstance(content, dict):
            content = content.get(name)
        elif isinstance(content, list) and name.isdigit() and int(name) < len(content):
            content = content[int(name)]
        else:
            return None
    return content


def state_text(value: Any) -> str | None:
    """Text without the blanks around it; numbers as text; None for nothing, flags, lists and objects."""
    if isinstance(value, str):
        return value.strip() or None
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def pick_text(content: Any, *paths: str) -> str | None:
    """The first of the paths that holds a text."""
    return next((text for path in paths if (text := state_text(pick(content, path)))), None)


def pick_number(content: Any, path: str) -> float | None:
    """A finite number, also where it is written as text (`"41.90"`)."""
    value = pick(content, path)
    if isinstance(value, bool):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if abs(number) < 1e300 else None


def pick_point(content: Any, latitude: str, longitude: str) -> dict[str, float]:
    """`latitude` and `longitude`, or nothing where they are missing, out of range, or 0, 0."""
    lat, lon = pick_number(content, latitude), pick_number(content, longitude)
    if lat is None or lon is None or abs(lat) > 90 or abs(lon) > 180 or lat == lon == 0:
        return {}
    return {"latitude": lat, "longitude": lon}


def read_money(value: Any, *, exponent: int = 0) -> Decimal | None:
    """An amount in major units; `exponent` is how many digits of a minor unit there are (2: 1250 → 12.50)."""
    if isinstance(value, bool) or value is None:
        return None
    try:
        amount = Decimal(str(value).strip().replace(",", ""))
    except InvalidOperation:
        return None
    return amount.scaleb(-exponent).quantize(Decimal("0.001")) if amount.is_finite() and amount < 10**9 else None


def read_flag(value: Any) -> bool | None:
    """True and false, also as `"true"`, `"no"`, 1 and 0; None for anything else."""
    if isinstance(value, bool):
        return value
    words = {"true": True, "yes": True, "y": True, "1": True, "false": False, "no": False, "n": False, "0": False}
    return words.get(str(value).strip().lower()) if isinstance(value, str | int) else None


def list_texts(values: Any, path: str = "") -> list[str]:
    """The distinct texts of a list, in its order; with `path` those of its objects; one text alone is a list of one."""
    items: Iterable[Any] = values if isinstance(values, list) else [values]
    texts = (state_text(pick(item, path) if path and isinstance(item, dict) else item) for item in items)
    return list(dict.fromkeys(text for text in texts if text))

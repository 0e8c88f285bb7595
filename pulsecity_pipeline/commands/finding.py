"""A finding of the doctor: what was looked at, whether it is fine, and what to do."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing looked at: `message` says what and where, `remedy` what to do about it."""

    subject: str
    is_fine: bool
    message: str
    remedy: str = ""


def name_some(names: list[str], limit: int = 6) -> str:
    """The first names and how many more there are."""
    more = f" and {len(names) - limit} more" if len(names) > limit else ""
    return ", ".join(names[:limit]) + more

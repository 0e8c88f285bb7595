"""Options: what several verbs are given as text, read in one way."""

from datetime import date

from pulsecity_pipeline.config.errors import ConfigurationError


def parse_night(option: str, text: str | None) -> date | None:
    """The date in `text`, or None where the option was not given. Raises ConfigurationError naming the option."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise ConfigurationError(f"{option} {text}: expected a date, YYYY-MM-DD") from None

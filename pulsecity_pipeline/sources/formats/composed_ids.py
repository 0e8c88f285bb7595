"""Ids of records that have none: made of what tells them apart."""

from pulsecity_pipeline.sources.formats.json_values import state_text


def compose_id(*parts: str | None) -> str | None:
    """`2027-03-04`, `Pebble  Conf`, `Porto` → `2027-03-04-pebble conf-porto`; None where nothing is stated."""
    stated = [" ".join(text.casefold().split()) for part in parts if (text := state_text(part))]
    return "-".join(stated) or None

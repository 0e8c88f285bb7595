from pulsecity_pipeline.sandbox.dialects import ics
from pulsecity_pipeline.sandbox.dialects.registry import DIALECTS
from pulsecity_pipeline.sources.registry import SOURCES


def test_dialects_are_found_by_their_name() -> None:
    assert DIALECTS["ics"] is ics
    assert list(DIALECTS) == sorted(DIALECTS)
    assert DIALECTS.keys() <= SOURCES.keys()

"""Fixtures of the fetch tests, for whole sources."""

from pulsecity_pipeline_tests.fetch.conftest import make_client, server

__all__ = ["make_client", "server"]

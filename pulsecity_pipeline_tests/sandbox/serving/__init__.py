"""Tests of the sandbox's server."""

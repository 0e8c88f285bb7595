"""Tests of sandbox.world."""

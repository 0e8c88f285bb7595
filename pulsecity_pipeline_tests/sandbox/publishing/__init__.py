"""Tests of sandbox.publishing."""

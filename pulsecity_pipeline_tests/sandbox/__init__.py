"""Tests of the fictional world."""

"""Tests of the people of the fictional world."""

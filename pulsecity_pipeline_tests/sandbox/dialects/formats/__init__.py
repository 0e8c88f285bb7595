"""Tests of what several dialects write alike."""

"""Metrics: how cities beat, how feeds fare and what a run costs; pure functions from frame to frame."""

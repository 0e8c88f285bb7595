"""Signals beside the listings: what others tell of events without listing them, read into typed frames."""

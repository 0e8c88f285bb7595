"""Fetch: the one polite HTTP client, and the replay of saved pages through the same interface."""

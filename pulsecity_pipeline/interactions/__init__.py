"""Interactions: what people do with events, read from drops and endpoints, typed, hashed and merged day by day."""

"""Formats shared by many sources: pure functions from bytes to records and from records to readings."""

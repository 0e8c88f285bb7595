"""Entities: which listings are one event and which stated places one venue; pure steps, frame → frame."""

"""Delivery: what readers are shown."""

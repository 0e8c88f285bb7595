"""The assets: one module per step of a city's night, and the warehouse that closes it."""

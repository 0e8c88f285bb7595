"""Pulsecity: what dozens of sources say about a city's events, turned into one trustworthy dataset every night."""

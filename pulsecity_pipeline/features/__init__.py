"""Features: what was known about events and days, and when; pure functions from frame to frame."""

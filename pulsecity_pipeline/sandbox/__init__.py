"""A seeded fictional world with known truth, published as calendars and feeds over loopback HTTP."""

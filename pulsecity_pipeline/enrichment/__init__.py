"""Enrichment: what others know of performers, venues and days that are already resolved; pure but for the client."""

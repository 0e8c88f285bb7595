"""The HTTP server of the fictional world: sites, keys, limits, validators and faults."""

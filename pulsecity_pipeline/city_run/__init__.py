"""The steps of one city's night, composed from the packages below and free of Dagster: pull, list, resolve, derive."""

"""The Dagster side, and the only one: partitions, resources, assets, checks, jobs, schedules and sensors."""

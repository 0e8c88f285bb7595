"""Configuration as data: YAML and CSV files beside strict loaders that stop at once with one clear line."""

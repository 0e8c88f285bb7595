"""The one error of bad configuration or bad arguments: it names file, field and what was expected."""


class ConfigurationError(ValueError):
    """Bad configuration; the command line prints it as one line and exits with 2."""

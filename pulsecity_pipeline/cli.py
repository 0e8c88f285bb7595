"""`pulsecity …`: thin verbs over the same definitions; every error of the user's is one line and exit code 2."""

import sys

import typer

from pulsecity_pipeline.commands import bench, inspect_data, places, rebuild, rejects, run, serve
from pulsecity_pipeline.config.errors import ConfigurationError

app = typer.Typer(
    name="pulsecity",
    help="Raw pages in, canonical events, features, metrics and rankings out, every night, for every city.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)
for module in (run, inspect_data, rebuild, rejects, places, serve, bench):
    module.register(app)


def main() -> None:
    """Entry point: bad configuration or arguments end with one clear line on stderr and exit code 2."""
    try:
        app()
    except ConfigurationError as error:
        sys.stderr.write(f"pulsecity: {error}\n")
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()

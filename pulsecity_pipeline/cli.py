"""`pulsecity …`: thin verbs over the same definitions; every error of the user's is one line and exit code 2."""

import sys

import typer

from pulsecity_pipeline.commands import (
    bench,
    inspect_data,
    interactions,
    places,
    publication,
    rebuild,
    recovery,
    rejects,
    run,
    sandbox,
    serve,
    vacuum,
)
from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.store.errors import StorageError

app = typer.Typer(
    name="pulsecity",
    help="Raw pages in, canonical events, features, metrics and rankings out, every night, for every city.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)
for module in (
    run,
    publication,
    rebuild,
    rejects,
    interactions,
    inspect_data,
    places,
    recovery,
    sandbox,
    serve,
    vacuum,
    bench,
):
    module.register(app)


def main() -> None:
    """Entry point: bad configuration ends with one clear line on stderr and exit code 2, a broken disk with 1."""
    try:
        app()
    except ConfigurationError as error:
        sys.stderr.write(f"pulsecity: {error}\n")
        raise SystemExit(2) from None
    except StorageError as error:
        sys.stderr.write(f"pulsecity: {error}\n")
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()

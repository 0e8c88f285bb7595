"""`pulsecity repair`: broken files set aside, the nights they held withdrawn, and which nights to run again."""

import typer
from rich.console import Console

from pulsecity_pipeline.settings import load_settings
from pulsecity_pipeline.store.lake import Lake, require_writable


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(repair)


def repair() -> None:
    """Set broken files of the lake aside and withdraw the nights that need them; nothing is deleted."""
    # Imported here: only this verb needs it.
    from pulsecity_pipeline.store.repair import repair_lake

    settings = load_settings()
    require_writable(settings.lake_dir)
    done = repair_lake(Lake(settings.lake_dir))
    lines = [f"set aside  {file}" for file in done.set_aside]
    lines += [f"gone       {file}" for file in done.dropped]
    lines += [f"withdrawn  {city_id} {night}" for city_id, night in done.withdrawn]
    lines += [f"forgotten  {city_id} {night}" for city_id, night in done.forgotten]
    undone = done.withdrawn + done.forgotten
    lines += [
        f"run again  pulsecity run --as-of {night} "
        + " ".join(f"--city {city_id}" for city_id, of_city in sorted(undone) if of_city == night)
        for night in sorted({night for _, night in undone})
    ]
    console = Console()
    for line in lines or ["nothing is broken"]:
        console.print(line, highlight=False, soft_wrap=True)

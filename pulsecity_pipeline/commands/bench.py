"""`pulsecity bench …`: every published figure, as a table and as JSON."""

import dataclasses
import json
import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import polars as pl
import typer
from rich.console import Console
from rich.table import Table

from pulsecity_pipeline.commands.source_document import render_measured, render_sources
from pulsecity_pipeline.config.cities import PLACELESS
from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.config.source_entries import load_sources
from pulsecity_pipeline.contracts.signals import SIGNALS
from pulsecity_pipeline.settings import load_settings
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.published import latest_published

#: The scores that `bench truth` is compared with.
BASELINE = Path("docs/truth-baseline.json")
_TRUTH_HELP = """Run nights of the sandbox and compare with what is true: fields, resolution, state, accounting.

    pulsecity bench truth                     six cities, three nights, beside docs/truth-baseline.json
    pulsecity bench truth --city de-berlin --nights 1
    pulsecity bench truth --write             keep the figures as the new baseline
"""
JsonOption = Annotated[bool, typer.Option("--json", help="JSON instead of a table")]


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    bench = typer.Typer(help="Published figures, reproducibly.", no_args_is_help=True)
    bench.command("feeds")(feeds)
    bench.command("entities")(entities)
    bench.command("pairs")(pairs)
    bench.command("payloads")(payloads)
    bench.command("interactions")(interactions)
    bench.command("truth", help=_TRUTH_HELP)(truth)
    bench.command("world")(world)
    bench.command("believable")(believable)
    app.add_typer(bench, name="bench")


def truth(
    as_of: Annotated[str, typer.Option(metavar="DATE", help="the last night")] = "2026-11-21",
    nights: Annotated[int, typer.Option(min=1, help="nights up to it")] = 3,
    city: Annotated[list[str] | None, typer.Option(help="only this city; repeatable; default: six cities")] = None,
    write: Annotated[bool, typer.Option(help="keep the figures as the baseline")] = False,
    as_json: JsonOption = False,
) -> None:
    """Run the sandbox's nights, score the last, and set the scores beside the baseline."""
    from pulsecity_pipeline.bench.baseline import beside_baseline, load_baseline, save_baseline
    from pulsecity_pipeline.bench.truth import bench_truth
    from pulsecity_pipeline.sandbox.night import DEFAULT_SANDBOX_CITIES

    last = date.fromisoformat(as_of)
    found = bench_truth(last, nights, load_settings(), city or DEFAULT_SANDBOX_CITIES)
    if write:
        save_baseline(BASELINE, found.scores)
    compared = beside_baseline(found.scores, load_baseline(BASELINE))
    if as_json:
        sys.stdout.write(json.dumps({"seconds": found.run_seconds, "scores": compared.to_dicts()}, indent=2) + "\n")
        return
    with pl.Config(tbl_rows=-1, tbl_cols=-1, tbl_width_chars=160, float_precision=4, fmt_str_lengths=40):
        sys.stdout.write(f"{compared}\n")
    Console().print("nights run in " + ", ".join(f"{one:.1f} s" for one in found.run_seconds), highlight=False)


def world(
    scale: Annotated[float, typer.Option(help="how much of the world there is")] = 3.0,
    as_of: Annotated[str, typer.Option(metavar="DATE", help="the world's day")] = "2026-11-21",
    as_json: JsonOption = False,
) -> None:
    """The listings of all cities as frames, without HTTP: seconds and peak memory."""
    from pulsecity_pipeline.bench.world import bench_world

    found = dataclasses.asdict(bench_world(date.fromisoformat(as_of), load_settings().seed, scale))
    if as_json:
        sys.stdout.write(json.dumps(found, indent=2) + "\n")
        return
    table = Table("figure", "value")
    for name, value in found.items():
        table.add_row(name.replace("_", " "), f"{value:,}" if isinstance(value, int) else f"{value:,.1f}")
    Console().print(table)


def feeds(
    folder: Annotated[Path, typer.Argument(help="a replay folder of saved calendars")],
    as_of: Annotated[str, typer.Option(metavar="DATE", help="the night")] = "2026-08-22",
    as_json: JsonOption = False,
) -> None:
    """A folder of calendars, raw to warehouse, against the icalendar library alone."""
    from pulsecity_pipeline.bench.feeds import bench_feeds

    _require(folder)
    found = bench_feeds(folder, as_of)
    if as_json:
        sys.stdout.write(json.dumps(dataclasses.asdict(found), indent=2) + "\n")
        return
    table = Table("figure", "value")
    table.add_row(
        "icalendar alone, one process", f"{found.library['seconds']:.1f} s, {found.library['refused']:.0f} files lost"
    )
    table.add_row("whole run, warehouse included", f"{found.run_seconds:.1f} s")
    table.add_row("ratio", f"{found.ratio:.2f}")
    table.add_row("peak memory, all processes", f"{found.peak_rss_mib:,.0f} MiB")
    for name, count in found.totals.items():
        table.add_row(name.replace("_", " "), f"{count:,}")
    for stage, seconds in sorted(found.stages.items(), key=lambda item: -item[1]):
        table.add_row(f"stage {stage}", f"{seconds:.1f} s")
    Console().print(table)


def entities(
    folder: Annotated[Path, typer.Argument(help="the folder that holds er_events and er_city")],
    as_json: JsonOption = False,
) -> None:
    """The matcher on labelled pairs, beside the trivial baseline."""
    from pulsecity_pipeline.bench.entities import run_city_pairs, run_conferences

    _require(folder)
    rows = [*run_conferences(folder), *run_city_pairs(folder)]
    if as_json:
        sys.stdout.write(json.dumps([dataclasses.asdict(row) for row in rows], indent=2) + "\n")
        return
    with pl.Config(tbl_rows=-1, tbl_cols=-1, tbl_width_chars=200, fmt_str_lengths=40, float_precision=3):
        sys.stdout.write(f"{pl.DataFrame(rows)}\n")


def interactions(
    rows: Annotated[int, typer.Option(min=100, help="rows of the drop")] = 1_000_000,
    as_json: JsonOption = False,
) -> None:
    """A drop of interactions: typed, hashed, merged; then written; then half of it again."""
    from pulsecity_pipeline.bench.interactions import bench_interactions

    found = bench_interactions(rows)
    figures = dataclasses.asdict(found) | {"rows_per_second": found.rows_per_second}
    if as_json:
        sys.stdout.write(json.dumps(figures, indent=2) + "\n")
        return
    table = Table("figure", "value")
    for name, value in figures.items():
        table.add_row(name.replace("_", " "), f"{value:,}" if isinstance(value, int) else f"{value:.1f}")
    Console().print(table)


def pairs(
    city: Annotated[list[str] | None, typer.Option(help="only this city; repeatable")] = None,
    seed: Annotated[int, typer.Option(help="of the draw")] = 11,
    count: Annotated[int, typer.Option(min=1, help="pairs of each kind")] = 50,
) -> None:
    """Merged and near-miss pairs of the last published night, drawn at random, to be read one by one."""
    from pulsecity_pipeline.bench.pairs import draw_pairs

    lake = Lake(load_settings().lake_dir)
    published = latest_published(lake).filter(~pl.col("city_id").is_in([*PLACELESS, *SIGNALS]))
    if published.is_empty():
        raise ConfigurationError("nothing is published yet: run `pulsecity run`")
    night = published.select(pl.col("night").max()).item()
    drawn = draw_pairs(lake, city or sorted(set(published["city_id"])), night=night, seed=seed, count=count)
    for number, row in enumerate(drawn.to_dicts(), 1):
        sys.stdout.write(f"{number:3}  {row['verdict']}  {row['city_id']}  p={row['probability']:.2f}\n")
        for side in ("", "_right"):
            start = row[f"starts_local{side}"] or row[f"starts_on{side}"]
            place = " | ".join(filter(None, (row[f"venue_name{side}"], row[f"address{side}"])))
            sys.stdout.write(f"       {start}  {row[f'title{side}']}  @ {place or '–'}  ({row[f'feed{side}']})\n")


def payloads(
    folder: Annotated[Path, typer.Argument(help="recorded answers, one folder a source")],
    source: Annotated[list[str] | None, typer.Option(help="only this source; repeatable")] = None,
    as_of: Annotated[str, typer.Option(metavar="DATE", help="the night")] = "2026-08-22",
    write: Annotated[bool, typer.Option(help="put the figures into docs/sources.md")] = False,
    as_json: JsonOption = False,
) -> None:
    """Recorded answers through their adapters: records, listings, rejects, fill and speed, source by source."""
    from pulsecity_pipeline.bench.payloads import bench_payloads, summarize_sources

    _require(folder)
    files = bench_payloads(folder, date.fromisoformat(as_of), source or [])
    if files.is_empty():
        raise ConfigurationError(f"{folder}: no file that a source reads: expected folders named as sources")
    summary = summarize_sources(files)
    if write:
        text = render_sources(load_sources(), render_measured(summary, files))
        Path("docs/sources.md").write_text(text, encoding="utf-8")
    if as_json:
        sys.stdout.write(json.dumps({"sources": summary.to_dicts(), "files": files.to_dicts()}, indent=2) + "\n")
        return
    with pl.Config(tbl_rows=-1, tbl_cols=-1, tbl_width_chars=220, float_precision=2, fmt_str_lengths=60):
        sys.stdout.write(
            f"{summary}\n{files.select('file', 'source', 'records', 'listings', 'rules', 'page_faults')}\n"
        )


def believable(
    folders: Annotated[list[Path], typer.Argument(help="real data: a lake's folder, recorded answers, tables in bulk")],
    city: Annotated[list[str] | None, typer.Option(help="only this city of the sandbox; repeatable")] = None,
    as_of: Annotated[str, typer.Option(metavar="DATE", help="the sandbox's night")] = "2026-08-22",
    seed: Annotated[int, typer.Option(help="of the sandbox's world")] = 7,
    write: Annotated[bool, typer.Option(help="put the figures into docs/sandbox.md")] = False,
    as_json: JsonOption = False,
) -> None:
    """The sandbox's listings beside real ones, distribution by distribution, with a distance each."""
    from pulsecity_pipeline.bench.believable import CITIES, bench_believable
    from pulsecity_pipeline.bench.believable_distances import summarize_populations
    from pulsecity_pipeline.bench.believable_page import render_measured, render_page

    for folder in folders:
        _require(folder)
    compared = bench_believable(folders, date.fromisoformat(as_of), seed, city or CITIES)
    if write:
        Path("docs/sandbox.md").write_text(render_page(render_measured(compared)), encoding="utf-8")
    if as_json:
        sys.stdout.write(json.dumps(compared.to_dicts(), indent=2) + "\n")
        return
    with pl.Config(tbl_rows=-1, tbl_cols=-1, tbl_width_chars=240, float_precision=2, fmt_str_lengths=70):
        sys.stdout.write(f"{compared}\n{summarize_populations(compared)}\n")


def _require(folder: Path) -> None:
    if not folder.is_dir():
        raise ConfigurationError(f"{folder}: no such folder: expected the recorded data to measure on")

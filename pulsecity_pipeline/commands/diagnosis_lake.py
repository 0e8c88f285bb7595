"""Looks at the lake: cities behind, nights that failed or were taken back, data nobody configures, feeds unwell."""

from collections.abc import Iterator

import polars as pl

from pulsecity_pipeline.commands.finding import Finding, name_some
from pulsecity_pipeline.config.cities import PLACELESS, SHARED, load_all_cities
from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.config.source_entries import load_sources
from pulsecity_pipeline.contracts import Page, Published, SourceHealth
from pulsecity_pipeline.contracts.signals import SIGNALS
from pulsecity_pipeline.settings import Settings
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.published import scan_all_published, scan_held
from pulsecity_pipeline.store.query import query_warehouse

#: A gap older than this many of the city's nights is history: nothing is waiting for it.
GAP_NIGHTS = 30
#: A feed unwell for so many nights in a row does not mend itself.
UNWELL_NIGHTS = 3
#: All other states mean that a feed was not seen whole.
WELL = ("healthy", "empty")

_CITY_NIGHT = ["city_id", "night"]


def check_stale(settings: Settings, lake: Lake) -> Iterator[Finding]:
    """Cities whose last published night is not the newest one."""
    held = _held(lake)
    last = held.group_by("city_id").agg(pl.col("night").max()).sort(_CITY_NIGHT)
    newest = last.select(pl.col("night").max()).item()
    for city_id, night in last.filter(pl.col("night") < newest).iter_rows():
        behind = held.filter(pl.col("night") > night)["night"].n_unique()
        message = f"{city_id} stands on {night}, {behind} nights behind {newest}"
        yield Finding("stale city", False, message, f"see why it failed, then `pulsecity run --city {city_id}`")
    fresh = last.filter(pl.col("night") == newest).height
    yield Finding("published nights", True, f"{fresh} of {last.height} places stand on {newest}")


def check_missing_nights(settings: Settings, lake: Lake) -> Iterator[Finding]:
    """Nights that were pulled or that others have, and that a city has not published."""
    held, marked = _held(lake), lake.scan(Published).select(_CITY_NIGHT).unique().collect()
    pulled = lake.scan(Page).select(city_id=Page.partition, night="night").unique().collect()
    failed = pulled.join(marked, on=_CITY_NIGHT, how="anti").join(
        held.group_by("city_id").agg(last=pl.col("night").max()), on="city_id", how="left"
    )
    newer = failed.filter(pl.col("night") > pl.col("last").fill_null(pl.date(1, 1, 1)))
    for city_id, nights in _by_city(newer):
        todo = f"see why it failed, then `pulsecity run --city {city_id} --as-of {nights[-1]}`"
        yield Finding("unpublished night", False, f"{city_id}: {name_some(nights)} pulled but not published", todo)
    for city_id, nights in _by_city(_gaps(held, marked)):
        ran = set(failed.filter(pl.col("city_id") == city_id)["night"].cast(pl.String))
        said = name_some([f"{night} ({'failed' if night in ran else 'not run'})" for night in nights])
        todo = "`pulsecity rebuild` makes nights from raw that failed; what was not pulled stays missing"
        yield Finding("gap", False, f"{city_id}: {said} between nights that are published", todo)


def _gaps(held: pl.DataFrame, marked: pl.DataFrame) -> pl.DataFrame:
    """Of the last nights that anybody has published those within a city's span that it never had: city_id, night."""
    nights = held.select(pl.col("night").unique()).sort("night").tail(GAP_NIGHTS)
    spans = held.group_by("city_id").agg(first=pl.col("night").min(), last=pl.col("night").max())
    within = spans.join(nights, how="cross").filter(pl.col("night").is_between("first", "last"))
    return within.join(marked, on=_CITY_NIGHT, how="anti").select(_CITY_NIGHT)


def check_withdrawn(settings: Settings, lake: Lake) -> Iterator[Finding]:
    """Nights that were taken back and that nothing has come after."""
    rows = lake.scan(Published).select(*_CITY_NIGHT, "withdrawn_at").unique().collect()
    last = rows.filter(pl.col("withdrawn_at").is_null()).group_by("city_id").agg(last=pl.col("night").max())
    back = rows.filter(pl.col("withdrawn_at").is_not_null()).join(last, on="city_id", how="left")
    waiting = back.filter(pl.col("night") > pl.col("last").fill_null(pl.date(1, 1, 1)))
    for city_id, nights in _by_city(waiting):
        todo = f"run the night again, or let it hold: `pulsecity publish {city_id} --night {nights[-1]}`"
        yield Finding("withdrawn night", False, f"{city_id}: {name_some(nights)} taken back", todo)
    if back.height > waiting.height:
        over = _by_city(back.join(waiting, on=_CITY_NIGHT, how="anti"))
        said = name_some([f"{city} {name_some(nights)}" for city, nights in over])
        yield Finding("withdrawn nights", True, f"taken back, and gone on from since: {said}")


def check_known(settings: Settings, lake: Lake) -> Iterator[Finding]:
    """Cities and sources with data that the configuration does not know."""
    cities = {*load_all_cities(settings.data_dir), SHARED, *PLACELESS}
    for city_id in sorted(set(_held(lake)["city_id"]) - cities):
        todo = f"`pulsecity city add {city_id}`, or put it into cities.yaml again"
        yield Finding("unknown city", False, f"{city_id} is published in {lake.root}, but not configured", todo)
    pulled = lake.scan(Page).select("source", Page.partition).unique().sort("source", Page.partition).collect()
    for (source,), found in pulled.group_by("source", maintain_order=True):
        if source not in load_sources():
            message = (
                f"{source} has pages of {name_some(found[Page.partition].to_list())}, but is not in config/sources"
            )
            yield Finding("unknown source", False, message, "put it back into config/sources")


def check_feeds(settings: Settings, lake: Lake) -> Iterator[Finding]:
    """Feeds that are retired, or have been unwell for several nights, city by city."""
    columns = [*_CITY_NIGHT, "source", "feed", "state", "reason"]
    health = scan_all_published(lake, SourceHealth).select(columns).collect()
    streaks = _unwell_streaks(health)
    lasting = streaks.filter((pl.col("state") == "retired") | (pl.col("nights") >= UNWELL_NIGHTS))
    for (city_id,), feeds in lasting.group_by("city_id", maintain_order=True):
        said = [
            f"{source}/{feed} {state} for {nights} nights ({reason or 'no reason given'})"
            for source, feed, state, nights, reason in feeds.select(
                "source", "feed", "state", "nights", "reason"
            ).iter_rows()
        ]
        todo = "correct or remove the feed in config/sources; its events stay as they were last seen"
        yield Finding("feeds unwell", False, f"{city_id}: {name_some(said, 4)}", todo)
    brief = streaks.height - lasting.height
    latest = health.filter(pl.col("night") == pl.col("night").max().over("city_id")).height
    yield Finding("feeds", True, f"{latest} feeds in the latest nights, {brief} of them unwell for a night or two")


def _unwell_streaks(health: pl.DataFrame) -> pl.DataFrame:
    """Feeds unwell in their city's latest night: city_id, source, feed, state, reason, nights in a row."""
    feed = ["city_id", "source", "feed"]
    is_well = pl.col("state").is_in(WELL)
    ordered = health.sort(*feed, "night", descending=[False, False, False, True])
    trailing = ordered.filter(is_well.cast(pl.Int64).cum_sum().over(feed) == 0)
    latest = health.group_by("city_id").agg(latest=pl.col("night").max())
    found = trailing.group_by(feed, maintain_order=True).agg(
        pl.col("night", "state", "reason").first(), nights=pl.len()
    )
    return found.join(latest, on="city_id").filter(pl.col("night") == pl.col("latest")).sort(feed)


def check_warehouse(settings: Settings, lake: Lake) -> Iterator[Finding]:
    """Whether the warehouse holds exactly what is published."""
    columns = ["city_id", "night", "table_name", "version", "run_id"]
    held = scan_held(lake).select(columns).collect()
    try:
        built = query_warehouse(settings.warehouse_path, "FROM ops.published").select(columns)
    except ConfigurationError as error:
        yield Finding("warehouse", False, str(error), "`pulsecity publish` builds it")
        return
    lacks = held.join(built, on=columns, how="anti").select(_CITY_NIGHT).unique()
    extra = built.join(held, on=columns, how="anti").select(_CITY_NIGHT).unique()
    said = [f"lacks {city} {name_some(nights, 3)}" for city, nights in _by_city(lacks)]
    said += [f"holds {city} {name_some(nights, 3)} as it no longer is" for city, nights in _by_city(extra)]
    if said:
        message = f"{settings.warehouse_path} {name_some(said, 4)}"
        yield Finding("warehouse", False, message, "`pulsecity publish` builds it anew")
    else:
        yield Finding("warehouse", True, f"{settings.warehouse_path} holds what is published")


def _held(lake: Lake) -> pl.DataFrame:
    """City and night of all that holds; the days of interactions are nobody's nights."""
    return scan_held(lake).select(_CITY_NIGHT).filter(~pl.col("city_id").is_in(SIGNALS)).unique().collect()


def _by_city(rows: pl.DataFrame) -> Iterator[tuple[str, list[str]]]:
    """City and its nights as text, both sorted."""
    for (city_id,), found in rows.sort(_CITY_NIGHT).group_by("city_id", maintain_order=True):
        yield str(city_id), found["night"].unique(maintain_order=True).cast(pl.String).to_list()

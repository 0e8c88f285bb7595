"""Merging: the one value of every field over all listings of an event; losers stay in clean.listings."""

import polars as pl

from pulsecity_pipeline.config.matching import MergingRules
from pulsecity_pipeline.contracts import Event
from pulsecity_pipeline.entities.bundles import BUNDLES, Bundle
from pulsecity_pipeline.entities.signing import digest_texts

_PRECISION = {"minute": 0, "hour": 1, "day": 2, "month": 3, "tba": 4}
_COUNTED = ("event_id", "city_id", "source_count", "sources", "listing_count", "status_confidence", "first_seen_at",
            "last_seen_at", "updated_at", "gone_at", "content_hash")  # fmt: skip


def merge_listings(members: pl.DataFrame, rules: MergingRules, known: pl.DataFrame | None = None) -> pl.DataFrame:
    """Listings with `event_id`, `feed_key` and `venue_id` → `clean.events`, sorted by event_id.

    Of each bundle of fields one listing's values win whole: listings still there before gone ones, the configured
    trust, (of starts the more precise), the more frequent, then the longest or shortest, then the smallest
    listing_id. The end is taken only from listings that agree on the start. A cancellation is believed when at least
    the configured share of listings states it, or the newest change does. `known` are events of which this very code
    made the content_hash: those of the same values keep it unhashed.
    """
    ranked = _rank(members, rules)
    events = _count(ranked)
    for bundle in BUNDLES:
        events = _join_event(events, _choose(ranked, bundle))
    events = _join_event(events, _choose_status(ranked, rules.cancelled_share))
    starts = ["event", "starts_at", "all_day"]
    agreeing = ranked.join(events.select(starts), on=starts, nulls_equal=True, how="semi")
    ends = Bundle(
        ("ends_on", "ends_at", "ends_local"), pl.col("ends_on").is_not_null() | pl.col("ends_at").is_not_null()
    )
    events = _join_event(events, _choose(agreeing, ends)).with_columns(
        pl.col("category").fill_null("other"),
        pl.col("performers").fill_null(pl.lit([], dtype=pl.List(pl.String))),
        pl.col("sale_status").fill_null("unknown"),
    )
    events = events.with_columns(content_hash=_hash_content(events, Event.empty() if known is None else known))
    return events.select(Event.polars_schema().names()).match_to_schema(Event.polars_schema()).sort("event_id")


def _join_event(events: pl.DataFrame, chosen: pl.DataFrame) -> pl.DataFrame:
    return events.join(chosen, on="event", how="left", maintain_order="left")


def _rank(members: pl.DataFrame, rules: MergingRules) -> pl.DataFrame:
    trust = {source: rank for rank, source in enumerate(rules.trust_order)}
    """The members in order, with `event`: the number of their event, cheaper to group by than its id."""
    ordered = members.with_columns(
        is_gone=pl.col("gone_at").is_not_null(),
        trust=pl.col("source").replace_strict(trust, default=len(trust), return_dtype=pl.Int64),
        is_placeless=pl.col("venue_id").is_null().cast(pl.Int8) + pl.col("address").is_null().cast(pl.Int8),
        is_coarse=pl.col("geo_precision").fill_null("exact") != "exact",
        precision=pl.col("time_precision").replace_strict(_PRECISION, return_dtype=pl.Int64),
    ).sort("event_id", "is_gone", "trust", "listing_id")
    return ordered.with_columns(event=pl.col("event_id").rle_id())


def _count(ranked: pl.DataFrame) -> pl.DataFrame:
    return ranked.group_by("event", maintain_order=True).agg(
        pl.col("event_id", "city_id").first(),
        source_count=pl.col("feed_key").n_unique().cast(pl.Int64),
        sources=pl.col("feed_key").unique().sort(),
        listing_count=pl.len().cast(pl.Int64),
        first_seen_at=pl.col("first_seen_at").min(),
        last_seen_at=pl.col("last_seen_at").max(),
        updated_at=pl.col("changed_at").max(),
        gone_at=pl.when(pl.col("is_gone").all()).then(pl.col("gone_at").max()),
    )


def _choose(ranked: pl.DataFrame, bundle: Bundle) -> pl.DataFrame:
    """`event` and the bundle's columns, from the winning listing among those that state it."""
    columns = list(bundle.columns)
    ordering = ["event", "is_gone", "trust", *bundle.first]
    stated = ranked.filter(bundle.is_stated).select(
        *dict.fromkeys([*ordering, "listing_id", *columns]), _length=bundle.length
    )
    keys = ["event", *(name for name in columns if stated.schema[name] != pl.List(pl.String))]
    listed = [pl.col(name).list.join("\x1f").alias(f"_{name}") for name in columns if name not in keys]
    held = stated.with_columns(*listed).with_columns(
        _held=pl.len().over([*keys, *(column.meta.output_name() for column in listed)])
    )
    order = [*ordering, "_held", "_length", "listing_id"]
    falling = [name == "_held" or (name == "_length" and bundle.longest) for name in order]
    return (
        held.sort(order, descending=falling, nulls_last=True)
        .group_by("event", maintain_order=True)
        .first()
        .select("event", *columns)
    )


def _choose_status(ranked: pl.DataFrame, cancelled_share: float) -> pl.DataFrame:
    """`event`, `status`, `status_confidence`: what most listings say, ties to the newest change; gone ones last."""
    there = ranked.filter(~pl.col("is_gone") | pl.col("is_gone").all().over("event"))
    said = there.group_by("event", "status").agg(count=pl.len(), newest=pl.col("changed_at").max())
    said = said.with_columns(
        share=pl.col("count") / pl.col("count").sum().over("event"),
        is_newest=(pl.col("newest") == pl.col("newest").max().over("event"))
        & ((pl.col("newest") == pl.col("newest").max().over("event")).sum().over("event") == 1),
    )
    believed = (pl.col("status") == "cancelled") & ((pl.col("share") >= cancelled_share) | pl.col("is_newest"))
    ordered = said.with_columns(believed=believed).sort(
        "event", "believed", "count", "newest", "status", descending=[False, True, True, True, False]
    )
    return ordered.group_by("event", maintain_order=True).first().select("event", "status", status_confidence="share")


def _hash_content(events: pl.DataFrame, known: pl.DataFrame) -> pl.Series:
    """First 16 hex characters of the SHA-256 of the canonical values as JSON, in the contract's column order."""
    schema = Event.polars_schema()
    values = [name for name in schema.names() if name not in _COUNTED]
    before = known.select("event_id", "content_hash", pl.col(values).name.suffix("_before"))
    both = events.join(before, on="event_id", how="left", maintain_order="left")
    # Floats by their bits, as the hash sees them: 0.0 is not -0.0.
    exact = [_bits(schema, name, "").eq_missing(_bits(schema, name, "_before")) for name in values]
    found = both.select(content_hash=pl.when(pl.all_horizontal(exact)).then(pl.col("content_hash"))).to_series()
    unknown = found.is_null()
    fresh = digest_texts(events.filter(unknown).select(pl.struct(values).struct.json_encode()).to_series())
    rows = unknown.arg_true()
    return found.scatter(rows, fresh) if rows.len() else found


def _bits(schema: pl.Schema, name: str, suffix: str) -> pl.Expr:
    column = pl.col(name + suffix)
    return column.reinterpret(dtype=pl.Int64) if schema[name] == pl.Float64 else column

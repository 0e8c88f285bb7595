"""The health of each feed of a pull: what came, what became of it, and whether the feed is well."""

from datetime import date

import polars as pl

from pulsecity_pipeline.config.health import HealthRules
from pulsecity_pipeline.contracts.metrics import SourceHealth
from pulsecity_pipeline.metrics.health_state import add_state

FEED = ["source", "feed"]
#: A fault with is_record false and another pointer is a refused occurrence: neither a record nor a page.
_WHOLE_PAGE = ~pl.col("is_record") & (pl.col("pointer") == "page")


def build_source_health(
    page_facts: pl.DataFrame,
    listings: pl.DataFrame,
    rejects: pl.DataFrame,
    known_listings: pl.DataFrame,
    known_health: pl.DataFrame,
    *,
    city_id: str,
    night: date,
    rules: HealthRules,
) -> pl.DataFrame:
    """What a city's pull of one night yielded → metrics.source_health, one row per feed, sorted by source and feed.

    `page_facts`: one row per page asked for: source, feed, page_id, outcome (of raw.pages), reason, size_bytes,
    records, records_read, expansions, repeats, unread_fields (list of NAME=count). `listings`, `rejects`:
    clean.listings and clean.rejects of this pull alone. `known_listings`, `known_health`: clean.listings and
    metrics.source_health as of the night before. A feed that appears in only one of them still gets its row.
    """
    present = known_listings.filter(pl.col("gone_at").is_null())
    parts = [_count_pages(page_facts), _count_listings(listings, city_id), _count_rejects(rejects)]
    parts += [_sum_unread(page_facts), _lost_pages(page_facts, rejects), _commonest_refusal(rejects)]
    parts += [_count_upcoming(listings, night, "upcoming"), _count_upcoming(present, night, "upcoming_expected")]
    feeds = pl.concat([part.select(FEED) for part in parts]).unique().sort(FEED)
    for part in [*parts, known_health.select(*FEED, unwell_before="unwell_nights", whole_before="seen_whole_on")]:
        feeds = feeds.join(part, on=FEED, how="left", maintain_order="left")
    counted = feeds.with_columns(
        pl.selectors.numeric().fill_null(0), pl.col("unread_fields").fill_null(pl.lit([], dtype=pl.List(pl.String)))
    )
    schema = SourceHealth.polars_schema()
    return (
        add_state(counted, rules, night)
        .with_columns(city_id=pl.lit(city_id), night=pl.lit(night))
        .select(pl.col(name).cast(dtype) for name, dtype in schema.items())
    )


def _count_upcoming(listings: pl.DataFrame, night: date, name: str) -> pl.DataFrame:
    """Listings that are not over; of a feed whose listings all are, 0."""
    is_upcoming = (pl.coalesce("ends_on", "starts_on") >= night).fill_null(value=True)
    return listings.group_by(FEED).agg(is_upcoming.sum().alias(name))


def _count_pages(page_facts: pl.DataFrame) -> pl.DataFrame:
    return page_facts.group_by(FEED).agg(
        pl.col("size_bytes", "records", "records_read", "expansions", "repeats").sum(),
        pages=pl.len(),
    )


def _count_listings(listings: pl.DataFrame, city_id: str) -> pl.DataFrame:
    return listings.group_by(FEED).agg(listings=pl.len(), located_elsewhere=(pl.col("city_id") != city_id).sum())


def _count_rejects(rejects: pl.DataFrame) -> pl.DataFrame:
    """Records are counted one by one; of a page, however many rules it broke, there is one.

    `cut_short` are the records that could not be cut out whole: the page ends early.
    """
    is_record = pl.col("is_record")
    return rejects.group_by(FEED).agg(
        rejects=is_record.sum(),
        page_rejects=pl.col("page_id").filter(_WHOLE_PAGE).n_unique(),
        cut_short=(is_record & (pl.col("stage") == "split")).sum(),
    )


def _sum_unread(page_facts: pl.DataFrame) -> pl.DataFrame:
    """NAME=count summed over a feed's pages, most frequent first, then by name."""
    fields = page_facts.select(*FEED, field="unread_fields").explode("field").drop_nulls("field")
    counted = fields.with_columns(name=_before_count(), number=pl.col("field").str.extract(r"=(\d+)$").cast(pl.Int64))
    summed = counted.group_by(*FEED, "name").agg(pl.col("number").sum())
    ordered = summed.sort("number", "name", descending=[True, False])
    named = pl.format("{}={}", "name", "number")
    return ordered.group_by(FEED, maintain_order=True).agg(unread_fields=named)


def _before_count() -> pl.Expr:
    return pl.col("field").str.replace(r"=\d+$", "")


def _lost_pages(page_facts: pl.DataFrame, rejects: pl.DataFrame) -> pl.DataFrame:
    """Pages that failed or were rejected as a whole, and why the first of them, by id, was lost."""
    failed = page_facts.filter(pl.col("outcome") == "failed").select(
        *FEED, "page_id", page_reason=pl.col("reason").fill_null("failed without a reason")
    )
    refused = rejects.filter(_WHOLE_PAGE).select(*FEED, "page_id", page_reason="reason")
    together = pl.concat([failed, refused]).sort("page_id", "page_reason")
    return together.group_by(FEED, maintain_order=True).agg(
        pl.col("page_reason").first(), lost_pages=pl.col("page_id").n_unique()
    )


def _commonest_refusal(rejects: pl.DataFrame) -> pl.DataFrame:
    """The rule that most rejected records of a feed broke."""
    rules = rejects.filter(pl.col("is_record")).group_by(*FEED, "rule").agg(number=pl.len())
    ordered = rules.sort("number", "rule", descending=[True, False])
    return ordered.group_by(FEED, maintain_order=True).agg(refusal=pl.col("rule").first())

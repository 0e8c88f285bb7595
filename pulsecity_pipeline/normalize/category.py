"""Which category an event is of: keywords in stated categories, then in the title, then in who and where it is."""

import polars as pl

from pulsecity_pipeline.config.taxonomy import OTHER, Taxonomy
from pulsecity_pipeline.normalize.distinct import derive_distinct
from pulsecity_pipeline.normalize.text import fold

#: How far a match in each place is believed, best first.
CONFIDENCE = {"stated": 0.9, "title": 0.7, "context": 0.5}
#: What follows in a title names a venue, not the event.
_VENUE_TAIL = r"(?i)\s(?:@|at)\s.*$"
#: Added to the rank of weak keywords.
_WEAK = 100_000


def categorize(frame: pl.DataFrame, taxonomy: Taxonomy) -> pl.DataFrame:
    """In: title, categories (list), organizer, venue_name, feed. Out: category, subcategory, category_confidence,
    category_evidence.

    The first place with a match decides; where it tells the category alone, a subcategory of the same category may
    come from a later place. Nothing found: `other`, without confidence.
    """
    terms = _term_frame(taxonomy)
    texts = frame.select(
        stated=pl.col("categories").list.join(" | ", ignore_nulls=True),
        title_head=pl.col("title").str.replace(_VENUE_TAIL, ""),
        title="title",
        context=pl.concat_str(
            "organizer", "venue_name", pl.col("feed").str.replace_all("_", " "), separator=" | ", ignore_nulls=True
        ),
    )
    found = [_prefixed(_match_first(frame["categories"], terms), "first")]
    found += [_prefixed(_match_column(texts, name, terms), name) for name in texts.columns]
    return pl.concat(found, how="horizontal").select(_decide())


def _match_column(texts: pl.DataFrame, name: str, terms: pl.DataFrame) -> pl.DataFrame:
    # Who and where somebody is says little: words that are weak in a title say nothing there.
    telling = terms.filter(pl.col("rank") < _WEAK) if name == "context" else terms
    return derive_distinct(texts, [name], lambda distinct: _match(distinct, name, telling))


def _match_first(categories: pl.Series, terms: pl.DataFrame) -> pl.DataFrame:
    """The first stated category that tells anything: publishers put the kind first, and venue tags behind it."""
    numbered = categories.to_frame("stated").with_row_index("listing")
    words = numbered.explode("stated").drop_nulls("stated")
    told = words.hstack(_match_column(words.select("stated"), "stated", terms)).drop_nulls("category").drop("stated")
    first = told.unique("listing", keep="first", maintain_order=True)
    return numbered.select("listing").join(first, on="listing", how="left", maintain_order="left").drop("listing")


def _term_frame(taxonomy: Taxonomy) -> pl.DataFrame:
    """word (padded, singular or plural), keyword, category, subcategory, and rank: lower is more telling."""
    rows = [
        (
            f" {form} ",
            term.keyword,
            term.category,
            term.subcategory,
            _rank(term.keyword, term.subcategory, term.is_weak),
        )
        for term in taxonomy.terms()
        for form in _forms(term.keyword)
    ]
    schema = {
        "word": pl.String,
        "keyword": pl.String,
        "category": pl.String,
        "subcategory": pl.String,
        "rank": pl.Int32,
    }
    # A plural that is a keyword of its own belongs to that one.
    frame = pl.DataFrame(rows, schema=schema, orient="row").with_row_index("order")
    own = pl.col("word").str.strip_chars() == pl.col("keyword")
    return frame.sort(~own, "order").unique("word", keep="first", maintain_order=True)


def _rank(keyword: str, subcategory: str | None, is_weak: bool) -> int:
    """Strong before weak, many words before few, subcategory before category, long before short."""
    return is_weak * _WEAK - keyword.count(" ") * 1000 + (subcategory is None) * 500 - len(keyword)


def _forms(keyword: str) -> set[str]:
    if keyword.endswith("s") or keyword[-1].isdigit():
        return {keyword}
    if keyword.endswith("y") and keyword[-2:-1] not in "aeiou":
        return {keyword, keyword[:-1] + "ies"}
    return {keyword, keyword + ("es" if keyword.endswith(("ch", "sh", "x", "z")) else "s")}


def _match(distinct: pl.DataFrame, column: str, terms: pl.DataFrame) -> pl.DataFrame:
    """Distinct texts with the most telling keyword of each: category, subcategory, keyword; null without any."""
    numbered = distinct.with_row_index("row")
    folded = numbered.select("row", word=fold(pl.col(column)))
    hits = folded.with_columns(pl.col("word").str.extract_many(terms["word"].to_list(), overlapping=True))
    ranked = hits.explode("word").drop_nulls("word").join(terms, on="word").sort("row", "rank", "order")
    same = pl.col("category") == pl.col("category").first().over("row")
    best = (
        ranked.filter(same)
        .group_by("row", maintain_order=True)
        .agg(pl.col("category", "keyword").first(), pl.col("subcategory").drop_nulls().first())
    )
    return numbered.join(best, on="row", how="left", maintain_order="left").drop("row")


def _prefixed(found: pl.DataFrame, name: str) -> pl.DataFrame:
    return found.rename({column: f"{name}_{column}" for column in found.columns})


#: Where a match may come from, best first, with the name its evidence bears.
_PLACES = {"first": "stated", "stated": "stated", "title_head": "title", "title": "title", "context": "context"}


def _decide() -> list[pl.Expr]:
    category = pl.coalesce(f"{place}_category" for place in _PLACES)
    subcategory = pl.coalesce(
        pl.when(pl.col(f"{place}_category") == category).then(f"{place}_subcategory") for place in _PLACES
    )
    confidence = pl.coalesce(
        pl.when(pl.col(f"{place}_category").is_not_null()).then(pl.lit(CONFIDENCE[label]))
        for place, label in _PLACES.items()
    )
    evidence = pl.coalesce(pl.format(label + ": {}", f"{place}_keyword") for place, label in _PLACES.items())
    return [
        category.fill_null(OTHER).alias("category"),
        subcategory.alias("subcategory"),
        confidence.alias("category_confidence"),
        evidence.alias("category_evidence"),
    ]

"""Scores of what the pipeline made of a world whose truth is known: pure, frames in, frames and numbers out."""

from typing import Final, TypeAlias

import polars as pl

#: What the listing says, what the pipeline found, whether both say the same.
Comparison: TypeAlias = tuple[pl.Expr, pl.Expr, pl.Expr]
_MONEY_TOLERANCE: Final = 0.005
_POINT_TOLERANCE_DEGREES: Final = 0.001
#: Names of one row of scores.
SCORE: Final = pl.Schema(
    {
        "part": pl.String(),
        "name": pl.String(),
        "cases": pl.Int64(),
        "precision": pl.Float64(),
        "recall": pl.Float64(),
        "f1": pl.Float64(),
    }
)


def score_fields(joined: pl.DataFrame) -> pl.DataFrame:
    """SCORE rows, part `field`: of every field how many found values are right, and how many said values were found.

    `joined` holds one row per listing of both sides: what it says (columns of truth) and what was found (`…_found`).
    """
    rows = [_score_field(joined, name, *compared) for name, compared in sorted(_compare().items())]
    return pl.DataFrame(rows, schema=SCORE, orient="row")


_EXACT: Final = (
    "attendance_mode", "timezone", "organizer", "url", "image_url", "listing_class", "category", "subcategory",
    "is_free", "currency", "geo_precision",
)  # fmt: skip


def _compare() -> dict[str, Comparison]:
    """Field → said, found, whether both say the same."""
    start = pl.coalesce("starts_local_found", pl.col("starts_on_found").cast(pl.Datetime("us")))
    said_start = pl.when("is_date").then(pl.col("starts_local").dt.truncate("1d")).otherwise("starts_local")
    precision = pl.when("is_date").then(pl.lit("day")).otherwise(pl.lit("minute"))
    timed = pl.when(~pl.col("is_date"))
    sale = pl.col("sale_status_found").replace("unknown", None)
    compared = {
        "status": _same(pl.col("status"), pl.col("status_found").replace("past", "scheduled")),
        "city": _same(pl.col("true_city_id"), pl.col("city_id_found")),
        "title": _same(_plain("title"), _plain("title_found")),
        "description": _contained("description", 60),
        "start": _same(said_start, start),
        "time_precision": _same(precision, pl.col("time_precision_found")),
        "end": _same(timed.then("ends_local"), timed.then("ends_local_found")),
        "venue": _same(_plain("venue_name"), _plain("venue_name_found")),
        "address": _contained("address", 200),
        "point": _near_point(),
        "price_all_in": _same(pl.col("fees_included"), pl.col("price_all_in_found")),
        "sale_status": _same(pl.col("sale_status").replace("unknown", None), sale),
        "performers": _same(_joined("performers"), _joined("performers_found")),
    }
    exact = {name: _same(pl.col(name), pl.col(f"{name}_found")) for name in _EXACT}
    return compared | exact | {name: _near_price(name) for name in ("price_min", "price_max")}


def _same(said: pl.Expr, found: pl.Expr) -> Comparison:
    return said, found, said == found


def _contained(name: str, characters: int) -> Comparison:
    """Right where the beginning of what is said stands in what was found."""
    said, found = _plain(name), _plain(f"{name}_found")
    return said, found, found.str.contains(said.str.slice(0, characters), literal=True)


def _near_price(name: str) -> Comparison:
    said, found = pl.col(name).cast(pl.Float64), pl.col(f"{name}_found").cast(pl.Float64)
    return said, found, (said - found).abs() <= _MONEY_TOLERANCE


def _near_point() -> Comparison:
    off = [(pl.col(name) - pl.col(f"{name}_found")).abs() for name in ("latitude", "longitude")]
    return pl.col("latitude"), pl.col("latitude_found"), pl.max_horizontal(off) <= _POINT_TOLERANCE_DEGREES


def _joined(name: str) -> pl.Expr:
    return pl.when(pl.col(name).list.len() > 0).then(pl.col(name).list.join("|"))


def _plain(name: str) -> pl.Expr:
    return pl.col(name).str.replace_all(r"\s+", " ").str.strip_chars()


def _score_field(
    joined: pl.DataFrame, name: str, said: pl.Expr, found: pl.Expr, right: pl.Expr
) -> tuple[str, str, int, float | None, float | None, float | None]:
    counts = joined.select(
        said=said.is_not_null().sum(), found=found.is_not_null().sum(), right=right.fill_null(value=False).sum()
    ).row(0)
    return ("field", name, counts[0], *rate(counts[2], counts[1], counts[0]))


def rate(right: int, found: int, said: int) -> tuple[float | None, float | None, float | None]:
    """Precision, recall and F1; None where there is nothing to divide by."""
    precision = right / found if found else None
    recall = right / said if said else None
    if precision is None or recall is None or precision + recall == 0:
        return precision, recall, None
    return precision, recall, 2 * precision * recall / (precision + recall)


def score_pairs(links: pl.DataFrame, name: str = "all") -> pl.DataFrame:
    """One SCORE row, part `pairs`: of pairs of listings put into one event how many stand for one happening, and of
    pairs of one happening how many were put into one event. `links`: listing_id, event_id, happening_id.
    """
    together = links.group_by("event_id", "happening_id").len()
    right, found, said = (
        int(frame.select((pl.col("len") * (pl.col("len") - 1) // 2).sum()).item())
        for frame in (together, links.group_by("event_id").len(), links.group_by("happening_id").len())
    )
    return pl.DataFrame([("pairs", name, said, *rate(right, found, said))], schema=SCORE, orient="row")


def score_b_cubed(links: pl.DataFrame, name: str = "all") -> pl.DataFrame:
    """One SCORE row, part `b_cubed` (Bagga and Baldwin 1998): the mean over listings of the share of their event that
    stands for the same happening, and of their happening that is in the same event. `links` as in `score_pairs`.
    """
    if links.is_empty():
        return pl.DataFrame([("b_cubed", name, 0, None, None, None)], schema=SCORE, orient="row")
    both = pl.len().over("event_id", "happening_id")
    precision, recall = links.select(
        (both / pl.len().over("event_id")).mean().alias("p"), (both / pl.len().over("happening_id")).mean().alias("r")
    ).row(0)
    return pl.DataFrame(
        [("b_cubed", name, links.height, precision, recall, 2 * precision * recall / (precision + recall))],
        schema=SCORE,
        orient="row",
    )


def score_slices(links: pl.DataFrame, slices: pl.DataFrame) -> pl.DataFrame:
    """SCORE rows of `score_pairs` and `score_b_cubed` for all listings, and for each slice for the events and
    happenings that it touches. `slices`: slice, happening_id.
    """
    parts = [score_pairs(links), score_b_cubed(links)]
    for (name,), members in sorted(slices.group_by("slice"), key=lambda item: str(item[0])):
        of_slice = links.join(members.select("happening_id").unique(), on="happening_id", how="semi")
        touched = links.join(of_slice.select("event_id").unique(), on="event_id", how="semi")
        both = pl.concat([of_slice, touched]).unique("listing_id", maintain_order=True)
        parts += [score_pairs(both, str(name)), score_b_cubed(both, str(name))]
    return pl.concat(parts)


def score_state(events: pl.DataFrame, state: str) -> pl.DataFrame:
    """One SCORE row, part `state`: of events in a state how many happenings are, and of happenings in it how many
    events say so. `events`: status, true_status, one row per event of a known happening.
    """
    is_found, is_true = pl.col("status") == state, pl.col("true_status") == state
    right, found, said = events.select(
        (is_found & is_true).sum(), is_found.sum().alias("f"), is_true.sum().alias("t")
    ).row(0)
    return pl.DataFrame([("state", state, said, *rate(right, found, said))], schema=SCORE, orient="row")

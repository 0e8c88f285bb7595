"""How a site writes what it tells: titles reworded and misspelt, what is left out, how places and prices are put."""

from typing import Final

import numpy as np
import polars as pl

from pulsecity_pipeline.sandbox.chance import Keys, draw_index, draw_share
from pulsecity_pipeline.sandbox.publishing.habits import draw_of_site
from pulsecity_pipeline.sandbox.serving.protocol import Site

_SIGNS: Final = {
    "USD": "$", "CAD": "$", "AUD": "$", "NZD": "$", "GBP": "£", "EUR": "€", "BRL": "R$", "JPY": "¥", "KRW": "₩",
    "INR": "₹", "ZAR": "R", "MXN": "$", "ARS": "$", "SGD": "$",
}  # fmt: skip
#: Prices in words: {low} and {high} with sign, and what is said where it is free.
_ONE: Final = ("{low}", "{low}", "{low}", "{low} at the door", "Tickets {low}", "{low} + fees", "Admission: {low}")
_MANY: Final = (
    "{low}–{high}",
    "{low} - {high}",
    "{low} to {high}",
    "{low} adv / {high} door",
    "from {low}",
    "{low}/{high}",
)
_FREE: Final = ("Free", "Free", "FREE", "Free admission", "No cover", "Free and open to the public")
_LOCAL_FREE: Final = {
    "de": "Eintritt frei", "fr": "Entrée libre", "es": "Entrada libre", "pt": "Entrada livre", "nl": "Gratis",
    "ja": "入場無料",
}  # fmt: skip
#: What keyboards have no key for → what is typed for it.
_TYPED: Final = {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "×": "x"}
#: So many characters a listing of few words has at most.
_BRIEF: Final = 140


def write_titles(frame: pl.DataFrame, sites: list[Site]) -> pl.DataFrame:
    """`frame` with title as the site words it: patterns, misspellings, capitals. Needs venue_label and organizer."""
    keys = frame["voice_key"].to_numpy()
    patterns = draw_of_site(frame, sites, "titles")
    names = frame["performers"]
    slots = {
        "{title}": pl.col("title"),
        "{venue}": pl.col("venue_label").fill_null("Online"),
        "{organizer}": pl.col("organizer"),
        "{town}": pl.col("city_name"),
        "{category}": pl.col("category").str.replace_all("_", " ").str.to_titlecase(),
        "{year}": pl.col("starts_local").dt.year().cast(pl.String()),
        "{day}": pl.col("starts_local").dt.to_string("%B %-d"),
        "{date}": pl.col("starts_local").dt.to_string("%-m/%-d"),
        "{weekday}": pl.col("starts_local").dt.to_string("%A"),
        "{headliner}": pl.coalesce(pl.col("performers").list.first(), "title"),
        "{performers}": pl.when(pl.col("performers").list.len() > 0)
        .then(pl.col("performers").list.join(", "))
        .otherwise("title"),
        "{support}": pl.col("performers").list.get(1, null_on_oob=True),
    }
    is_plain = frame["is_told_in_title"] | (names.list.len() < 2) & patterns.str.contains("{support}", literal=True)
    worded = frame.with_columns(
        pattern=pl.select(pl.when(is_plain).then(pl.lit("{title}")).otherwise(patterns)).to_series()
    )
    text = pl.col("pattern")
    for slot, value in slots.items():
        text = text.str.replace(slot, value.fill_null(""), literal=True)
    worded = worded.with_columns(title=text).drop("pattern")
    is_loud = pl.Series(draw_share(keys, "loud") < frame["habit_shouting"].to_numpy())
    is_typo = draw_share(keys, "typo") < frame["habit_typos"].to_numpy()
    loud = worded.with_columns(title=pl.when(is_loud).then(pl.col("title").str.to_uppercase()).otherwise("title"))
    is_plain = pl.Series(draw_share(keys, "typographic") >= frame["habit_typographic"].to_numpy())
    typed = pl.when(is_plain).then(pl.col("title").str.replace_many(_TYPED)).otherwise("title")
    return loud.with_columns(title=misspell(loud["title"], keys, is_typo)).with_columns(title=typed)


def write_briefly(frame: pl.DataFrame) -> pl.DataFrame:
    """`frame` with the descriptions cut that the site tells in a line or two: at a word, with a mark where cut."""
    is_brief = pl.Series(draw_share(frame["voice_key"].to_numpy(), "brief") < frame["habit_brief"].to_numpy())
    line = pl.col("description").str.replace_all("\n\n", " ", literal=True)
    most = pl.lit(pl.Series(40 + draw_index(frame["voice_key"].to_numpy(), "line", _BRIEF - 40)))
    cut = pl.when(line.str.len_chars() <= most).then(line).otherwise(
        line.str.slice(0, most - 1).str.replace(r"\s+\S*$", "") + "…"
    )  # fmt: skip
    return frame.with_columns(description=pl.when(is_brief).then(cut).otherwise("description"))


def misspell(texts: pl.Series, keys: Keys, rows: np.ndarray) -> pl.Series:
    """The texts of `rows` with two neighbouring letters swapped or one lost, in the middle of the text."""
    mask = pl.Series(rows)
    chosen = texts.filter(mask)
    length = chosen.str.len_chars().to_numpy()
    at = pl.Series(2 + draw_index(keys[rows], "typo at", np.maximum(1, length - 4)))
    loses = pl.Series(draw_share(keys[rows], "typo kind") < 0.5)
    frame = pl.DataFrame({"text": chosen, "at": at, "loses": loses})
    text, where = pl.col("text"), pl.col("at")
    head, one, two, tail = (
        text.str.slice(0, where), text.str.slice(where, 1), text.str.slice(where + 1, 1), text.str.slice(where + 2),
    )  # fmt: skip
    wrong = pl.when("loses").then(head + two + tail).otherwise(head + two + one + tail)
    fits = text.str.len_chars() > 6
    return texts.scatter(np.flatnonzero(rows), frame.select(pl.when(fits).then(wrong).otherwise(text)).to_series())


def write_places(frame: pl.DataFrame, sites: list[Site]) -> pl.DataFrame:
    """`frame` with venue_name, room, address, town, region, postcode, latitude, longitude, geo_precision as told.

    By style: everything; the name alone; what people call it; the address alone; house and room.
    """
    keys = frame["voice_key"].to_numpy()
    style = draw_of_site(frame, sites, "places")
    told = pl.Series(draw_share(keys, "place") < frame["habit_place"].to_numpy()) & ~frame["is_online"]
    has_point = pl.Series(draw_share(keys, "point") < frame["habit_coordinates"].to_numpy()) & told
    is_vague = pl.Series(draw_share(keys, "vague") < frame["habit_vague_coordinates"].to_numpy())
    latitude, longitude = _blur(frame, keys, is_vague)
    named = frame.with_columns(style=style, told=told, has_point=has_point, is_vague=is_vague)
    house = pl.col("house_name")
    full = pl.col("told") & pl.col("style").is_in(["full", "address", "room"])
    return named.with_columns(
        venue_name=pl.when(pl.col("told") & (pl.col("style") != "address")).then(
            pl.when(pl.col("style") == "nickname")
            .then("nickname")
            .when(pl.col("style") == "alias")
            .then(pl.coalesce("alias", house))
            .otherwise(house)
        ),
        room=pl.when(pl.col("told") & pl.col("style").is_in(["full", "room"])).then("room_name"),
        address=pl.when(full).then("street"),
        town=pl.when(full).then("town"),
        region=pl.when(full).then("region"),
        country=pl.when(full).then("country"),
        postcode=pl.when(full & ~pl.col("is_vague")).then("postcode"),
        latitude=pl.when("has_point").then(latitude),
        longitude=pl.when("has_point").then(longitude),
        geo_precision=pl.when("has_point").then(
            pl.when("is_vague").then(pl.lit("approximate")).otherwise(pl.lit("exact"))
        ),
    ).drop("style", "told", "has_point", "is_vague")


def _blur(frame: pl.DataFrame, keys: Keys, is_vague: pl.Series) -> tuple[pl.Series, pl.Series]:
    """The venue's point, or where it is hidden one up to half a kilometre off, rounded."""
    found = []
    for name in ("latitude", "longitude"):
        shift = pl.Series((draw_share(keys, f"blur {name}") - 0.5) * 0.009)
        found.append(
            pl.select(pl.when(is_vague).then((frame[name] + shift).round(3)).otherwise(frame[name])).to_series()
        )
    return found[0], found[1]


def write_prices(frame: pl.DataFrame) -> pl.DataFrame:
    """`frame` with price_min, price_max, currency, is_free, fees_included, price_text as told, null where not.

    Where the words say from which price on, nothing is told of the highest.
    """
    keys = frame["voice_key"].to_numpy()
    told = pl.Series(draw_share(keys, "price") < frame["habit_price"].to_numpy())
    patterns = _price_patterns(frame, keys)
    fees = pl.Series(draw_share(keys, "fees") < frame["habit_fees_known"].to_numpy())
    with_fees = pl.Series(draw_share(keys, "with fees") < 0.5)
    is_open = pl.col("says_price_in_words") & patterns.str.starts_with("from ")
    return frame.with_columns(
        *(pl.when(told).then(name).alias(name) for name in ("price_min", "currency", "is_free")),
        price_max=pl.when(told & ~is_open).then("price_max"),
        fees_included=pl.when(told & fees & ~pl.col("is_free")).then(with_fees),
        price_text=pl.when(told & pl.col("says_price_in_words")).then(_fill_prices(frame, patterns)),
    )


def _price_patterns(frame: pl.DataFrame, keys: Keys) -> pl.Series:
    words = {"one": _ONE, "many": _MANY, "free": _FREE}
    drawn = {name: pl.Series(texts).gather(draw_index(keys, name, len(texts))) for name, texts in words.items()}
    local = frame["language"].replace_strict(_LOCAL_FREE, default=None, return_dtype=pl.String())
    is_one = frame["price_min"] == frame["price_max"]
    return pl.select(
        pl.when(frame["is_free"])
        .then(pl.coalesce(local, drawn["free"]))
        .when(is_one)
        .then(drawn["one"])
        .otherwise(drawn["many"])
    ).to_series()


def _fill_prices(frame: pl.DataFrame, patterns: pl.Series) -> pl.Series:
    sign = frame["currency"].replace_strict(_SIGNS, default="$")
    words = pl.DataFrame(
        {"text": patterns, "low": sign + _amount(frame["price_min"]), "high": sign + _amount(frame["price_max"])}
    )
    text = pl.col("text")
    for name in ("low", "high"):
        text = text.str.replace(f"{{{name}}}", pl.col(name), literal=True)
    return words.select(text).to_series()


def _amount(prices: pl.Series) -> pl.Series:
    """Without decimals where there are none, else with two."""
    whole = prices.cast(pl.Int64)
    is_whole = prices.cast(pl.Float64) == whole.cast(pl.Float64)
    exact = prices.round(2).cast(pl.Decimal(12, 2)).cast(pl.String())
    return pl.select(pl.when(is_whole).then(whole.cast(pl.String())).otherwise(exact)).to_series()

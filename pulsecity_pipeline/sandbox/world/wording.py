"""What things are called and how they are described: titles and sentences by kind and language."""

from typing import Final

import numpy as np
import polars as pl

from pulsecity_pipeline.sandbox.chance import Keys, derive_keys, draw_choice, draw_index
from pulsecity_pipeline.sandbox.world.naming import fill_by_language, fill_patterns
from pulsecity_pipeline.sandbox.world.vocabulary import Kind, load_words

_MOST_SENTENCES: Final = 7
_RETITLES: Final = (
    "{title} with special guests", "{title}: {adj} {noun}", "{title} feat. {person}", "{title} – {adj} {noun} Edition",
    "{title} (new venue)", "{title} and {person}",
)  # fmt: skip


def add_patterns(frame: pl.DataFrame, kind: Kind) -> pl.DataFrame:
    """`frame` of one kind with title_pattern, in its language; by subject_key, so that series and runs keep theirs.

    Patterns that bill more acts than play are not taken.
    """
    subject = frame["subject_key"].to_numpy()
    acts = frame["performers"].list.len().to_numpy()
    languages = frame["language"]
    patterns = pl.Series([None] * frame.height, dtype=pl.String())
    for language in languages.unique().sort().to_list():
        choices = kind.titles.get(language, kind.titles["en"])
        is_spoken = (languages == language).to_numpy()
        for count in np.unique(acts[is_spoken]):
            rows = np.flatnonzero(is_spoken & (acts == count))
            usable = [text for text in choices if _acts_of(text) <= count] or choices
            patterns = patterns.scatter(rows, draw_choice(subject[rows], "title", usable))
    return frame.with_columns(title_pattern=patterns)


def add_titles(frame: pl.DataFrame, city_name: str) -> pl.DataFrame:
    """`frame` with title: title_pattern filled with the bill, the venue, the city and the year, else by subject_key."""
    given = {
        f"act{place or ''}": frame["performers"].list.get(max(place - 1, 0), null_on_oob=True) for place in (0, 2, 3)
    }
    given |= {
        "venue": frame["venue_label"].fill_null("home"),
        "city": pl.repeat(city_name, frame.height, eager=True),
        "year": frame["starts_local"].dt.year().cast(pl.String()),
    }
    keys = derive_keys(frame["subject_key"].to_numpy(), "words")
    titles = fill_by_language(frame["title_pattern"], keys, frame["language"], given)
    return frame.with_columns(title=titles).drop("title_pattern")


def _acts_of(pattern: str) -> int:
    return 3 if "{act3}" in pattern else 2 if "{act2}" in pattern else 1 if "{act}" in pattern else 0


def add_descriptions(frame: pl.DataFrame) -> pl.DataFrame:
    """`frame` with description: one to seven sentences in its language, paragraphs now and then; by subject_key."""
    subject = frame["subject_key"].to_numpy()
    count = 1 + (draw_index(subject, "sentences", _MOST_SENTENCES * _MOST_SENTENCES) ** 0.5).astype(np.int64)
    filled = pl.Series([""] * frame.height, dtype=pl.String())
    for language in frame["language"].unique().sort().to_list():
        rows = np.flatnonzero((frame["language"] == language).to_numpy())
        sentences = load_words()[language].sentences
        text = pl.Series([""] * len(rows), dtype=pl.String())
        for place in range(_MOST_SENTENCES):
            sentence = draw_choice(subject[rows], f"sentence{place}", sentences)
            mark = "\n\n" if place % 3 == 2 else " "
            is_said = pl.Series(count[rows] > place) & ~_holds(text, sentence)
            text = pl.select(pl.when(is_said).then(text + mark + sentence).otherwise(text)).to_series()
        filled = filled.scatter(rows, fill_patterns(text, derive_keys(subject[rows], "told"), language, {}))
    return frame.with_columns(description=filled.str.strip_chars())


def _holds(texts: pl.Series, parts: pl.Series) -> pl.Series:
    """Whether each text holds its part."""
    frame = pl.DataFrame({"text": texts, "part": parts})
    return frame.select(pl.col("text").str.contains(pl.col("part"), literal=True)).to_series()


def word_anew(titles: pl.Series, keys: Keys, languages: pl.Series) -> pl.Series:
    """What an organiser renames a title to."""
    patterns = draw_choice(keys, "retitle", _RETITLES)
    return fill_by_language(patterns, derive_keys(keys, "retitled"), languages, {"title": titles})

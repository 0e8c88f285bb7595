"""What things are called and how they are described: titles and sentences by kind and language."""

import math
from typing import Final

import numpy as np
import polars as pl

from pulsecity_pipeline.sandbox.chance import Keys, derive_keys, draw_choice, draw_index, draw_normal
from pulsecity_pipeline.sandbox.world.naming import fill_by_language, fill_patterns
from pulsecity_pipeline.sandbox.world.vocabulary import Kind, load_kinds, load_words

#: Spread of the number of sentences, in logarithms, and sentences of a paragraph.
_TALK_SPREAD: Final = 0.9
_PARAGRAPH: Final = 4
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
    """`frame` with description: sentences in its language, none twice, paragraphs now and then; by subject_key.

    Their number is log-normal around the kind's `talk`: some say a line, a few a page.
    """
    subjects = frame.unique("subject_key", keep="first", maintain_order=True).select("subject_key", "language", "kind")
    talk = subjects["kind"].replace_strict({name: kind.talk for name, kind in load_kinds().items()})
    keys = subjects["subject_key"].to_numpy()
    count = np.round(talk.to_numpy() * np.exp(_TALK_SPREAD * draw_normal(keys, "talk"))).astype(np.int64)
    texts = [
        _tell(part["subject_key"], count[part["row"].to_numpy()], str(language))
        for (language,), part in subjects.with_row_index("row").group_by("language", maintain_order=True)
    ]
    return frame.join(pl.concat(texts), on="subject_key", how="left", maintain_order="left")


def _tell(subjects: pl.Series, count: np.ndarray, language: str) -> pl.DataFrame:
    """subject_key, description: each subject's sentences, taken from the list in steps that never meet twice."""
    sentences = load_words()[language].sentences
    keys, size = subjects.to_numpy(), len(sentences)
    steps = np.array([step for step in range(1, size + 1) if math.gcd(step, size) == 1])
    many = pl.DataFrame({
        "subject_key": subjects,
        "first": draw_index(keys, "first", size),
        "step": steps[draw_index(keys, "step", len(steps))],
        "place": pl.int_ranges(0, pl.Series(np.clip(count, 1, size)), eager=True),
    }).explode("place")  # fmt: skip
    number = (many["first"] + many["step"] * many["place"]) % size
    words = derive_keys(many["subject_key"].to_numpy(), "told", many["place"].to_numpy())
    said = fill_patterns(pl.Series(sentences).gather(number), words, language, {})
    mark = pl.when(pl.col("place") % _PARAGRAPH == _PARAGRAPH - 1).then(pl.lit("\n\n")).otherwise(pl.lit(" "))
    return (
        many.with_columns(said=mark + said)
        .group_by("subject_key", maintain_order=True)
        .agg(description=pl.col("said").str.join("").str.strip_chars())
    )


def word_anew(titles: pl.Series, keys: Keys, languages: pl.Series) -> pl.Series:
    """What an organiser renames a title to."""
    patterns = draw_choice(keys, "retitle", _RETITLES)
    return fill_by_language(patterns, derive_keys(keys, "retitled"), languages, {"title": titles})

"""Descriptions of the fiction: of any length, no sentence twice, the same for all of a series."""

from datetime import date

import numpy as np
import polars as pl

from pulsecity_pipeline.config.cities import load_cities
from pulsecity_pipeline.sandbox.chance import derive_keys, key_of
from pulsecity_pipeline.sandbox.world.build import build_world
from pulsecity_pipeline.sandbox.world.vocabulary import load_kinds, load_words
from pulsecity_pipeline.sandbox.world.wording import add_descriptions


def described(kind: str, count: int = 400, language: str = "en") -> pl.Series:
    keys = derive_keys(key_of("test"), np.arange(count))
    frame = pl.DataFrame({"subject_key": keys, "language": [language] * count, "kind": [kind] * count})
    return add_descriptions(frame)["description"]


def test_some_say_a_line_and_some_a_page() -> None:
    lengths = described("workshop").str.len_chars().to_numpy()
    assert np.quantile(lengths, 0.05) < 250
    assert np.quantile(lengths, 0.95) > 1200
    assert np.median(described("meeting").str.len_chars().to_numpy()) < np.median(lengths) / 2


def test_no_sentence_stands_twice_in_a_description() -> None:
    plain = [text for text in load_words()["en"].sentences if "{" not in text and len(text) > 20]
    told = described("tech_meetup")
    assert max(told.str.count_matches(text, literal=True).to_numpy().max() for text in plain) == 1


def test_more_is_asked_for_than_a_language_has() -> None:
    assert described("tech_meetup", language="ja").str.len_chars().min() != 0


def test_a_series_keeps_its_description() -> None:
    keys = np.repeat(derive_keys(key_of("series"), np.arange(5)), 3)
    frame = pl.DataFrame({"subject_key": keys, "language": "en", "kind": "kids"})
    told = add_descriptions(frame)
    assert told["subject_key"].to_list() == keys.tolist()
    assert told.group_by("subject_key").agg(pl.col("description").n_unique())["description"].to_list() == [1] * 5


def test_a_kind_with_a_crowd_does_not_fill_a_park() -> None:
    world = build_world(load_cities()["us-tx-austin"], seed=7, night=date(2026, 8, 22), scale=0.5)
    walks = world.plan.filter(pl.col("kind") == "walk")
    crowd = load_kinds()["walk"].crowd
    assert crowd is not None
    assert walks["capacity"].to_numpy().max() > 1000
    assert np.median(walks["attendance"].to_numpy()) <= 1.5 * crowd
    assert walks["attendance"].to_numpy().min() >= 1

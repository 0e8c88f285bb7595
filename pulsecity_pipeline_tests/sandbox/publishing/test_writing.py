"""How sites put what they tell: in a line or in full, as typed or as printed."""

import numpy as np
import polars as pl

from pulsecity_pipeline.sandbox.chance import derive_keys, key_of
from pulsecity_pipeline.sandbox.publishing.writing import write_briefly

LONG = "We meet every week.\n\nBring a friend. " * 20


def told(share: float, description: str | None, count: int = 200) -> pl.Series:
    frame = pl.DataFrame({"voice_key": derive_keys(key_of("voice"), np.arange(count)), "habit_brief": [share] * count})
    return write_briefly(frame.with_columns(description=pl.lit(description, dtype=pl.String())))["description"]


def test_brief_sites_cut_at_a_word_and_mark_it() -> None:
    lines = told(1.0, LONG)
    assert lines.str.len_chars().to_numpy().max() <= 140
    assert lines.str.ends_with("…").all()
    assert not lines.str.contains("\n").any()
    assert all(LONG.replace("\n\n", " ").startswith(line) for line in lines.str.strip_suffix("…"))
    assert lines.n_unique() > 10


def test_what_fits_is_not_cut() -> None:
    assert told(1.0, "Free.").unique().to_list() == ["Free."]
    assert told(1.0, None).null_count() == 200


def test_others_tell_all() -> None:
    assert told(0.0, LONG).unique().to_list() == [LONG]
    assert 40 < (told(0.5, LONG) == LONG).sum() < 160

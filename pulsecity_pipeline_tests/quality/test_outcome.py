"""The Markdown of outcomes: failed checks only, short enough for the Dagster UI."""

from hypothesis import given, settings
from hypothesis import strategies as st

from pulsecity_pipeline.quality.outcome import CheckOutcome, summarize

PASSED = CheckOutcome("clean.events", "not_null(title)", True, 0)
FAILED = CheckOutcome("clean.events", "unique(event_id)", False, 1204, ("evt_a", "x | y"))


def test_all_passed_is_one_line() -> None:
    assert summarize([PASSED, PASSED]) == "2 of 2 checks passed"


def test_a_failed_check_is_a_row_with_its_examples() -> None:
    assert summarize([PASSED, FAILED]) == (
        "1 of 2 checks passed\n\n"
        "| table | check | rows | for example |\n|---|---|---|---|\n"
        "| clean.events | unique(event_id) | 1,204 | evt_a, x \\| y |"
    )


def test_of_many_failures_the_largest_are_shown_and_the_rest_counted() -> None:
    many = [CheckOutcome("clean.events", f"between(c{n})", False, n, ("k" * 50,) * 3) for n in range(50)]
    text = summarize(many)
    assert len(text) < 1000
    assert "| between(c49) |" in text
    assert "| between(c0) |" not in text
    shown = text.count("between(c")
    assert text.endswith(f"and {50 - shown} more failed")


OUTCOMES = st.builds(
    CheckOutcome, st.text(), st.text(), st.booleans(), st.integers(0, 10**9), st.lists(st.text(), max_size=3).map(tuple)
)


@settings(max_examples=100, deadline=None)
@given(st.lists(OUTCOMES, max_size=60))
def test_a_summary_always_stays_short_and_a_cell_never_breaks_its_row(outcomes: list[CheckOutcome]) -> None:
    text = summarize(outcomes)
    assert len(text) < 1000
    rows = [line for line in text.split("\n") if line.startswith("|")]
    assert all(line.replace("\\|", "").count("|") == 5 for line in rows)

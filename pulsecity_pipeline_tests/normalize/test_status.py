import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pulsecity_pipeline.normalize.listing_class import classify_titles
from pulsecity_pipeline.normalize.status import resolve_status


def states(title: str, word: str | None = None) -> tuple[str, str]:
    frame = pl.DataFrame({"title": [title], "status": [word]}, schema_overrides={"status": pl.String})
    row = resolve_status(frame).row(0)
    return row[0], row[1]


@pytest.mark.parametrize(
    ("title", "word", "status"),
    [
        ("Choir", None, "scheduled"),
        ("Choir", "CONFIRMED", "scheduled"),
        ("Choir", "CANCELLED", "cancelled"),
        ("Choir", "https://schema.org/EventCancelled", "cancelled"),
        ("Choir", "TENTATIVE", "tentative"),
        ("Choir", "EventMovedOnline", "moved_online"),
        ("Choir", "SOMETHING", "scheduled"),
        ("CANCELLED: Choir", None, "cancelled"),
        ("**Canceled** Choir", "CONFIRMED", "cancelled"),
        ("Choir (cancelled)", None, "cancelled"),
        ("Choir - CANCELED", None, "cancelled"),
        ("Guitar Club CANCELED TODAY", None, "cancelled"),
        ("POSTPONED - Choir", None, "postponed"),
        ("RESCHEDULED: Choir", None, "rescheduled"),
        ("MOVED TO OCT 10 - Choir", None, "rescheduled"),
        ("Choir: now online", None, "moved_online"),
        ("MOVED ONLINE: Choir", None, "moved_online"),
        ("Chasing Abbey Moved To the Opera House", None, "scheduled"),
        ("Why was Galileo cancelled by the church", None, "scheduled"),
        ("Cancel Culture", None, "scheduled"),
        ("POSTPONED: Choir", "CANCELLED", "cancelled"),
    ],
)
def test_state_from_word_and_title(title: str, word: str | None, status: str) -> None:
    assert states(title, word)[0] == status


@pytest.mark.parametrize(
    ("title", "sale"),
    [
        ("SOLD OUT: Choir", "sold_out"),
        ("Choir - Sold Out!", "sold_out"),
        ("Choir (sold out)", "sold_out"),
        ("ALMOST SOLD OUT - Choir", "few_left"),
        ("How the bookstore sold out of hope", "unknown"),
        ("Choir", "unknown"),
    ],
)
def test_sales_from_the_title(title: str, sale: str) -> None:
    assert states(title)[1] == sale


@pytest.mark.parametrize(
    ("title", "word", "evidence"),
    [
        ("Choir", None, None),
        ("Choir", "CONFIRMED", None),
        ("Choir", "CANCELLED", "status: CANCELLED"),
        ("CANCELLED: Choir", "CONFIRMED", "title: CANCELLED: Choir"),
        ("CANCELLED: Choir", "CANCELLED", "status: CANCELLED"),
    ],
)
def test_a_state_says_what_it_was_read_from(title: str, word: str | None, evidence: str | None) -> None:
    frame = pl.DataFrame({"title": [title], "status": [word]}, schema_overrides={"status": pl.String})
    assert resolve_status(frame)["status_evidence"].to_list() == [evidence]


CLASSES = {
    "closed_notice": [
        "Library closed", "CLOSED - Labor Day", "CLOSED", "Office is closed.", "Church Office Closed", "LABOUR DAY: COLLEGE CLOSED",
        "School Closed/Spring Break", "Work Day (School Closed)", "UofT is closed", "No School - Fall Break", "Holiday closure",
        "Closed for Labour Day", "Town Offices Closed-July 4th Holiday",
    ],
    "placeholder": ["TBD", "Busy", "HOLD", "Hold - Rental", "Private", "Eric Out of Office", "Untitled event", "(No title)"],
    "parking": ["Parking: Big Concert", "Parking Pass", "Premium Parking - Tour", "Big Concert - Parking"],
    "gift_card": ["Gift Card", "Gift certificates", "Tower Tour - Gift Voucher"],
    "test": ["Test", "test 2", "Test event", "[TEST] Choir"],
    "event": [
        "Closed Captioned Screening", "Behind Closed Doors", "Closed Session of the Board", "Parks Update - Open and Closed Parks",
        "Toronto Parking Authority — Meeting #21", "Hold the Bus", "Hold Up: JUNO (2007)", "Testament: a play", "Test Dept w/ Digital",
        "Citizenship Test Preparation", "Gift Card Bingo", "Parking Lot Party", "Art on Hold", "Busy Bees Storytime", "Office Party",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("name", "titles"), CLASSES.items())
def test_classes_of_titles(name: str, titles: list[str]) -> None:
    found = pl.DataFrame({"title": titles}).select("title", found=classify_titles(pl.col("title")))
    assert found.filter(pl.col("found") != name).rows() == []


@given(st.text(max_size=60), st.none() | st.text(max_size=20))
@settings(max_examples=100, deadline=None)
def test_no_title_or_word_raises(title: str, word: str | None) -> None:
    status, sale = states(title, word)
    assert status
    assert sale

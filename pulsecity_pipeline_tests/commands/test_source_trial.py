"""`pulsecity source try`: accepted and refused feeds, saved and over HTTP, without a trace in the lake."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from typer.testing import CliRunner, Result

from pulsecity_pipeline import inputs
from pulsecity_pipeline.cli import app
from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline_tests.defs.toy import AS_OF, CITY, VENUE, calendar, entry, write_pages
from pulsecity_pipeline_tests.fetch.conftest import fast_policy, server
from pulsecity_pipeline_tests.fetch.server import ScriptedServer, answer

__all__ = ["server"]


def entries(change: Callable[[str], str] = str) -> str:
    """A calendar of ten evenings, each entry changed in the same way."""
    return calendar(*(change(entry(f"{n}@x", f"Recital {n}", f"202703{n + 10}T190000", VENUE)) for n in range(10)))


GOOD = entries()
DOCTORED = {
    "all zones wrong": (
        entries(lambda one: one.replace("America/Los_Angeles", "Europe/Rome")),
        {"zone is not the place's"},
    ),
    "all at three": (entries(lambda one: one.replace("T190000", "T030000")), {"starts from 02:00 to 06:00"}),
    "no starts": (entries(lambda one: one.replace("DTSTART", "X-START")), {"rejects", "upcoming listings in the city"}),
    "several": (
        entries(lambda one: one.replace("America/Los_Angeles", "Asia/Tokyo").replace("T190000", "T200000")),
        {"zone is not the place's", "starts from 02:00 to 06:00"},
    ),
}


def try_source(data_dir: Path, *arguments: str) -> Result:
    return CliRunner(env={"PULSECITY_DATA_DIR": str(data_dir)}).invoke(app, ["source", "try", *arguments])


def try_pages(tmp_path: Path, pages: dict[str, Any], *more: str) -> tuple[int, dict[str, Any]]:
    folder = write_pages(tmp_path / "pages", pages)
    ran = try_source(tmp_path / "d", "ics", "--city", CITY, "--from", f"replay:{folder}", "--json", *more)
    assert not (tmp_path / "d").exists(), "nothing is kept"
    return ran.exit_code, orjson.loads(ran.stdout)


def test_a_good_feed_is_accepted(tmp_path: Path) -> None:
    code, told = try_pages(tmp_path, {f"ics/{CITY}/a.ics": GOOD}, "--as-of", AS_OF)
    assert (code, told["verdict"], told["reasons"]) == (0, "accept", [])
    counts = {row["measure"]: row["count"] for row in told["scorecard"]}
    assert (counts["records"], counts["upcoming listings in the city"], counts["venue"]) == (10, 10, 10)


@pytest.mark.parametrize("doctored", DOCTORED)
def test_a_doctored_feed_is_refused_for_all_that_is_wrong(tmp_path: Path, doctored: str) -> None:
    page, reasons = DOCTORED[doctored]
    code, told = try_pages(tmp_path, {f"ics/{CITY}/a.ics": page}, "--as-of", AS_OF)
    assert (code, told["verdict"]) == (1, "refuse")
    assert {reason.rpartition(": ")[0] for reason in told["reasons"]} == reasons


def test_ids_that_change_overnight_are_refused(tmp_path: Path) -> None:
    renamed = entries(lambda one: one.replace("@x", "@y"))
    nights = {f"2027-03-01/ics/{CITY}/a.ics": GOOD, f"2027-03-02/ics/{CITY}/a.ics": renamed}
    code, told = try_pages(tmp_path, nights)
    assert (code, told["night"]) == (1, "2027-03-02")
    assert told["reasons"] == ["same id as the other night: 0.0 % (0 of 10), expected ≥ 90 %"]


def test_one_feed_of_several(tmp_path: Path) -> None:
    pages = {f"ics/{CITY}/a.ics": GOOD, f"ics/{CITY}/b.ics": DOCTORED["no starts"][0]}
    assert try_pages(tmp_path, pages, "--as-of", AS_OF, "--feed", "a")[0] == 0
    assert try_pages(tmp_path, pages, "--as-of", AS_OF)[0] == 1


def test_an_address_is_asked_politely_though_the_source_is_off(
    tmp_path: Path, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inputs, "load_fetch_policy", fast_policy)
    url = server.on("/events.ics", answer(body=GOOD.encode()))
    ran = try_source(tmp_path / "d", "ics", "--city", CITY, "--from", url, "--as-of", AS_OF)
    assert ran.exit_code == 0, ran.output
    assert "accept" in ran.output
    assert server.paths() == ["/robots.txt", "/events.ics"]
    assert [path.name for path in (tmp_path / "d").iterdir()] == ["fetch"], "budgets of hosts, and no lake"


def test_a_server_that_fails_is_refused_with_its_reason(
    tmp_path: Path, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inputs, "load_fetch_policy", fast_policy)
    ran = try_source(tmp_path / "d", "ics", "--city", CITY, "--from", f"{server.url}/none", "--as-of", AS_OF)
    assert ran.exit_code == 1
    assert "failed: HTTP 404 Not Found" in ran.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("carrier_pigeon", "--city", CITY), ("unknown source carrier_pigeon",)),
        (("ics", "--city", "us-ca-atlantis"), ("unknown city us-ca-atlantis",)),
        (("ics", "--city", CITY, "--from", "pigeon"), ("--from pigeon", "expected live")),
        (("ics", "--city", CITY, "--as-of", "soon"), ("--as-of soon", "YYYY-MM-DD")),
        (("ics", "--city", CITY), ("no such feed", "--from URL")),
        (("ticketmaster", "--city", CITY), ("TICKETMASTER_API_KEY is not set",)),
        (("meetup", "--city", CITY), ("config/sources/meetup.yaml", "consent")),
    ],
)
def test_what_cannot_be_tried_is_one_line(tmp_path: Path, arguments: tuple[str, ...], words: tuple[str, ...]) -> None:
    ran = try_source(tmp_path / "d", *arguments)
    assert isinstance(ran.exception, ConfigurationError)
    for word in words:
        assert word in str(ran.exception)

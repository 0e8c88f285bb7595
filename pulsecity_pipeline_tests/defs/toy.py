"""A toy city on disk: a few hand-written feeds that overlap, and every way a feed can be broken."""

from datetime import date
from pathlib import Path
from typing import Any

import dagster as dg

from pulsecity_pipeline.definitions import defs
from pulsecity_pipeline.defs.assets.pull import KEYS
from pulsecity_pipeline.defs.resources import LakeResource, PagesResource
from pulsecity_pipeline.defs.selecting import select_assets

CITY = "us-ca-davis"
AS_OF = "2027-03-01"


def calendar(*entries: str) -> str:
    """A calendar of VEVENTs, CRLF line ends."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//toy//EN", "X-WR-TIMEZONE:America/Los_Angeles", *entries]
    return "\r\n".join([*lines, "END:VCALENDAR", ""])


def entry(uid: str, title: str, start: str, *more: str) -> str:
    """One VEVENT of an hour and a half."""
    body = (f"UID:{uid}", f"SUMMARY:{title}", f"DTSTART;TZID=America/Los_Angeles:{start}", "DURATION:PT90M", *more)
    return "\r\n".join(["BEGIN:VEVENT", *body, "END:VEVENT"])


VENUE = "LOCATION:Willow Hall\\, 12 Third St\\, Davis\\, CA 95616"
LIBRARY = calendar(
    entry("choir@lib", "Spring Choir Recital with Nora Quill", "20270305T190000", VENUE),
    entry(
        "story@lib",
        "Family Story Time",
        "20270306T100000",
        "LOCATION:North Branch Library",
        "RRULE:FREQ=WEEKLY;COUNT=4",
    ),
    entry("story2@lib", "Family Story Time", "20270306T100000", "LOCATION:South Branch Library"),
    entry(
        "trip@lib", "Museum Bus Trip", "20270309T090000", "LOCATION:Crocker Hall\\, 216 O St\\, Sacramento\\, CA 95814"
    ),
    entry("talk@lib", "Author Talk Online", "20270310T180000", "LOCATION:https://us02web.zoom.us/j/7"),
    "BEGIN:VEVENT\r\nUID:broken@lib\r\nSUMMARY:No start at all\r\nEND:VEVENT",
)
DOWNTOWN = calendar(
    entry("x1", "Spring Choir Recital with Nora Quill", "20270305T190000", VENUE),
    entry("x2", "Ceramics Walk", "20270307T110000", "LOCATION:G Street\\, Davis\\, CA"),
    entry("x2", "Ceramics Walk", "20270307T110000", "LOCATION:G Street\\, Davis\\, CA"),
)
RSS = """<?xml version="1.0"?>
<rss version="2.0" xmlns:ev="http://purl.org/rss/1.0/modules/event/"><channel><title>Toy</title>
<item><guid>r1</guid><title>Lantern Parade</title><link>https://toy.example/r1</link>
<ev:startdate>2027-03-08T18:00:00-08:00</ev:startdate><ev:location>Central Park, Davis, CA</ev:location></item>
<item><guid>r2</guid><title>A note without a date</title><link>https://toy.example/r2</link></item>
</channel></rss>"""
NEIGHBOUR = "us-ca-sacramento"
HOME = entry("c1", "Organ at Noon", "20270312T120000", "LOCATION:Crocker Hall\\, 216 O St\\, Sacramento\\, CA 95814")
GUEST = entry("g1", "Lantern Supper", "20270313T180000", VENUE)


def write_pages(root: Path, pages: dict[str, str | bytes]) -> Path:
    """Write `<source>/<city>/<file>` → content below root."""
    for name, content in pages.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def toy_pages(root: Path) -> Path:
    """The toy city: two calendars, a feed, and four pages that are not what they say."""
    pages: dict[str, str | bytes] = {
        f"ics/{CITY}/library.ics": LIBRARY,
        f"ics/{CITY}/downtown.ics": DOWNTOWN,
        f"ics/{CITY}/blocked.ics": "<!DOCTYPE html><html><head><title>Just a moment</title></head></html>",
        f"ics/{CITY}/empty.ics": b"",
        f"ics/{CITY}/gone.ics": '{"message":"Group not found"}',
        f"ics/{CITY}/torn.ics": calendar(entry("t1", "Harvest Supper", "20270311T173000", VENUE))[:-60],
        f"rss/{CITY}/weekly.xml": RSS,
    }
    return write_pages(root, pages)


def toy_nights(root: Path) -> Path:
    """Three dated nights of the toy city and of a neighbour whose feed lists one event of it.

    In the second a feed is down and the neighbour's listing is new; in the third the feed is back, a title is another,
    and an entry is gone.
    """
    first, second, third = (toy_pages(root / f"2027-03-0{number}") for number in (1, 2, 3))
    (second / f"ics/{CITY}/downtown.ics").write_text("<html>down</html>")
    changed = DOWNTOWN.replace("Ceramics Walk", "Ceramics and Glass Walk")
    (third / f"ics/{CITY}/downtown.ics").write_text(changed, newline="")
    (third / f"ics/{CITY}/library.ics").write_text(LIBRARY.replace("story2@lib", "story3@lib"), newline="")
    for night, guest in ((first, ""), (second, GUEST), (third, GUEST)):
        write_pages(night, {f"ics/{NEIGHBOUR}/hall.ics": calendar(HOME, *filter(None, [guest]))})
    return root


def run_job(
    job: str,
    data_dir: Path,
    pages: Path | str | None = None,
    *,
    as_of: str = AS_OF,
    city: str = CITY,
    ops: Any = None,
    **more: Any,
) -> dg.ExecuteInProcessResult:
    """Execute a job of the real definitions in this process; `pages` is a folder of saved pages, or an input mode.

    A city's run covers the sources that it has feeds of, unless `asset_selection` says otherwise.
    """
    config: dict[str, Any] = {
        "lake": {"config": {"data_dir": str(data_dir)}},
        "clock": {"config": {"as_of": as_of}},
    }
    if job == "city":
        mode = pages if isinstance(pages, str) else f"replay:{pages}" if pages else "sandbox"
        config["pages"] = {"config": {"mode": mode}}
        source_input = PagesResource(mode=mode).open(LakeResource(data_dir=str(data_dir)), date.fromisoformat(as_of))
        more.setdefault("asset_selection", select_assets(defs.resolve_job_def("city"), city, source_input))
        if not set(KEYS.values()) & set(more["asset_selection"] or KEYS.values()):
            del config["pages"]
    quiet = {"console": {"config": {"log_level": "CRITICAL"}}}
    return defs.resolve_job_def(job).execute_in_process(
        run_config={"resources": config, "loggers": quiet, "ops": ops or {}},
        partition_key=city if job == "city" else None,
        raise_on_error=False,
        **more,
    )

"""The server and the saved pages: the same bytes, over real HTTP, with validators that work."""

import gzip
import http.client
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pulsecity_pipeline.sandbox.catalog import PUBLISHERS
from pulsecity_pipeline.sandbox.export import export_world
from pulsecity_pipeline.sandbox.server import SandboxServer
from pulsecity_pipeline_tests.sandbox.cities import AS_OF, AUSTIN, BERLIN

Answer = tuple[int, dict[str, str], bytes]


@pytest.fixture(scope="module")
def server() -> Iterator[SandboxServer]:
    with SandboxServer({city.city_id: city for city in (AUSTIN, BERLIN)}, 7, AS_OF) as running:
        yield running


def ask(server: SandboxServer, url: str, method: str = "GET", **headers: str) -> Answer:
    """One request to the loopback address that names the URL's host."""
    host, _, path = url.removeprefix("http://").partition("/")
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    stated = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, f"/{path}", headers={"Host": host, **stated})
    response = connection.getresponse()
    answer = (response.status, dict(response.getheaders()), response.read())
    connection.close()
    return answer


def test_served_pages_are_the_saved_pages(server: SandboxServer, tmp_path: Path) -> None:
    saved = export_world(tmp_path, [AUSTIN, BERLIN], seed=7, as_of=AS_OF)
    assert len(saved) == 2 * 22 == len(list(tmp_path.rglob("*.meta.json")))
    for path in saved:
        meta = json.loads(path.with_name(f"{path.name}.meta.json").read_text())
        status, headers, body = ask(server, meta["url"])
        assert (status, headers["Content-Type"], body) == (200, meta["content_type"], path.read_bytes())
        assert int(headers["Content-Length"]) == len(body)


def test_saved_pages_lie_where_replay_looks(tmp_path: Path) -> None:
    export_world(tmp_path, [BERLIN], seed=7, as_of=AS_OF)
    assert (tmp_path / "ics/de-berlin/city_library.ics").stat().st_size > 10_000
    assert (tmp_path / "rss/de-berlin/weekly_paper.xml").read_bytes().startswith(b"<?xml")
    assert (tmp_path / "ics/de-berlin/chess_club.ics").read_bytes() == b""
    assert not (tmp_path / "ics/de-berlin/civic_orchestra.ics").exists()
    assert not list((tmp_path / "rss").rglob("old_town_blog*"))


def test_conditional_requests(server: SandboxServer) -> None:
    url = "http://music-hall.us-tx-austin.sandbox.example/shows.ics"
    _, headers, body = ask(server, url)
    etag, modified = headers["ETag"], headers["Last-Modified"]
    assert ask(server, url, If_None_Match=etag)[::2] == (304, b"")
    assert ask(server, url, If_None_Match=f'"other", W/{etag}')[0] == 304
    assert ask(server, url, If_Modified_Since=modified)[0] == 304
    assert ask(server, url, If_None_Match='"other"', If_Modified_Since=modified)[::2] == (200, body)
    assert ask(server, url, "HEAD")[::2] == (200, b"")


def test_one_feed_is_compressed_for_who_accepts_it(server: SandboxServer) -> None:
    url = "http://city-events-guide.us-tx-austin.sandbox.example/all.ics"
    _, plain_headers, plain = ask(server, url)
    _, headers, packed = ask(server, url, Accept_Encoding="gzip, deflate")
    assert "Content-Encoding" not in plain_headers
    assert headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed) == plain
    assert headers["ETag"] == plain_headers["ETag"]


def test_content_types_are_sometimes_wrong(server: SandboxServer) -> None:
    types = {one.name: ask(server, one.url("de-berlin"), "HEAD")[1]["Content-Type"] for one in PUBLISHERS}
    assert types["night_owl_promotions"].startswith("text/plain")
    assert types["harbor_presents"] == "application/octet-stream"
    assert types["music_hall"].startswith("text/calendar")


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("http://civic-orchestra.us-tx-austin.sandbox.example/season.ics", 500),
        ("http://old-town-blog.us-tx-austin.sandbox.example/feed.xml", 404),
        ("http://music-hall.us-tx-austin.sandbox.example/other.ics", 404),
        ("http://music-hall.us-tx-nowhere.sandbox.example/shows.ics", 404),
        ("http://nobody.us-tx-austin.sandbox.example/shows.ics", 404),
        ("http://localhost/robots.txt", 404),
        ("http://music-hall.us-tx-austin.sandbox.example:8080/shows.ics?x=1", 200),
    ],
)
def test_statuses(server: SandboxServer, url: str, status: int) -> None:
    for _ in range(2):
        assert ask(server, url)[0] == status


def test_robots_allow_everything(server: SandboxServer) -> None:
    status, headers, body = ask(server, "http://music-hall.us-tx-austin.sandbox.example/robots.txt")
    assert (status, body) == (200, b"User-agent: *\nAllow: /\n")
    assert headers["Content-Type"].startswith("text/plain")


def test_many_threads_see_one_world(capfd: pytest.CaptureFixture[str]) -> None:
    urls = [one.url("de-berlin") for one in PUBLISHERS if one.name in ("music_hall", "city_library")] * 8
    with SandboxServer({"de-berlin": BERLIN}, 7, AS_OF) as running, ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda url: ask(running, url)[2], urls))
    assert len(set(answers)) == 2
    assert capfd.readouterr() == ("", "")


def test_no_port_outside_the_context() -> None:
    with pytest.raises(RuntimeError, match="not running"):
        _ = SandboxServer({}, 7, AS_OF).port

"""What is sent: the real intake takes every sound row of it, and rejects just those that were made to be."""

import json
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import get_args
from urllib.parse import parse_qsl, urlsplit

import polars as pl

from pulsecity_pipeline.config.interactions import EndpointEntry
from pulsecity_pipeline.contracts.interactions import Name
from pulsecity_pipeline.interactions.drops import Drop, find_drops, load_drop
from pulsecity_pipeline.interactions.intake import read_new
from pulsecity_pipeline.interactions.polling import poll
from pulsecity_pipeline.sandbox.people.defects import REJECTED
from pulsecity_pipeline.sandbox.people.drops import answer_interactions, write_drops
from pulsecity_pipeline_tests.fetch.conftest import MakeClient, make_client, server
from pulsecity_pipeline_tests.fetch.server import ScriptedServer, answer
from pulsecity_pipeline_tests.interactions.events import KEY
from pulsecity_pipeline_tests.sandbox.people.world import people

__all__ = ["make_client", "server"]
#: After the last drop, and before any clock that is ahead.
RECEIVED = datetime(2026, 8, 28, tzinfo=UTC)


def counts(outcome: str) -> int:
    told = people().truth["defect_counts"].filter(outcome=outcome)
    return int(told["rows"].sum())


def test_the_intake_rejects_what_was_planted_and_nothing_else(tmp_path: Path) -> None:
    written = write_drops(tmp_path / "drops", people().sent)
    assert find_drops(tmp_path / "drops") == written
    assert len(list((tmp_path / "drops").iterdir())) == len(written) >= 14
    reads = read_new(map(load_drop, written), KEY, set(), received_at=RECEIVED)
    rejects = pl.concat(read.rejects for read in reads)
    planted = people().truth["defects"].filter(pl.col("defect").is_in(REJECTED))
    assert set(rejects.select("source", "line").rows()) == set(planted.select("drop", "line").rows())
    assert rejects.height == counts("rejected") > 500
    assert set(planted["defect"]) == set(REJECTED)
    taken = pl.concat(read.interactions for read in reads)
    assert taken.height == counts("accepted") + counts("repeated")
    assert taken["interaction_id"].n_unique() == counts("accepted")


def test_what_is_taken_is_what_was_done() -> None:
    body = "\n".join(people().sent["body"]).encode()
    (read,) = read_new([Drop("all.jsonl", body)], KEY, set(), received_at=RECEIVED)
    sound = people().sent.filter(~pl.col("defect").is_in(REJECTED) | pl.col("defect").is_null())
    assert read.interactions["name"].to_list() == sound["name"].to_list()
    assert (read.interactions["happened_at"].dt.epoch("ms") == sound["happened_at"].dt.epoch("ms")).all()
    assert set(sound["name"]) == set(get_args(Name))
    assert read.interactions["user_key"].n_unique() == sound["user_id"].n_unique()


def test_lines_tell_which_happening_where_and_for_how_much() -> None:
    sent = people().sent.filter(pl.col("defect").is_null())
    rows = {name: json.loads(sent.filter(name=name)["body"][0]) for name in get_args(Name)}
    assert {"list", "slate", "position", "propensity"} <= rows["impression"]["properties"].keys()
    assert {"tier", "price", "quantity", "amount", "currency"} <= rows["purchase"]["properties"].keys()
    assert {"query", "results"} <= rows["search"]["properties"].keys()
    assert {"device", "network"} <= rows["signup"]["properties"].keys() & rows["login"]["properties"].keys()
    assert {"url", "event"} & rows["save"]["properties"].keys()
    lines = [json.loads(line)["properties"] for line in sent.filter(name="impression")["body"].head(300)]
    assert {'https://site.example/e/1?a="b"'[:23]} == {line["url"][:23] for line in lines if "url" in line}
    assert all(("url" in line) != ("event" in line) for line in lines)
    assert any(line.get("url", "").endswith('?a="b"') for line in lines)


def test_propensities_arrive_whole() -> None:
    sent = people().sent.filter((pl.col("name") == "impression") & pl.col("defect").is_null())
    told = sent.select(
        "interaction_id", told=pl.col("body").str.json_path_match("$.properties.propensity").cast(pl.Float64)
    )
    both = people().impressions.join(told, left_on="impression_id", right_on="interaction_id")
    assert both.height == told.height
    assert (both["propensity"] == both["told"]).all()


def test_late_rows_are_late_and_repeats_say_the_same() -> None:
    sent = people().sent
    hours = (pl.col("sent_at") - pl.col("happened_at")).dt.total_hours()
    late = sent.filter(defect="late").select(hours)
    assert late.to_series().is_between(3, 72).all()
    assert sent.filter(pl.col("defect").is_null()).select(hours).to_series().is_between(0, 0).all()
    repeats = sent.filter(defect="repeat").join(sent.filter(pl.col("defect").is_null()), on="interaction_id")
    assert repeats.height == sent.filter(defect="repeat").height > 1_000
    assert (repeats["body"] == repeats["body_right"]).all()
    assert (repeats["sent_at"] > repeats["sent_at_right"]).all()


def test_the_endpoint_lists_all_of_it_page_by_page(server: ScriptedServer, make_client: MakeClient) -> None:
    frame = people().sent.filter(pl.col("defect").is_not_null()).head(2_345)

    def serve(handler: BaseHTTPRequestHandler) -> None:
        answer(body=answer_interactions(frame, dict(parse_qsl(urlsplit(handler.path).query))))(handler)

    entry = EndpointEntry.model_validate({"name": "site", "url": server.on("/e", serve) + "?limit=1000"})
    polled = poll(entry, make_client())
    assert polled.failure is None
    assert len(polled.pages) == 3
    reads = read_new(polled.pages, KEY, set(), received_at=RECEIVED)
    assert [read.rows for read in reads] == [1_000, 1_000, 345]
    refused = frame.filter(pl.col("defect").is_in(REJECTED))
    assert sum(read.rejects.height for read in reads) == refused.height > 100
    assert "truncated" in set(refused["defect"])


def test_pages_of_odd_queries() -> None:
    frame = people().sent.head(10)
    assert len(json.loads(answer_interactions(frame, {"limit": "0"}))["events"]) == 1
    assert len(json.loads(answer_interactions(frame, {"limit": "many"}))["events"]) == 10
    assert json.loads(answer_interactions(frame, {"cursor": "r10"})) == {"events": [], "next_cursor": None}
    assert json.loads(answer_interactions(frame, {"cursor": "x"})) == {"error": "unknown cursor", "next_cursor": None}
    assert json.loads(answer_interactions(frame.clear(), {})) == {"events": [], "next_cursor": None}

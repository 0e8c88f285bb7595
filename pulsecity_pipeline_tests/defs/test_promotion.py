"""The job `promotion`: accounts over real HTTP, into the lake and what is published, and again with corrected days."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import dagster as dg
import pytest

from pulsecity_pipeline.contracts import PromotionReject, PromotionSpend
from pulsecity_pipeline.contracts.signals import PROMOTION
from pulsecity_pipeline.definitions import defs
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline.store.published import scan_all_published
from pulsecity_pipeline_tests.fetch.server import ScriptedServer, answer

HOST, TOKEN = "graph.facebook.com", "pl4nted-t0ken"


def row(day: int, spend: Any, campaign: str = "7") -> dict[str, Any]:
    on = f"2027-02-{day:02d}"
    return {"account_id": "1", "campaign_id": campaign, "spend": spend, "date_start": on, "date_stop": on}


def page(*rows: dict[str, Any], after: str | None = None) -> bytes:
    paging = {"cursors": {"after": after}, "next": f"https://{HOST}/x?access_token={TOKEN}"} if after else {}
    return json.dumps({"data": rows, "paging": paging}).encode()


def write_accounts(folder: Path, **changes: Any) -> Path:
    key = {"variable": "META_TEST_TOKEN", "host": HOST, "place": "header", "name": "Authorization", "prefix": "Bearer "}
    account = {"name": "hall", "url": f"https://{HOST}/act_1/insights?limit=2", "enabled": True, "keys": [key]}
    path = folder / "promotion.yaml"
    path.write_text(json.dumps({"days": 28, "accounts": [account | {"verified_on": "2027-01-01"} | changes]}))
    return path


def run(data: Path, path: Path, server: ScriptedServer, night: str) -> dg.ExecuteInProcessResult:
    config = {
        "lake": {"config": {"data_dir": str(data)}},
        "clock": {"config": {"as_of": night}},
        "accounts": {"config": {"path": str(path), "routes": {HOST: f"127.0.0.1:{server.port}"}}},
    }
    quiet = {"console": {"config": {"log_level": "CRITICAL"}}}
    return defs.resolve_job_def("promotion").execute_in_process(
        run_config={"resources": config, "loggers": quiet}, raise_on_error=False
    )


def spend_of(data: Path) -> list[tuple[str, int, str]]:
    found = scan_all_published(Lake(data / "lake"), PromotionSpend).collect().sort("campaign_id", "spent_on")
    return [(row["campaign_id"], row["spent_on"].day, str(row["spend"])) for row in found.iter_rows(named=True)]


def test_spend_comes_in_and_days_that_are_corrected_are_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("META_TEST_TOKEN", TOKEN)
    path = write_accounts(tmp_path)
    with ScriptedServer() as server:
        server.otherwise = [
            answer(body=page(row(1, "5.00"), row(2, 6), after="c")),
            answer(body=page(row(2, "3.00", "8"))),
        ]
        first = run(tmp_path, path, server, "2027-02-03")
        asked = [parse_qs(urlsplit(seen.path).query) for seen in server.pages()]
        assert all(seen.headers["Authorization"] == f"Bearer {TOKEN}" for seen in server.pages())
    assert first.success
    assert json.loads(asked[0]["time_range"][0]) == {"since": "2027-01-06", "until": "2027-02-02"}
    assert asked[1]["after"] == ["c"]
    assert spend_of(tmp_path) == [("7", 1, "5.000"), ("8", 2, "3.000")]
    rejects = Lake(tmp_path / "lake").scan(PromotionReject, partitions=[PROMOTION]).collect()
    assert rejects.select("account", "pointer", "rule").rows() == [("hall", "page/0/data/1", "invalid_amount")]
    (check,) = [one for one in first.get_asset_check_evaluations() if one.check_name == "accounts_answer"]
    assert (check.passed, check.description) == (False, "hall: 1 rows rejected")
    with ScriptedServer() as server:
        server.otherwise = [answer(body=page(row(1, "5.50"), row(2, "6.00")))]
        assert run(tmp_path, path, server, "2027-02-04").success
    assert spend_of(tmp_path) == [("7", 1, "5.500"), ("7", 2, "6.000"), ("8", 2, "3.000")]
    assert Lake(tmp_path / "lake").scan(PromotionReject).collect().is_empty()
    kept = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert TOKEN.encode() not in kept


@pytest.mark.parametrize(
    ("changes", "said"), [({}, "hall: META_TEST_TOKEN is not set"), ({"enabled": False}, None)], ids=["key", "off"]
)
def test_nobody_is_asked_without_a_key_or_while_off(changes: dict[str, Any], said: str | None, tmp_path: Path) -> None:
    with ScriptedServer() as server:
        done = run(tmp_path, write_accounts(tmp_path, **changes), server, "2027-02-03")
        assert server.seen == []
    assert done.success
    found = [one.description for one in done.get_asset_check_evaluations() if one.check_name == "accounts_answer"]
    assert found == ([said] if said else [])

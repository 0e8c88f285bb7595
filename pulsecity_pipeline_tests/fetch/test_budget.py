"""The budget of a host: its pause and its single request hold across threads and processes."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path

import pytest

from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.fetch.budget import HostBudget
from pulsecity_pipeline_tests.fetch.conftest import MakeClient
from pulsecity_pipeline_tests.fetch.server import ScriptedServer, answer

PROCESS = """
import sys
from pathlib import Path
from pulsecity_pipeline.fetch.client import PoliteClient
from pulsecity_pipeline_tests.fetch.conftest import fast_policy

print("ready", flush=True)
sys.stdin.readline()
with PoliteClient(fast_policy(requests_per_second=8), Path(sys.argv[1])) as client:
    assert all(client.get(f"{sys.argv[2]}/a?{n}").outcome == "ok" for n in range(4))
"""

KILLED = """
import sys, time
from pathlib import Path
from pulsecity_pipeline.fetch.budget import HostBudget

with HostBudget(Path(sys.argv[1]), 10).slot("h", 0.1):
    print("held", flush=True)
    time.sleep(60)
"""


def _gaps(server: ScriptedServer) -> list[float]:
    times = sorted(seen.started_at_s for seen in server.seen)
    return [later - earlier for earlier, later in pairwise(times)]


def _slow(handler: object) -> None:
    time.sleep(0.05)
    answer()(handler)  # type: ignore[arg-type]  # the step's own argument


def test_two_processes_share_one_budget(server: ScriptedServer, tmp_path: Path) -> None:
    server.on("/a", _slow)
    command = [sys.executable, "-c", PROCESS, str(tmp_path), server.url]
    with ExitStack() as stack:
        processes = [
            stack.enter_context(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE))
            for _ in range(2)
        ]
        assert [process.stdout and process.stdout.readline() for process in processes] == [b"ready\n"] * 2
        for process in processes:
            assert process.stdin is not None
            process.stdin.write(b"go\n")
            process.stdin.flush()
        assert [process.wait(20) for process in processes] == [0, 0]
    assert len(server.seen) == 10
    assert sum(_gaps(server)) > 9 / 8 - 0.1
    assert server.most_at_once == 1


def test_threads_share_one_budget(server: ScriptedServer, make_client: MakeClient) -> None:
    server.on("/a", _slow)
    client = make_client(requests_per_second=10)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: client.get(f"{server.url}/a?{n}"), range(4)))
    assert sum(_gaps(server)) > 4 / 10 - 0.05
    assert server.most_at_once == 1


def test_a_host_is_never_asked_twice_at_once(server: ScriptedServer, make_client: MakeClient) -> None:
    server.on("/a", _slow)
    clients = [make_client(), make_client()]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: clients[n % 2].get(f"{server.url}/a?{n}"), range(6)))
    assert server.most_at_once == 1


def test_hosts_do_not_wait_for_each_other(tmp_path: Path) -> None:
    budget = HostBudget(tmp_path, 10)
    started_at_s = time.monotonic()
    for host in ("a.example", "b.example", "a.example:8080"):
        with budget.slot(host, 5):
            pass
    assert time.monotonic() - started_at_s < 1


def test_host_may_have_a_rate_of_its_own(server: ScriptedServer, make_client: MakeClient) -> None:
    client = make_client(requests_per_second=0.01, host_requests_per_second={"127.0.0.1": 5})
    client.get(server.on("/a", answer()))
    assert 0.15 < _gaps(server)[0] < 5


def test_a_killed_process_frees_its_host(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        process.kill()
        process.wait()
    started_at_s = time.monotonic()
    with HostBudget(tmp_path, 10).slot("h", 0.1):
        assert time.monotonic() - started_at_s < 1


@pytest.mark.parametrize("left_behind", ["", "garbage", "\xff", "1e300", "nan"])
def test_a_torn_or_ancient_state_is_no_obstacle(tmp_path: Path, left_behind: str) -> None:
    budget = HostBudget(tmp_path, 0.2)
    with budget.slot("h", 0.01):
        pass
    (state,) = tmp_path.glob("*.next")
    state.write_text(left_behind, encoding="latin-1")
    started_at_s = time.monotonic()
    with budget.slot("h", 0.01):
        assert time.monotonic() - started_at_s < 0.5


def test_state_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="expected a folder that can be written"):
        HostBudget(tmp_path / "file" / "state", 1)

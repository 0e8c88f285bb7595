"""The Dagster UI in a real browser: what a data engineer sees of a city with broken feeds."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from pulsecity_pipeline_tests.commands.test_bad_input import pulsecity
from pulsecity_pipeline_tests.defs.toy import AS_OF, CITY, toy_pages

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine")]
QUIET = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --virtual-time-budget=20000 --timeout=20000 --dump-dom"
)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root = tmp_path_factory.mktemp("ui")
    data_dir = root / "data"
    ran = pulsecity(data_dir, "run", "--from", f"replay:{toy_pages(root / 'pages')}", "--as-of", AS_OF)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "PULSECITY_DATA_DIR": str(data_dir)}
    environment.pop("DAGSTER_HOME", None)
    command = [sys.executable, "-m", "pulsecity_pipeline.cli", "ui", "--port", str(port)]
    with (root / "ui.log").open("w") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
        try:
            wait_for(f"http://127.0.0.1:{port}/server_info")
            yield f"http://127.0.0.1:{port}"
        finally:
            os.killpg(process.pid, signal.SIGINT)
            process.wait(timeout=60)


def wait_for(url: str) -> None:
    for _ in range(240):
        try:
            with urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(0.5)
    raise AssertionError(f"{url} did not answer in two minutes")


def see(url: str, profile: Path) -> str:
    command = [str(BROWSER), *QUIET.split(), f"--user-data-dir={profile}", url]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout


def test_a_failed_check_names_the_feeds(address: str, tmp_path: Path) -> None:
    page = see(f"{address}/assets/metrics/source_health?view=partitions&partition={CITY}", tmp_path)
    assert CITY in page
    assert "Materialized" in page
    check = see(f"{address}/assets/metrics/source_health?view=checks&checkDetail=feeds_are_well", tmp_path)
    assert "feeds_are_well" in check
    assert "Every feed of the city was seen whole" in check


def test_the_launchpad_knows_the_night_and_the_input(address: str, tmp_path: Path) -> None:
    page = see(f"{address}/locations/pulsecity/jobs/city/playground", tmp_path)
    for word in ("as_of", "data_dir", "sandbox"):
        assert word in page

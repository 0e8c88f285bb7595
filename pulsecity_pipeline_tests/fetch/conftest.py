"""Fixtures: a scripted server, a fast policy, and clients over them."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from pulsecity_pipeline.fetch.client import PoliteClient
from pulsecity_pipeline.fetch.credentials import Credential
from pulsecity_pipeline.fetch.policy import FetchPolicy
from pulsecity_pipeline_tests.fetch.server import ScriptedServer

FAST: dict[str, Any] = {
    "contact": "https://operator.example/bot",
    "requests_per_second": 1000,
    "read_timeout_s": 0.4,
    "total_timeout_s": 5,
    "retry_wait_initial_s": 0.01,
    "retry_wait_max_s": 0.02,
    "retry_jitter_s": 0.01,
    "max_retry_after_s": 5,
    "allowed_private_hosts": ["127.0.0.1"],
}
NOBODY = 65534

MakeClient = Callable[..., PoliteClient]


def fast_policy(**changes: Any) -> FetchPolicy:
    return FetchPolicy.model_validate(FAST | changes)


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        yield running


@pytest.fixture
def make_client(tmp_path: Path) -> Iterator[MakeClient]:
    with ExitStack() as stack:

        def make(
            routes: dict[str, str] | None = None, credentials: Iterable[Credential] = (), **changes: Any
        ) -> PoliteClient:
            policy, state_dir = fast_policy(**changes), tmp_path / "state"
            return stack.enter_context(PoliteClient(policy, state_dir, routes=routes, credentials=credentials))

        yield make


@pytest.fixture
def unprivileged_dir() -> Iterator[Path]:
    """A folder of an ordinary user, whom permissions bind also where the tests run as root."""
    path = Path(tempfile.mkdtemp())
    is_root = os.geteuid() == 0
    if is_root:
        os.chown(path, NOBODY, NOBODY)
        os.seteuid(NOBODY)
    try:
        yield path
    finally:
        if is_root:
            os.seteuid(0)
        for folder, _, _ in os.walk(path):
            Path(folder).chmod(0o700)
        shutil.rmtree(path)

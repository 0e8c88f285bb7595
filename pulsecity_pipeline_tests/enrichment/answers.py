"""Answers of providers, written by hand in their real shape, served over HTTP on loopback or from memory."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pulsecity_pipeline.config.cities import load_cities
from pulsecity_pipeline.enrichment.asking import Asker, Fault
from pulsecity_pipeline.sources.protocol import Answer, Validators

GOLDEN = Path(__file__).parents[1] / "golden"
AT = datetime(2026, 8, 22, tzinfo=UTC)
DAVIS = load_cities()["us-ca-davis"]


def golden(provider: str, name: str) -> bytes:
    return (GOLDEN / provider / f"{name}.answer.json").read_bytes()


@dataclass
class SavedClient:
    """Satisfies `sources.protocol.Client` from memory: the first part of an address that is known answers it.

    A value is the body of a good answer, content to be written as JSON, or a status of a failed one.
    """

    answers: Mapping[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    bodies: list[bytes | None] = field(default_factory=list)

    def get(self, url: str, validators: Validators = Validators(), body: bytes | None = None) -> Answer:
        self.asked.append(url)
        self.bodies.append(body)
        found = next((value for part, value in self.answers.items() if part in url), 404)
        if isinstance(found, int):
            return Answer(url, "failed", status=found, reason=f"HTTP {found}")
        return Answer(url, "ok", 200, body=found if isinstance(found, bytes) else json.dumps(found).encode())


def asker(
    provider: str,
    answers: Mapping[str, Any],
    max_requests: int = 100,
    find_fault: Callable[[Any], Fault | None] = lambda _: None,
) -> tuple[Asker, SavedClient]:
    client = SavedClient(answers)
    return Asker(provider, client, max_requests, find_fault), client
